import { codes, simple } from '../../xml/schema-model.ts';

/**
 * The values of REMIT Table 2 V1 that are not those of Table 1 V3; facets that look alike differ in length or characters.
 *
 * @source ACER, REMITTable2_V1.xsd of 4 July 2024, simple types; meanings: TRUM v6.0 chapters 5.1 to 5.5
 */
export const glnCode = simple('gln', {
  base: 'string',
  minLength: 13,
  maxLength: 13,
  pattern: '[A-Za-z0-9_]+',
  words: 'a GLN of 13 letters and digits',
});
export const contractIdText = simple('contractIdType', {
  base: 'string',
  maxLength: 100,
  pattern: '[A-Za-z0-9_:-]+',
  words: 'up to 100 letters, digits and the characters _ : -',
});
export const restrictedText = simple('restrictedString', {
  base: 'string',
  maxLength: 150,
  pattern: '[A-Za-z0-9_ -]+',
  words: 'up to 150 letters, digits, blanks, _ and -; no other punctuation',
});
export const priceFormulaText = simple('priceFormulaType', {
  base: 'string',
  maxLength: 1000,
  words: 'a formula of up to 1000 characters',
});
export const extraText = simple('extraType', {
  base: 'string',
  maxLength: 1000,
  pattern: '((\\w+==((\\d+\\.\\d+)|(\\d+)|(\\w+));)+(\\w+==((\\d+\\.\\d+)|(\\d+)|(\\w+))))',
  words: 'at least two pairs key==value, separated by semicolons',
});
export const contractType = codes(
  'contractTypeType',
  'SO FW FU OP OP_FW OP_FU OP_SW SP SW OT FW_DES FW_FOB FU_DES FU_FOB OP_DES OP_FOB SP_DES SP_FOB SW_DES SW_FOB SO_PPA FW_PPA FU_PPA OP_PPA SP_PPA SW_PPA',
);
export const capacityUnit = codes(
  'capacityUnitType',
  'KW KWh/h KWh/d MW MWh/h MWh/d GW GWh/h GWh/d Therm/d KTherm/d MTherm/d cm/d mcm/d Btu/d MMBtu/d MJ/d 100MJ/d MMJ/d GJ/d',
);
export const quantityUnit = codes('quantityUnitType', 'KWh MWh GWh Therm KTherm MTherm cm mcm Btu MMBtu MJ MMJ 100MJ GJ');
export const frequency = codes('frequencyType', 'X H D W M Q S A O');
export const typeOfIndexPrice = codes('typeOfIndexPriceType', 'F I C O');
export const volumeOptionality = codes('volumeOptionalityType', 'V F M C O');
