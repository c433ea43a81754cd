import { codes, simple } from '../../xml/schema-model.ts';

/**
 * The values of REMIT Table 1 V3 and the facets that they keep.
 *
 * @source ACER, REMITTable1_V3.xsd of 4 July 2024, simple types; meanings: TRUM v6.0 chapters 4.1 to 4.7
 */
export const aceCode = simple('ace', {
  base: 'string',
  minLength: 12,
  maxLength: 12,
  pattern: '[A-Za-z0-9_]+\\.[A-Z][A-Z]',
  words: 'an ACER code of 12 characters, e.g. A0045821W.IT',
});
export const leiCode = simple('lei', {
  base: 'string',
  minLength: 20,
  maxLength: 20,
  pattern: '[A-Za-z0-9_]+',
  words: 'an LEI of 20 letters and digits',
});
export const bicCode = simple('bic', {
  base: 'string',
  minLength: 11,
  maxLength: 11,
  pattern: '[A-Za-z0-9_]+',
  words: 'a BIC of exactly 11 letters and digits',
});
export const eicCode = simple('eic', {
  base: 'string',
  minLength: 16,
  maxLength: 16,
  pattern: '[0-9][0-9][XYZTWV].+',
  words: 'an EIC of 16 characters, e.g. 10YNL----------L',
});
export const glnCode = simple('gln', {
  base: 'string',
  minLength: 13,
  maxLength: 13,
  pattern: '[A-Za-z0-9_-]+',
  words: 'a GLN of 13 characters',
});
export const micCode = simple('mic', {
  base: 'string',
  minLength: 4,
  maxLength: 4,
  pattern: '[A-Za-z0-9_]+',
  words: 'a market identifier code of 4 letters and digits',
});
export const bilateralCode = codes('bil', 'XBIL');

export const contractIdText = simple('contractIdType', {
  base: 'string',
  minLength: 1,
  maxLength: 50,
  pattern: '[A-Za-z0-9_:-]+',
  words: 'up to 50 letters, digits and the characters _ : -',
});
export const contractNameText = simple('contractNameType', {
  base: 'string',
  minLength: 1,
  maxLength: 200,
  words: 'a name of 1 to 200 characters',
});
export const traderCode = simple('traderCode', {
  base: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: '[A-Za-z0-9_ -]+',
  words: 'up to 100 letters, digits, blanks, _ and -',
});
export const indexNameText = simple('fixingIndexType', {
  base: 'string',
  minLength: 1,
  maxLength: 150,
  pattern: '[A-Za-z0-9_ -]+',
  words: 'up to 150 letters, digits, blanks, _ and -; no other punctuation',
});
export const orderIdentifier = simple('orderIdentifierType', {
  base: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: '[A-Za-z0-9_-]([A-Za-z0-9_ -]*[A-Za-z0-9_-])?',
  words: 'up to 100 letters, digits, _ and -, blanks only inside',
});
export const uniqueTransactionIdentifier = simple('uniqueTransactionIdentifierType', {
  base: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: '[A-Za-z0-9_-]([A-Za-z0-9_ -]*[A-Za-z0-9_-])?',
  words: 'up to 100 letters, digits, _ and - (no colon), blanks only inside',
});
export const extraText = simple('extraType', {
  base: 'string',
  minLength: 1,
  maxLength: 1000,
  pattern: '((\\w+==((\\d+\\.\\d+)|(\\d+)|(\\w+)))(;(\\w+==((\\d+\\.\\d+)|(\\d+)|(\\w+))))*)',
  words: 'pairs key==value, separated by semicolons',
});
export const yesNoText = simple('booleanType', { base: 'string', pattern: '(true)|(Y)|(false)|(N)', words: 'true, Y, false or N' });
export const daysOfTheWeekText = simple('daysOfTheWeekType', {
  base: 'string',
  pattern: '((SU|MO|TU|WE|TH|FR|SA)to(SU|MO|TU|WE|TH|FR|SA))|(SU|MO|TU|WE|TH|FR|SA|XB|IB|WD|WN)',
  words: 'a day (MO), a range (MOtoFR), or XB, IB, WD, WN',
});

export const numberValue = simple('number', {
  base: 'decimal',
  totalDigits: 20,
  fractionDigits: 5,
  words: 'a decimal number with at most 20 digits, 5 of them after the point, and no exponent',
});
export const recordSeqNumber = simple('RecordSeqNumberType', { base: 'integer', minInclusive: '1', words: 'a whole number from 1' });
export const dateValue = simple('dateType', { base: 'date', words: 'a date YYYY-MM-DD that exists' });
export const tradingTimeValue = simple('tradingTimeType', { base: 'time', words: 'a time hh:mm:ss, with Z or an offset, e.g. 24:00:00Z' });
export const localTimeValue = simple('timeRestriction', {
  base: 'time',
  pattern: '(\\d{2}:){2}\\d{2}',
  words: 'a local time hh:mm:ss without zone, 24:00:00 at the most',
});
export const dateTimeValue = simple('dateTimeRestriction', {
  base: 'dateTime',
  pattern: '\\d{4}(-\\d{2}){2}T(\\d{2}:){2}\\d{2}(\\.\\d{1,})?(Z|[+-]\\d{2}:\\d{2})',
  words: 'a date and time with Z or an offset, e.g. 2026-04-29T10:35:56.050Z',
});

export const actionType = codes('actionTypesType', 'N M E C');
export const aggressorType = codes('aggressorType', 'A I S');
export const buySellIndicator = codes('buySellIndicatorType', 'B S C');
export const tradingCapacity = codes('tradingCapacityType', 'P A');
export const settlementMethod = codes('settlementMethodType', 'P C O');
export const energyCommodity = codes('energyCommodityType', 'EL NG LG');
export const durationType = codes('durationType', 'N H D W M Q S Y O');
export const loadType = codes('contractLoadType', 'BL PL OP BH SH GD OT');
export const optionStyle = codes('optionStyleType', 'A B E S O');
export const optionType = codes('optionTypeType', 'C P O');
export const orderDuration = codes('orderDurationsType', 'DAY GTC GTD GTT SES OTH');
export const orderStatus = codes('orderStatusType', 'ACT COV EXP MAC PMA REF SUS WIT OTH');
export const orderCondition = codes('orderConditionsType', 'AON FAF FAK FOK HVO MEV OCO PRE PRI PTR SLO OTH');
export const orderType = codes('orderTypesType', 'BLO CON COM EXC FHR IOI LIM LIN LIS MAR MTL SMA SPR STP VBL OTH');
export const contractType = codes(
  'contractTypeType',
  'AU CO FW FU OP OP_FW OP_FU OP_SW SP SW OT OP_SP SWG FW_EFP FW_EFS FU_EFP FU_EFS FW_DES FW_FOB FU_DES FU_FOB OP_DES OP_FOB SP_DES SP_FOB SW_DES SW_FOB SWG_DES SWG_FOB SO_PPA FW_PPA FU_PPA OP_PPA SP_PPA SW_PPA',
);
export const currencyCode = codes('currencyCodeType', 'BGN CHF CZK DKK EUR EUX GBX GBP HRK HUF ISK NOK PCT PLN RON SEK USD OTH');
export const quantityUnit = codes(
  'quantityUnitType',
  'KW KWh/h KWh/d MW MWh/h MWh/d GW GWh/h GWh/d Therm/d KTherm/d MTherm/d cm/d mcm/d Btu/d MMBtu/d MJ/d 100MJ/d MMJ/d GJ/d tcm/d',
);
export const notionalQuantityUnit = codes(
  'notionalQuantityUnitType',
  'KWh MWh GWh Therm KTherm MTherm cm mcm Btu MMBtu MJ 100MJ MMJ GJ tcm',
);
