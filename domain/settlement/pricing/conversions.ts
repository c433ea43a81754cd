import { AppError } from '../../errors/app-error.ts';
import { type Decimal, decimal } from '../../money/decimal.ts';
import { type BusinessDate, addDays } from '../../time/business-date.ts';
import { type CalendarName, isBusinessDay } from '../../time/calendar.ts';

/** MWh in a therm as gas and spread contracts fix it. @source ice.com, UK spark spread: 0.0293071 */
export const THERM_MWH = '0.0293071';

/** A rate search never goes back further: no calendar is closed for so long. */
const CLOSED_DAYS_MAX = 10;

/** Energy of therms, exact. */
export function mwhOfTherms(therms: Decimal): Decimal {
  return therms.times(decimal(THERM_MWH));
}

/** Price per MWh of a price in pence per therm, unrounded: a price that is rounded first gives a wrong amount. */
export function gbpPerMwhOf(pencePerTherm: Decimal): Decimal {
  return pencePerTherm.dividedBy(decimal('100').times(decimal(THERM_MWH)));
}

/** A reference rate of the European Central Bank: units of the foreign currency for one euro. */
export type ReferenceRate = { readonly date: BusinessDate; readonly perEuro: string };

/**
 * The rate of a date, or where the calendar is closed that of the open day before. Throws `reference-data-missing` where the open day
 * has none: a rate of another open day would be a wrong one.
 * @source ecb.europa.eu: reference rates on TARGET days
 */
export function rateOn(input: { rates: readonly ReferenceRate[]; date: BusinessDate; calendar: CalendarName }): ReferenceRate {
  let { date } = input;
  for (let back = 0; back < CLOSED_DAYS_MAX && !isBusinessDay({ calendar: input.calendar, date }); back += 1) date = addDays(date, -1);
  const rate = input.rates.find((row) => row.date === date);
  if (rate !== undefined) return rate;
  throw new AppError({ code: 'reference-data-missing', message: `There is no reference rate of ${date}.`, details: { date } });
}

/** Euros of a foreign amount: rates are foreign per euro, so the amount is divided. Unrounded. */
export function eurosOf(input: { amount: Decimal; perEuro: string }): Decimal {
  return input.amount.dividedBy(decimal(input.perEuro));
}
