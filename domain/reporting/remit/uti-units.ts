import type { UtiProfile } from './uti.ts';

/** What one unit is in its standard unit. Factors are decimal text, so that nothing is lost. */
export type StandardUnit = {
  readonly unit: 'MW' | 'Therm/d' | 'cm/d' | 'Btu/d' | 'MJ/d';
  /** Quantity in the standard unit = quantity × numerator ÷ denominator; 24 turns a day's energy into power. */
  readonly quantityFactor: { readonly numerator: string; readonly denominator: string };
  /** Size of the energy unit that the price is for, in energy units of the standard unit: 0.001 for KWh. */
  readonly energyFactor: string;
};

function power(energyFactor: string, hours: '1' | '24'): StandardUnit {
  return { unit: 'MW', quantityFactor: { numerator: energyFactor, denominator: hours }, energyFactor };
}

function daily(unit: StandardUnit['unit'], energyFactor: string): StandardUnit {
  return { unit, quantityFactor: { numerator: energyFactor, denominator: '1' }, energyFactor };
}

/** @source ACER TRUM v6.0 field 42 (units) and Annex IV v2.2 (standard units) */
const STANDARD_UNITS: ReadonlyMap<string, StandardUnit> = new Map([
  ['KW', power('0.001', '1')],
  ['KWh/h', power('0.001', '1')],
  ['KWh/d', power('0.001', '24')],
  ['MW', power('1', '1')],
  ['MWh/h', power('1', '1')],
  ['MWh/d', power('1', '24')],
  ['GW', power('1000', '1')],
  ['GWh/h', power('1000', '1')],
  ['GWh/d', power('1000', '24')],
  ['Therm/d', daily('Therm/d', '1')],
  ['KTherm/d', daily('Therm/d', '1000')],
  ['MTherm/d', daily('Therm/d', '1000000')],
  ['cm/d', daily('cm/d', '1')],
  ['tcm/d', daily('cm/d', '1000')],
  ['mcm/d', daily('cm/d', '1000000')],
  ['Btu/d', daily('Btu/d', '1')],
  ['MMBtu/d', daily('Btu/d', '1000000')],
  ['MJ/d', daily('MJ/d', '1')],
  ['100MJ/d', daily('MJ/d', '100')],
  ['GJ/d', daily('MJ/d', '1000')],
  ['MMJ/d', daily('MJ/d', '1000000')],
]);

/**
 * The workbook counts MMBtu as 1000 Btu: of its identifiers those folded to Btu/d have the price 0.00223, and 53.5 ÷ 24 000 is that,
 * where all others come from 53.5 and 24 by the true factors.
 */
const SHEET_MMBTU: StandardUnit = daily('Btu/d', '1000');

export const UTI_QUANTITY_UNITS: readonly string[] = [...STANDARD_UNITS.keys()];

/** The standard unit of a unit of field 42. Throws on any other text. */
export function standardUnitOf(unit: string, profile: UtiProfile): StandardUnit {
  const name = unit.trim();
  if (profile === 'sheet' && name === 'MMBtu/d') return SHEET_MMBTU;
  const standard = STANDARD_UNITS.get(name);
  if (standard === undefined) throw new Error(`'${unit}' is not a unit of field 42`);
  return standard;
}
