import type { TypeCatalogue } from './catalogue.ts';

/**
 * What only a bank statement (camt.053) has. Written as `compileCatalogue` reads it.
 *
 * @source ISO 20022 message definitions pain.001.001.09, pain.002.001.10 and camt.053.001.08
 */
export const STATEMENT_TYPES: TypeCatalogue = {
  AccountInterest4: 'Tp?:InterestType1Choice Rate*:Rate4 FrToDt?:DateTimePeriod1 Rsn?:Max35Text Tax?:TaxCharges2',
  AccountStatement9:
    'Id:Max35Text StmtPgntn?:Pagination1 ElctrncSeqNb?:SeqNbText RptgSeq?:SequenceRange1Choice LglSeqNb?:SeqNbText CreDtTm?:dateTime FrToDt?:DateTimePeriod1 CpyDplctInd?:CopyDuplicate1Code RptgSrc?:ReportingSource1Choice Acct:CashAccount39 RltdAcct?:CashAccount38 Intrst*:AccountInterest4 Bal+:CashBalance8 TxsSummry?:TotalTransactions6 Ntry*:ReportEntry10 AddtlStmtInf?:Max500Text',
  ActiveOrHistoricCurrencyAnd13DecimalAmount: '@ ActiveOrHistoricCurrencyAnd13DecimalAmount_SimpleType Ccy:CcyText',
  ActiveOrHistoricCurrencyAndAmountRange2: 'Amt:ImpliedCurrencyAmountRange1Choice CdtDbtInd?:CreditDebitCode Ccy:CcyText',
  AmountAndCurrencyExchange3:
    'InstdAmt?:AmountAndCurrencyExchangeDetails3 TxAmt?:AmountAndCurrencyExchangeDetails3 CntrValAmt?:AmountAndCurrencyExchangeDetails3 AnncdPstngAmt?:AmountAndCurrencyExchangeDetails3 PrtryAmt*:AmountAndCurrencyExchangeDetails4',
  AmountAndCurrencyExchangeDetails3: 'Amt:ActiveOrHistoricCurrencyAndAmount CcyXchg?:CurrencyExchange5',
  AmountAndCurrencyExchangeDetails4: 'Tp:Max35Text Amt:ActiveOrHistoricCurrencyAndAmount CcyXchg?:CurrencyExchange5',
  AmountAndDirection35: 'Amt:AmtText CdtDbtInd:CreditDebitCode',
  AmountRangeBoundary1: 'BdryAmt:ActiveOrHistoricCurrencyAndAmount_SimpleType Incl?:boolean',
  BalanceSubType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  BalanceType10Choice: '| Cd:Max4Text Prtry:Max35Text',
  BalanceType13: 'CdOrPrtry:BalanceType10Choice SubTp?:BalanceSubType1Choice',
  BankToCustomerStatementV08: 'GrpHdr:GroupHeader81 Stmt+:AccountStatement9',
  BankTransactionCodeStructure4: 'Domn?:BankTransactionCodeStructure5 Prtry?:ProprietaryBankTransactionCodeStructure1',
  BankTransactionCodeStructure5: 'Cd:Max4Text Fmly:BankTransactionCodeStructure6',
  BankTransactionCodeStructure6: 'Cd:Max4Text SubFmlyCd:Max4Text',
  BatchInformation2:
    'MsgId?:Max35Text PmtInfId?:Max35Text NbOfTxs?:NbOfTxsText TtlAmt?:ActiveOrHistoricCurrencyAndAmount CdtDbtInd?:CreditDebitCode',
  CardAggregated2:
    'AddtlSvc?:CardPaymentServiceType2Code TxCtgy?:Max4Text SaleRcncltnId?:Max35Text SeqNbRg?:CardSequenceNumberRange1 TxDtRg?:DateOrDateTimePeriod1Choice',
  CardEntry4: 'Card?:PaymentCard4 POI?:PointOfInteraction1 AggtdNtry?:CardAggregated2 PrePdAcct?:CashAccount38',
  CardIndividualTransaction2:
    'ICCRltdData?:Max1025Text PmtCntxt?:PaymentContext3 AddtlSvc?:CardPaymentServiceType2Code TxCtgy?:Max4Text SaleRcncltnId?:Max35Text SaleRefNb?:Max35Text RePresntmntRsn?:Max4Text SeqNb?:Max35Text TxId?:TransactionIdentifier1 Pdct?:Product2 VldtnDt?:date VldtnSeqNb?:Max35Text',
  CardSecurityInformation1: 'CSCMgmt:CSCManagement1Code CSCVal?:CSCValText',
  CardSequenceNumberRange1: 'FrstTx?:Max35Text LastTx?:Max35Text',
  CardTransaction17: 'Card?:PaymentCard4 POI?:PointOfInteraction1 Tx?:CardTransaction3Choice PrePdAcct?:CashAccount38',
  CardTransaction3Choice: '| Aggtd:CardAggregated2 Indv:CardIndividualTransaction2',
  CardholderAuthentication2: 'AuthntcnMtd:AuthenticationMethod1Code AuthntcnNtty:AuthenticationEntity1Code',
  CashAccount39:
    'Id:AccountIdentification4Choice Tp?:CashAccountType2Choice Ccy?:CcyText Nm?:Max70Text Prxy?:ProxyAccountIdentification1 Ownr?:PartyIdentification135 Svcr?:BranchAndFinancialInstitutionIdentification6',
  CashAvailability1: 'Dt:CashAvailabilityDate1Choice Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd:CreditDebitCode',
  CashAvailabilityDate1Choice: '| NbOfDays:NbOfDaysText ActlDt:date',
  CashBalance8:
    'Tp:BalanceType13 CdtLine*:CreditLine3 Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd:CreditDebitCode Dt:DateAndDateTime2Choice Avlbty*:CashAvailability1',
  CashDeposit1: 'NoteDnmtn:ActiveCurrencyAndAmount NbOfNotes:NbOfTxsText Amt:ActiveCurrencyAndAmount',
  ChargeType3Choice: '| Cd:Max4Text Prtry:GenericIdentification3',
  Charges6: 'TtlChrgsAndTaxAmt?:ActiveOrHistoricCurrencyAndAmount Rcrd*:ChargesRecord3',
  ChargesRecord3:
    'Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd?:CreditDebitCode ChrgInclInd?:boolean Tp?:ChargeType3Choice Rate?:XchgRateText Br?:ChargeBearerType1Code Agt?:BranchAndFinancialInstitutionIdentification6 Tax?:TaxCharges2',
  CorporateAction9: 'EvtTp:string EvtId:string',
  CreditLine3: 'Incl?:boolean Tp?:CreditLineType1Choice Amt?:ActiveOrHistoricCurrencyAndAmount Dt?:DateAndDateTime2Choice',
  CreditLineType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  CurrencyExchange5: 'SrcCcy:CcyText TrgtCcy?:CcyText UnitCcy?:CcyText XchgRate:XchgRateText_ CtrctId?:Max35Text QtnDt?:dateTime',
  DateOrDateTimePeriod1Choice: '| Dt:DatePeriod2 DtTm:DateTimePeriod1',
  DateTimePeriod1: 'FrDtTm:dateTime ToDtTm:dateTime',
  DisplayCapabilities1: 'DispTp:UserInterface2Code NbOfLines:NbOfLinesText LineWidth:NbOfLinesText',
  EntryDetails9: 'Btch?:BatchInformation2 TxDtls*:EntryTransaction10',
  EntryStatus1Choice: '| Cd:Max4Text Prtry:Max35Text',
  EntryTransaction10:
    'Refs?:TransactionReferences6 Amt?:ActiveOrHistoricCurrencyAndAmount CdtDbtInd?:CreditDebitCode AmtDtls?:AmountAndCurrencyExchange3 Avlbty*:CashAvailability1 BkTxCd?:BankTransactionCodeStructure4 Chrgs?:Charges6 Intrst?:TransactionInterest4 RltdPties?:TransactionParties6 RltdAgts?:TransactionAgents5 LclInstrm?:LocalInstrument2Choice Purp?:Purpose2Choice RltdRmtInf{0,10}:RemittanceLocation7 RmtInf?:RemittanceInformation16 RltdDts?:TransactionDates3 RltdPric?:TransactionPrice4Choice RltdQties*:TransactionQuantities3Choice FinInstrmId?:SecurityIdentification19 Tax?:TaxInformation8 RtrInf?:PaymentReturnReason5 CorpActn?:CorporateAction9 SfkpgAcct?:SecuritiesAccount19 CshDpst*:CashDeposit1 CardTx?:CardTransaction17 AddtlTxInf?:Max500Text',
  FinancialInstrumentQuantity1Choice:
    '| Unit:CtrlSumText FaceAmt:ActiveOrHistoricCurrencyAndAmount_SimpleType AmtsdVal:ActiveOrHistoricCurrencyAndAmount_SimpleType',
  FromToAmountRange1: 'FrAmt:AmountRangeBoundary1 ToAmt:AmountRangeBoundary1',
  GenericIdentification1: 'Id:Max35Text SchmeNm?:Max35Text Issr?:Max35Text',
  GenericIdentification3: 'Id:Max35Text Issr?:Max35Text',
  GenericIdentification32: 'Id:Max35Text Tp?:PartyType3Code Issr?:PartyType4Code ShrtNm?:Max35Text',
  GroupHeader81:
    'MsgId:Max35Text CreDtTm:dateTime MsgRcpt?:PartyIdentification135 MsgPgntn?:Pagination1 OrgnlBizQry?:OriginalBusinessQuery1 AddtlInf?:Max500Text',
  IdentificationSource3Choice: '| Cd:Max4Text Prtry:Max35Text',
  ImpliedCurrencyAmountRange1Choice:
    '| FrAmt:AmountRangeBoundary1 ToAmt:AmountRangeBoundary1 FrToAmt:FromToAmountRange1 EQAmt:ActiveOrHistoricCurrencyAndAmount_SimpleType NEQAmt:ActiveOrHistoricCurrencyAndAmount_SimpleType',
  InterestRecord2:
    'Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd:CreditDebitCode Tp?:InterestType1Choice Rate?:Rate4 FrToDt?:DateTimePeriod1 Rsn?:Max35Text Tax?:TaxCharges2',
  InterestType1Choice: '| Cd:InterestType1Code Prtry:Max35Text',
  MessageIdentification2: 'MsgNmId?:Max35Text MsgId?:Max35Text',
  NumberAndSumOfTransactions1: 'NbOfNtries?:NbOfTxsText Sum?:CtrlSumText',
  NumberAndSumOfTransactions4: 'NbOfNtries?:NbOfTxsText Sum?:CtrlSumText TtlNetNtry?:AmountAndDirection35',
  OriginalAndCurrentQuantities1:
    'FaceAmt:ActiveOrHistoricCurrencyAndAmount_SimpleType AmtsdVal:ActiveOrHistoricCurrencyAndAmount_SimpleType',
  OriginalBusinessQuery1: 'MsgId:Max35Text MsgNmId?:Max35Text CreDtTm?:dateTime',
  OtherIdentification1: 'Id:Max35Text Sfx?:Max16Text Tp:IdentificationSource3Choice',
  Pagination1: 'PgNb:PgNbText LastPgInd?:boolean',
  PaymentCard4: 'PlainCardData?:PlainCardData1 CardCtryCd?:CardCtryCdText CardBrnd?:GenericIdentification1 AddtlCardData?:Max70Text',
  PaymentContext3:
    'CardPres?:boolean CrdhldrPres?:boolean OnLineCntxt?:boolean AttndncCntxt?:AttendanceContext1Code TxEnvt?:TransactionEnvironment1Code TxChanl?:TransactionChannel1Code AttndntMsgCpbl?:boolean AttndntLang?:AttndntLangText CardDataNtryMd:CardDataReading1Code FllbckInd?:boolean AuthntcnMtd?:CardholderAuthentication2',
  PaymentReturnReason5:
    'OrgnlBkTxCd?:BankTransactionCodeStructure4 Orgtr?:PartyIdentification135 Rsn?:ReturnReason5Choice AddtlInf*:Max105Text',
  PlainCardData1:
    'PAN:PANText CardSeqNb?:CardSeqNbText FctvDt?:gYearMonth XpryDt:gYearMonth SvcCd?:CardCtryCdText TrckData*:TrackData1 CardSctyCd?:CardSecurityInformation1',
  PointOfInteraction1:
    'Id:GenericIdentification32 SysNm?:Max70Text GrpId?:Max35Text Cpblties?:PointOfInteractionCapabilities1 Cmpnt*:PointOfInteractionComponent1',
  PointOfInteractionCapabilities1:
    'CardRdngCpblties*:CardDataReading1Code CrdhldrVrfctnCpblties*:CardholderVerificationCapability1Code OnLineCpblties?:OnLineCapability1Code DispCpblties*:DisplayCapabilities1 PrtLineWidth?:NbOfLinesText',
  PointOfInteractionComponent1:
    'POICmpntTp:POIComponentType1Code ManfctrId?:Max35Text Mdl?:Max35Text VrsnNb?:Max16Text SrlNb?:Max35Text ApprvlNb*:Max70Text',
  Price7: 'Tp:YieldedOrValueType1Choice Val:PriceRateOrAmount3Choice',
  PriceRateOrAmount3Choice: '| Rate:XchgRateText Amt:ActiveOrHistoricCurrencyAnd13DecimalAmount',
  Product2:
    'PdctCd:Max70Text UnitOfMeasr?:UnitOfMeasure1Code PdctQty?:CtrlSumText UnitPric?:ActiveOrHistoricCurrencyAndAmount_SimpleType PdctAmt?:ActiveOrHistoricCurrencyAndAmount_SimpleType TaxTp?:Max35Text AddtlPdctInf?:Max35Text',
  ProprietaryAgent4: 'Tp:Max35Text Agt:BranchAndFinancialInstitutionIdentification6',
  ProprietaryBankTransactionCodeStructure1: 'Cd:Max35Text Issr?:Max35Text',
  ProprietaryDate3: 'Tp:Max35Text Dt:DateAndDateTime2Choice',
  ProprietaryParty5: 'Tp:Max35Text Pty:Party40Choice',
  ProprietaryPrice2: 'Tp:Max35Text Pric:ActiveOrHistoricCurrencyAndAmount',
  ProprietaryQuantity1: 'Tp:Max35Text Qty:Max35Text',
  ProprietaryReference1: 'Tp:Max35Text Ref:Max35Text',
  Rate4: 'Tp:RateType4Choice VldtyRg?:ActiveOrHistoricCurrencyAndAmountRange2',
  RateType4Choice: '| Pctg:XchgRateText Othr:Max35Text',
  ReportEntry10:
    'NtryRef?:Max35Text Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd:CreditDebitCode RvslInd?:boolean Sts:EntryStatus1Choice BookgDt?:DateAndDateTime2Choice ValDt?:DateAndDateTime2Choice AcctSvcrRef?:Max35Text Avlbty*:CashAvailability1 BkTxCd:BankTransactionCodeStructure4 ComssnWvrInd?:boolean AddtlInfInd?:MessageIdentification2 AmtDtls?:AmountAndCurrencyExchange3 Chrgs?:Charges6 TechInptChanl?:TechnicalInputChannel1Choice Intrst?:TransactionInterest4 CardTx?:CardEntry4 NtryDtls*:EntryDetails9 AddtlNtryInf?:Max500Text',
  ReportingSource1Choice: '| Cd:Max4Text Prtry:Max35Text',
  ReturnReason5Choice: '| Cd:Max4Text Prtry:Max35Text',
  SecuritiesAccount19: 'Id:Max35Text Tp?:GenericIdentification30 Nm?:Max70Text',
  SecurityIdentification19: 'ISIN?:ISINText OthrId*:OtherIdentification1 Desc?:Max140Text',
  SequenceRange1: 'FrSeq:Max35Text ToSeq:Max35Text',
  SequenceRange1Choice: '| FrSeq:Max35Text ToSeq:Max35Text FrToSeq+:SequenceRange1 EQSeq+:Max35Text NEQSeq+:Max35Text',
  TaxCharges2: 'Id?:Max35Text Rate?:XchgRateText Amt?:ActiveOrHistoricCurrencyAndAmount',
  TechnicalInputChannel1Choice: '| Cd:Max4Text Prtry:Max35Text',
  TotalTransactions6:
    'TtlNtries?:NumberAndSumOfTransactions4 TtlCdtNtries?:NumberAndSumOfTransactions1 TtlDbtNtries?:NumberAndSumOfTransactions1 TtlNtriesPerBkTxCd*:TotalsPerBankTransactionCode5',
  TotalsPerBankTransactionCode5:
    'NbOfNtries?:NbOfTxsText Sum?:CtrlSumText TtlNetNtry?:AmountAndDirection35 CdtNtries?:NumberAndSumOfTransactions1 DbtNtries?:NumberAndSumOfTransactions1 FcstInd?:boolean BkTxCd:BankTransactionCodeStructure4 Avlbty*:CashAvailability1 Dt?:DateAndDateTime2Choice',
  TrackData1: 'TrckNb?:TrckNbText TrckVal:Max140Text',
  TransactionAgents5:
    'InstgAgt?:BranchAndFinancialInstitutionIdentification6 InstdAgt?:BranchAndFinancialInstitutionIdentification6 DbtrAgt?:BranchAndFinancialInstitutionIdentification6 CdtrAgt?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt1?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt2?:BranchAndFinancialInstitutionIdentification6 IntrmyAgt3?:BranchAndFinancialInstitutionIdentification6 RcvgAgt?:BranchAndFinancialInstitutionIdentification6 DlvrgAgt?:BranchAndFinancialInstitutionIdentification6 IssgAgt?:BranchAndFinancialInstitutionIdentification6 SttlmPlc?:BranchAndFinancialInstitutionIdentification6 Prtry*:ProprietaryAgent4',
  TransactionDates3:
    'AccptncDtTm?:dateTime TradActvtyCtrctlSttlmDt?:date TradDt?:date IntrBkSttlmDt?:date StartDt?:date EndDt?:date TxDtTm?:dateTime Prtry*:ProprietaryDate3',
  TransactionIdentifier1: 'TxDtTm:dateTime TxRef:Max35Text',
  TransactionInterest4: 'TtlIntrstAndTaxAmt?:ActiveOrHistoricCurrencyAndAmount Rcrd*:InterestRecord2',
  TransactionParties6:
    'InitgPty?:Party40Choice Dbtr?:Party40Choice DbtrAcct?:CashAccount38 UltmtDbtr?:Party40Choice Cdtr?:Party40Choice CdtrAcct?:CashAccount38 UltmtCdtr?:Party40Choice TradgPty?:Party40Choice Prtry*:ProprietaryParty5',
  TransactionPrice4Choice: '| DealPric:Price7 Prtry+:ProprietaryPrice2',
  TransactionQuantities3Choice:
    '| Qty:FinancialInstrumentQuantity1Choice OrgnlAndCurFaceAmt:OriginalAndCurrentQuantities1 Prtry:ProprietaryQuantity1',
  TransactionReferences6:
    'MsgId?:Max35Text AcctSvcrRef?:Max35Text PmtInfId?:Max35Text InstrId?:Max35Text EndToEndId?:Max35Text UETR?:UETRText TxId?:Max35Text MndtId?:Max35Text ChqNb?:Max35Text ClrSysRef?:Max35Text AcctOwnrTxId?:Max35Text AcctSvcrTxId?:Max35Text MktInfrstrctrTxId?:Max35Text PrcgId?:Max35Text Prtry*:ProprietaryReference1',
  YieldedOrValueType1Choice: '| Yldd:boolean ValTp:PriceValueType1Code',
};
