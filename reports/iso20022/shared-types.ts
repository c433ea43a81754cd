import type { TypeCatalogue } from './catalogue.ts';

/**
 * Parties, accounts, addresses and remittance, which several messages share. Written as `compileCatalogue` reads it.
 *
 * @source ISO 20022 message definitions pain.001.001.09, pain.002.001.10 and camt.053.001.08
 */
export const SHARED_TYPES: TypeCatalogue = {
  AccountIdentification4Choice: '| IBAN:IBANText Othr:GenericAccountIdentification1',
  AccountSchemeName1Choice: '| Cd:Max4Text Prtry:Max35Text',
  ActiveCurrencyAndAmount: '@ ActiveCurrencyAndAmount_SimpleType Ccy:CcyText',
  ActiveOrHistoricCurrencyAndAmount: '@ ActiveOrHistoricCurrencyAndAmount_SimpleType Ccy:CcyText',
  AddressType3Choice: '| Cd:AddressType2Code Prtry:GenericIdentification30',
  AmountType4Choice: '| InstdAmt:ActiveOrHistoricCurrencyAndAmount EqvtAmt:EquivalentAmount2',
  BranchAndFinancialInstitutionIdentification6: 'FinInstnId:FinancialInstitutionIdentification18 BrnchId?:BranchData3',
  BranchData3: 'Id?:Max35Text LEI?:LEIText Nm?:Max140Text PstlAdr?:PostalAddress24',
  CashAccount38: 'Id:AccountIdentification4Choice Tp?:CashAccountType2Choice Ccy?:CcyText Nm?:Max70Text Prxy?:ProxyAccountIdentification1',
  CashAccountType2Choice: '| Cd:Max4Text Prtry:Max35Text',
  CategoryPurpose1Choice: '| Cd:Max4Text Prtry:Max35Text',
  ClearingSystemIdentification2Choice: '| Cd:Max5Text Prtry:Max35Text',
  ClearingSystemMemberIdentification2: 'ClrSysId?:ClearingSystemIdentification2Choice MmbId:Max35Text',
  Contact4:
    'NmPrfx?:NamePrefix2Code Nm?:Max140Text PhneNb?:PhneNbText MobNb?:PhneNbText FaxNb?:PhneNbText EmailAdr?:Max2048Text EmailPurp?:Max35Text JobTitl?:Max35Text Rspnsblty?:Max35Text Dept?:Max70Text Othr*:OtherContact1 PrefrdMtd?:PreferredContactMethod1Code',
  CreditorReferenceInformation2: 'Tp?:CreditorReferenceType2 Ref?:Max35Text',
  CreditorReferenceType1Choice: '| Cd:DocumentType3Code Prtry:Max35Text',
  CreditorReferenceType2: 'CdOrPrtry:CreditorReferenceType1Choice Issr?:Max35Text',
  DateAndDateTime2Choice: '| Dt:date DtTm:dateTime',
  DateAndPlaceOfBirth1: 'BirthDt:date PrvcOfBirth?:Max35Text CityOfBirth:Max35Text CtryOfBirth:CtryOfBirthText',
  DatePeriod2: 'FrDt:date ToDt:date',
  DiscountAmountAndType1: 'Tp?:DiscountAmountType1Choice Amt:ActiveOrHistoricCurrencyAndAmount',
  DiscountAmountType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  DocumentAdjustment1: 'Amt:ActiveOrHistoricCurrencyAndAmount CdtDbtInd?:CreditDebitCode Rsn?:Max4Text AddtlInf?:Max140Text',
  DocumentLineIdentification1: 'Tp?:DocumentLineType1 Nb?:Max35Text RltdDt?:date',
  DocumentLineInformation1: 'Id+:DocumentLineIdentification1 Desc?:Max2048Text Amt?:RemittanceAmount3',
  DocumentLineType1: 'CdOrPrtry:DocumentLineType1Choice Issr?:Max35Text',
  DocumentLineType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  EquivalentAmount2: 'Amt:ActiveOrHistoricCurrencyAndAmount CcyOfTrf:CcyText',
  FinancialIdentificationSchemeName1Choice: '| Cd:Max4Text Prtry:Max35Text',
  FinancialInstitutionIdentification18:
    'BICFI?:BICFIText ClrSysMmbId?:ClearingSystemMemberIdentification2 LEI?:LEIText Nm?:Max140Text PstlAdr?:PostalAddress24 Othr?:GenericFinancialIdentification1',
  Garnishment3:
    'Tp:GarnishmentType1 Grnshee?:PartyIdentification135 GrnshmtAdmstr?:PartyIdentification135 RefNb?:Max140Text Dt?:date RmtdAmt?:ActiveOrHistoricCurrencyAndAmount FmlyMdclInsrncInd?:boolean MplyeeTermntnInd?:boolean',
  GarnishmentType1: 'CdOrPrtry:GarnishmentType1Choice Issr?:Max35Text',
  GarnishmentType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  GenericAccountIdentification1: 'Id:Max34Text SchmeNm?:AccountSchemeName1Choice Issr?:Max35Text',
  GenericFinancialIdentification1: 'Id:Max35Text SchmeNm?:FinancialIdentificationSchemeName1Choice Issr?:Max35Text',
  GenericIdentification30: 'Id:IdText Issr:Max35Text SchmeNm?:Max35Text',
  GenericOrganisationIdentification1: 'Id:Max35Text SchmeNm?:OrganisationIdentificationSchemeName1Choice Issr?:Max35Text',
  GenericPersonIdentification1: 'Id:Max35Text SchmeNm?:PersonIdentificationSchemeName1Choice Issr?:Max35Text',
  LocalInstrument2Choice: '| Cd:Max35Text Prtry:Max35Text',
  NameAndAddress16: 'Nm:Max140Text Adr:PostalAddress24',
  OrganisationIdentification29: 'AnyBIC?:BICFIText LEI?:LEIText Othr*:GenericOrganisationIdentification1',
  OrganisationIdentificationSchemeName1Choice: '| Cd:Max4Text Prtry:Max35Text',
  OtherContact1: 'ChanlTp:Max4Text Id?:Max128Text',
  Party38Choice: '| OrgId:OrganisationIdentification29 PrvtId:PersonIdentification13',
  Party40Choice: '| Pty:PartyIdentification135 Agt:BranchAndFinancialInstitutionIdentification6',
  PartyIdentification135: 'Nm?:Max140Text PstlAdr?:PostalAddress24 Id?:Party38Choice CtryOfRes?:CtryOfBirthText CtctDtls?:Contact4',
  PersonIdentification13: 'DtAndPlcOfBirth?:DateAndPlaceOfBirth1 Othr*:GenericPersonIdentification1',
  PersonIdentificationSchemeName1Choice: '| Cd:Max4Text Prtry:Max35Text',
  PostalAddress24:
    'AdrTp?:AddressType3Choice Dept?:Max70Text SubDept?:Max70Text StrtNm?:Max70Text BldgNb?:Max16Text BldgNm?:Max35Text Flr?:Max70Text PstBx?:Max16Text Room?:Max70Text PstCd?:Max16Text TwnNm?:Max35Text TwnLctnNm?:Max35Text DstrctNm?:Max35Text CtrySubDvsn?:Max35Text Ctry?:CtryOfBirthText AdrLine{0,7}:Max70Text',
  ProxyAccountIdentification1: 'Tp?:ProxyAccountType1Choice Id:Max2048Text',
  ProxyAccountType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  Purpose2Choice: '| Cd:Max4Text Prtry:Max35Text',
  ReferredDocumentInformation7: 'Tp?:ReferredDocumentType4 Nb?:Max35Text RltdDt?:date LineDtls*:DocumentLineInformation1',
  ReferredDocumentType3Choice: '| Cd:DocumentType6Code Prtry:Max35Text',
  ReferredDocumentType4: 'CdOrPrtry:ReferredDocumentType3Choice Issr?:Max35Text',
  RemittanceAmount2:
    'DuePyblAmt?:ActiveOrHistoricCurrencyAndAmount DscntApldAmt*:DiscountAmountAndType1 CdtNoteAmt?:ActiveOrHistoricCurrencyAndAmount TaxAmt*:TaxAmountAndType1 AdjstmntAmtAndRsn*:DocumentAdjustment1 RmtdAmt?:ActiveOrHistoricCurrencyAndAmount',
  RemittanceAmount3:
    'DuePyblAmt?:ActiveOrHistoricCurrencyAndAmount DscntApldAmt*:DiscountAmountAndType1 CdtNoteAmt?:ActiveOrHistoricCurrencyAndAmount TaxAmt*:TaxAmountAndType1 AdjstmntAmtAndRsn*:DocumentAdjustment1 RmtdAmt?:ActiveOrHistoricCurrencyAndAmount',
  RemittanceInformation16: 'Ustrd*:Max140Text Strd*:StructuredRemittanceInformation16',
  RemittanceLocation7: 'RmtId?:Max35Text RmtLctnDtls*:RemittanceLocationData1',
  RemittanceLocationData1: 'Mtd:RemittanceLocationMethod2Code ElctrncAdr?:Max2048Text PstlAdr?:NameAndAddress16',
  ServiceLevel8Choice: '| Cd:Max4Text Prtry:Max35Text',
  StructuredRemittanceInformation16:
    'RfrdDocInf*:ReferredDocumentInformation7 RfrdDocAmt?:RemittanceAmount2 CdtrRefInf?:CreditorReferenceInformation2 Invcr?:PartyIdentification135 Invcee?:PartyIdentification135 TaxRmt?:TaxInformation7 GrnshmtRmt?:Garnishment3 AddtlRmtInf{0,3}:Max140Text',
  TaxAmount2:
    'Rate?:XchgRateText TaxblBaseAmt?:ActiveOrHistoricCurrencyAndAmount TtlAmt?:ActiveOrHistoricCurrencyAndAmount Dtls*:TaxRecordDetails2',
  TaxAmountAndType1: 'Tp?:TaxAmountType1Choice Amt:ActiveOrHistoricCurrencyAndAmount',
  TaxAmountType1Choice: '| Cd:Max4Text Prtry:Max35Text',
  TaxAuthorisation1: 'Titl?:Max35Text Nm?:Max140Text',
  TaxInformation7:
    'Cdtr?:TaxParty1 Dbtr?:TaxParty2 UltmtDbtr?:TaxParty2 AdmstnZone?:Max35Text RefNb?:Max140Text Mtd?:Max35Text TtlTaxblBaseAmt?:ActiveOrHistoricCurrencyAndAmount TtlTaxAmt?:ActiveOrHistoricCurrencyAndAmount Dt?:date SeqNb?:SeqNbText Rcrd*:TaxRecord2',
  TaxInformation8:
    'Cdtr?:TaxParty1 Dbtr?:TaxParty2 AdmstnZone?:Max35Text RefNb?:Max140Text Mtd?:Max35Text TtlTaxblBaseAmt?:ActiveOrHistoricCurrencyAndAmount TtlTaxAmt?:ActiveOrHistoricCurrencyAndAmount Dt?:date SeqNb?:SeqNbText Rcrd*:TaxRecord2',
  TaxParty1: 'TaxId?:Max35Text RegnId?:Max35Text TaxTp?:Max35Text',
  TaxParty2: 'TaxId?:Max35Text RegnId?:Max35Text TaxTp?:Max35Text Authstn?:TaxAuthorisation1',
  TaxPeriod2: 'Yr?:date Tp?:TaxRecordPeriod1Code FrToDt?:DatePeriod2',
  TaxRecord2:
    'Tp?:Max35Text Ctgy?:Max35Text CtgyDtls?:Max35Text DbtrSts?:Max35Text CertId?:Max35Text FrmsCd?:Max35Text Prd?:TaxPeriod2 TaxAmt?:TaxAmount2 AddtlInf?:Max140Text',
  TaxRecordDetails2: 'Prd?:TaxPeriod2 Amt:ActiveOrHistoricCurrencyAndAmount',
};
