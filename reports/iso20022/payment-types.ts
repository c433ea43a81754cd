import type { TypeCatalogue } from './catalogue.ts';

/**
 * What only a payment order (pain.001) or its status (pain.002) has. Written as `compileCatalogue` reads it.
 *
 * @source ISO 20022 message definitions pain.001.001.09, pain.002.001.10 and camt.053.001.08
 */
export const PAYMENT_TYPES: TypeCatalogue = {
  AmendmentInformationDetails13:
    'OrgnlMndtId?:Max35Text OrgnlCdtrSchmeId?:PartyIdentification135 OrgnlCdtrAgt?:BranchAndFinancialInstitutionIdentification6 OrgnlCdtrAgtAcct?:CashAccount38 OrgnlDbtr?:PartyIdentification135 OrgnlDbtrAcct?:CashAccount38 OrgnlDbtrAgt?:BranchAndFinancialInstitutionIdentification6 OrgnlDbtrAgtAcct?:CashAccount38 OrgnlFnlColltnDt?:date OrgnlFrqcy?:Frequency36Choice OrgnlRsn?:MandateSetupReason1Choice OrgnlTrckgDays?:OrgnlTrckgDaysText',
  Authorisation1Choice: '| Cd:Authorisation1Code Prtry:Max128Text',
  Charges7: 'Amt:ActiveOrHistoricCurrencyAndAmount Agt:BranchAndFinancialInstitutionIdentification6',
  Cheque11:
    'ChqTp?:ChequeType2Code ChqNb?:Max35Text ChqFr?:NameAndAddress16 DlvryMtd?:ChequeDeliveryMethod1Choice DlvrTo?:NameAndAddress16 InstrPrty?:Priority2Code ChqMtrtyDt?:date FrmsCd?:Max35Text MemoFld{0,2}:Max35Text RgnlClrZone?:Max35Text PrtLctn?:Max35Text Sgntr{0,5}:Max70Text',
  ChequeDeliveryMethod1Choice: '| Cd:ChequeDelivery1Code Prtry:Max35Text',
  ClearingSystemIdentification3Choice: '| Cd:Max3Text Prtry:Max35Text',
  CreditTransferTransaction34:
    'PmtId:PaymentIdentification6 PmtTpInf?:PaymentTypeInformation26 Amt:AmountType4Choice XchgRateInf?:ExchangeRate1 ChrgBr?:ChargeBearerType1Code ChqInstr?:Cheque11 UltmtDbtr?:PartyIdentification135 IntrmyAgt1?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt1Acct?:CashAccount38 IntrmyAgt2?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt2Acct?:CashAccount38 IntrmyAgt3?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt3Acct?:CashAccount38 CdtrAgt?:BranchAndFinancialInstitutionIdentification6 CdtrAgtAcct?:CashAccount38 Cdtr?:PartyIdentification135 CdtrAcct?:CashAccount38 UltmtCdtr?:PartyIdentification135 InstrForCdtrAgt*:InstructionForCreditorAgent1 InstrForDbtrAgt?:string Purp?:Purpose2Choice RgltryRptg{0,10}:RegulatoryReporting3 Tax?:TaxInformation8 RltdRmtInf{0,10}:RemittanceLocation7 RmtInf?:RemittanceInformation16',
  CurrencyExchange13: 'SrcCcy:CcyText TrgtCcy:CcyText XchgRate:XchgRateText UnitCcy?:CcyText',
  CustomerCreditTransferInitiationV09: 'GrpHdr:GroupHeader85 PmtInf+:PaymentInstruction30',
  CustomerPaymentStatusReportV10:
    'GrpHdr:GroupHeader86 OrgnlGrpInfAndSts:OriginalGroupHeader17 OrgnlPmtInfAndSts*:OriginalPaymentInstruction32',
  ExchangeRate1: 'UnitCcy?:CcyText XchgRate?:XchgRateText RateTp?:ExchangeRateType1Code CtrctId?:Max35Text',
  Frequency36Choice: '| Tp:Frequency6Code Prd:FrequencyPeriod1 PtInTm:FrequencyAndMoment1',
  FrequencyAndMoment1: 'Tp:Frequency6Code PtInTm:OrgnlTrckgDaysText',
  FrequencyPeriod1: 'Tp:Frequency6Code CntPerPrd:CtrlSumText',
  GroupHeader85:
    'MsgId:Max35Text CreDtTm:dateTime Authstn{0,2}:Authorisation1Choice NbOfTxs:NbOfTxsText CtrlSum?:CtrlSumText InitgPty:PartyIdentification135 FwdgAgt?:BranchAndFinancialInstitutionIdentification6',
  GroupHeader86:
    'MsgId:Max35Text CreDtTm:dateTime InitgPty?:PartyIdentification135 FwdgAgt?:BranchAndFinancialInstitutionIdentification6 DbtrAgt?:BranchAndFinancialInstitutionIdentification6 CdtrAgt?:BranchAndFinancialInstitutionIdentification6',
  InstructionForCreditorAgent1: 'Cd?:Instruction3Code InstrInf?:Max140Text',
  MandateRelatedInformation14:
    'MndtId?:Max35Text DtOfSgntr?:date AmdmntInd?:boolean AmdmntInfDtls?:AmendmentInformationDetails13 ElctrncSgntr?:Max1025Text FrstColltnDt?:date FnlColltnDt?:date Frqcy?:Frequency36Choice Rsn?:MandateSetupReason1Choice TrckgDays?:OrgnlTrckgDaysText',
  MandateSetupReason1Choice: '| Cd:Max4Text Prtry:Max70Text',
  NumberOfTransactionsPerStatus5: 'DtldNbOfTxs:NbOfTxsText DtldSts:Max4Text DtldCtrlSum?:CtrlSumText',
  OriginalGroupHeader17:
    'OrgnlMsgId:Max35Text OrgnlMsgNmId:Max35Text OrgnlCreDtTm?:dateTime OrgnlNbOfTxs?:NbOfTxsText OrgnlCtrlSum?:CtrlSumText GrpSts?:Max4Text StsRsnInf*:StatusReasonInformation12 NbOfTxsPerSts*:NumberOfTransactionsPerStatus5',
  OriginalPaymentInstruction32:
    'OrgnlPmtInfId:Max35Text OrgnlNbOfTxs?:NbOfTxsText OrgnlCtrlSum?:CtrlSumText PmtInfSts?:Max4Text StsRsnInf*:StatusReasonInformation12 NbOfTxsPerSts*:NumberOfTransactionsPerStatus5 TxInfAndSts*:PaymentTransaction105',
  OriginalTransactionReference28:
    'IntrBkSttlmAmt?:ActiveOrHistoricCurrencyAndAmount Amt?:AmountType4Choice IntrBkSttlmDt?:date ReqdColltnDt?:date ReqdExctnDt?:DateAndDateTime2Choice CdtrSchmeId?:PartyIdentification135 SttlmInf?:SettlementInstruction7 PmtTpInf?:PaymentTypeInformation27 PmtMtd?:PaymentMethod4Code MndtRltdInf?:MandateRelatedInformation14 RmtInf?:RemittanceInformation16 UltmtDbtr?:Party40Choice Dbtr?:Party40Choice DbtrAcct?:CashAccount38 DbtrAgt?:BranchAndFinancialInstitutionIdentification6 DbtrAgtAcct?:CashAccount38 CdtrAgt?:BranchAndFinancialInstitutionIdentification6 CdtrAgtAcct?:CashAccount38 Cdtr?:Party40Choice CdtrAcct?:CashAccount38 UltmtCdtr?:Party40Choice Purp?:Purpose2Choice',
  PaymentIdentification6: 'InstrId?:Max35Text EndToEndId:Max35Text UETR?:UETRText',
  PaymentInstruction30:
    'PmtInfId:Max35Text PmtMtd:PaymentMethod3Code BtchBookg?:boolean NbOfTxs?:NbOfTxsText CtrlSum?:CtrlSumText PmtTpInf?:PaymentTypeInformation26 ReqdExctnDt:DateAndDateTime2Choice PoolgAdjstmntDt?:date Dbtr:PartyIdentification135 DbtrAcct:CashAccount38 DbtrAgt:BranchAndFinancialInstitutionIdentification6 DbtrAgtAcct?:CashAccount38 InstrForDbtrAgt?:Max140Text UltmtDbtr?:PartyIdentification135 ChrgBr?:ChargeBearerType1Code ChrgsAcct?:CashAccount38 ChrgsAcctAgt?:BranchAndFinancialInstitutionIdentification6 CdtTrfTxInf+:CreditTransferTransaction34',
  PaymentTransaction105:
    'StsId?:Max35Text OrgnlInstrId?:Max35Text OrgnlEndToEndId?:Max35Text OrgnlUETR?:UETRText TxSts?:Max4Text StsRsnInf*:StatusReasonInformation12 ChrgsInf*:Charges7 TrckrData?:TrackerData1 AccptncDtTm?:dateTime AcctSvcrRef?:Max35Text ClrSysRef?:Max35Text OrgnlTxRef?:OriginalTransactionReference28',
  PaymentTypeInformation26:
    'InstrPrty?:Priority2Code SvcLvl*:ServiceLevel8Choice LclInstrm?:LocalInstrument2Choice CtgyPurp?:CategoryPurpose1Choice',
  PaymentTypeInformation27:
    'InstrPrty?:Priority2Code ClrChanl?:ClearingChannel2Code SvcLvl*:ServiceLevel8Choice LclInstrm?:LocalInstrument2Choice SeqTp?:SequenceType3Code CtgyPurp?:CategoryPurpose1Choice',
  RegulatoryAuthority2: 'Nm?:Max140Text Ctry?:CtryOfBirthText',
  RegulatoryReporting3: 'DbtCdtRptgInd?:RegulatoryReportingType1Code Authrty?:RegulatoryAuthority2 Dtls*:StructuredRegulatoryReporting3',
  SettlementInstruction7:
    'SttlmMtd:SettlementMethod1Code SttlmAcct?:CashAccount38 ClrSys?:ClearingSystemIdentification3Choice InstgRmbrsmntAgt?:BranchAndFinancialInstitutionIdentification6 InstgRmbrsmntAgtAcct?:CashAccount38 InstdRmbrsmntAgt?:BranchAndFinancialInstitutionIdentification6 InstdRmbrsmntAgtAcct?:CashAccount38 ThrdRmbrsmntAgt?:BranchAndFinancialInstitutionIdentification6 ThrdRmbrsmntAgtAcct?:CashAccount38',
  StatusReason6Choice: '| Cd:Max4Text Prtry:Max35Text',
  StatusReasonInformation12: 'Orgtr?:PartyIdentification135 Rsn?:StatusReason6Choice AddtlInf*:Max105Text',
  StructuredRegulatoryReporting3:
    'Tp?:Max35Text Dt?:date Ctry?:CtryOfBirthText Cd?:Max10Text Amt?:ActiveOrHistoricCurrencyAndAmount Inf*:Max35Text',
  TrackerData1: 'ConfdDt:DateAndDateTime2Choice ConfdAmt:ActiveCurrencyAndAmount TrckrRcrd+:TrackerRecord1',
  TrackerRecord1:
    'Agt:BranchAndFinancialInstitutionIdentification6 ChrgBr?:ChargeBearerType1Code ChrgsAmt?:ActiveCurrencyAndAmount XchgRateData?:CurrencyExchange13',
};
