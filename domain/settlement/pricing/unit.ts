import { type Currency, isCurrency } from '../../money/currency.ts';
import { type Decimal, decimal } from '../../money/decimal.ts';

/** A unit as powers of its symbols, e.g. `EUR/MWh` is EUR to 1 and MWh to -1. */
export type Unit = Readonly<Record<string, number>>;

/**
 * MWh in one unit of energy, as contracts fix them.
 * @source ice.com UK spark spread (therm 0.0293071); 1 GJ is exactly 1/3.6 MWh, so that it is kept as a quotient; IEA: 1 toe is 11.63 MWh
 */
const ENERGY_MWH: Readonly<Record<string, { readonly times: string; readonly dividedBy: string }>> = {
  MWh: { times: '1', dividedBy: '1' },
  kWh: { times: '1', dividedBy: '1000' },
  th: { times: '0.0293071', dividedBy: '1' },
  MMBtu: { times: '0.293071', dividedBy: '1' },
  GJ: { times: '1', dividedBy: '3.6' },
  toe: { times: '11.63', dividedBy: '1' },
};
const OTHER_SYMBOLS: ReadonlySet<string> = new Set(['p', 't', 'bbl']);

export const DIMENSIONLESS: Unit = {};

/** Reads `A`, `A/B`; undefined where a symbol is not known. */
export function parseUnit(text: string): Unit | undefined {
  const [top = '', bottom, ...rest] = text.split('/');
  if (rest.length > 0 || !isSymbol(top) || (bottom !== undefined && !isSymbol(bottom))) return undefined;
  return bottom === undefined ? { [top]: 1 } : combine({ [top]: 1 }, { [bottom]: 1 }, -1);
}

/** The product of two units, or with `sign` -1 their quotient. */
export function combine(left: Unit, right: Unit, sign: 1 | -1): Unit {
  const powers: Record<string, number> = { ...left };
  for (const [symbol, power] of Object.entries(right)) {
    const sum = (powers[symbol] ?? 0) + sign * power;
    if (sum === 0) delete powers[symbol];
    else powers[symbol] = sum;
  }
  return powers;
}

/** The one form in which units are compared and printed, e.g. `EUR/MWh`; `1` without any. */
export function unitText(unit: Unit): string {
  const entries = Object.entries(unit).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const side = (sign: 1 | -1): string =>
    entries
      .filter(([, power]) => power * sign > 0)
      .map(([symbol, power]) => (power * sign === 1 ? symbol : `${symbol}^${power * sign}`))
      .join('·');
  const [top, bottom] = [side(1), side(-1)];
  return `${top === '' ? '1' : top}${bottom === '' ? '' : `/${bottom}`}`;
}

/**
 * What a price in `unit` is multiplied with to be in `currency` per MWh; undefined where it is no price of energy in that currency.
 * Pence are hundredths of a pound. Applied last and never to a rounded price.
 */
export function factorToMwhPrice(unit: Unit, currency: Currency): ((price: Decimal) => Decimal) | undefined {
  const entries = Object.entries(unit);
  const money = entries.find(([, power]) => power === 1)?.[0];
  const energy = ENERGY_MWH[entries.find(([, power]) => power === -1)?.[0] ?? ''];
  if (entries.length !== 2 || money === undefined || energy === undefined) return undefined;
  if ((money === 'p' ? 'GBP' : money) !== currency) return undefined;
  const perUnit = decimal(money === 'p' ? '100' : '1').times(decimal(energy.times));
  return (price) => price.times(decimal(energy.dividedBy)).dividedBy(perUnit);
}

function isSymbol(text: string): boolean {
  return isCurrency(text) || Object.hasOwn(ENERGY_MWH, text) || OTHER_SYMBOLS.has(text);
}
