import type { BusinessDate } from '../../time/business-date.ts';
import { addDays, daysBetween, lastDayOf, monthOf, monthsFromTo, weekdayOf } from '../../time/business-date.ts';
import type { TradeTerms } from '../../trade/trade-terms.ts';

/** TRUM field 51: minutes, hour, day, week, month, quarter, season, year, other. */
export type RemitDuration = 'N' | 'H' | 'D' | 'W' | 'M' | 'Q' | 'S' | 'Y' | 'O';

const MS_PER_HOUR = 3_600_000;

/**
 * Field 50. A power contract ends at 24:00 of its last delivery day, so that day is reported; a gas day ends at 06:00 of the day after,
 * so that one is.
 *
 * @source ACER FAQ 2.1.45 on fields 49 and 50
 */
export function remitDeliveryEndDate(terms: Pick<TradeTerms, 'commodity' | 'deliveryEndDate'>): BusinessDate {
  return terms.commodity === 'gas' ? addDays(terms.deliveryEndDate, 1) : terms.deliveryEndDate;
}

/**
 * Field 51, by the delivery period: whole calendar months make M, Q, S (April or October) or Y, Monday to Sunday makes W (for peak
 * Monday to Friday), a shape of one hour H and of less N; what fits none is O.
 *
 * @source ACER TRUM v6.0 field 51
 */
export function remitDurationOf(terms: Pick<TradeTerms, 'profile' | 'shape' | 'deliveryStartDate' | 'deliveryEndDate'>): RemitDuration {
  const { profile, shape = [], deliveryStartDate: from, deliveryEndDate: to } = terms;
  const first = shape.at(0);
  const last = shape.at(-1);
  if (profile === 'shaped' && first !== undefined && last !== undefined) {
    const lengthMs = Date.parse(last.to) - Date.parse(first.from);
    if (lengthMs <= MS_PER_HOUR) return lengthMs === MS_PER_HOUR ? 'H' : 'N';
  }
  const days = daysBetween(from, to) + 1;
  if (days === 1) return 'D';
  const weekLength = profile === 'peak' ? 5 : 7;
  if (weekdayOf(from) === 1 && days === weekLength) return 'W';
  return from.endsWith('-01') && to === lastDayOf(monthOf(to)) ? wholeMonthsDuration(from, to) : 'O';
}

function wholeMonthsDuration(from: BusinessDate, to: BusinessDate): RemitDuration {
  const months = [...monthsFromTo(monthOf(from), monthOf(to))].length;
  const firstMonth = Number(from.slice(5, 7));
  if (months === 1) return 'M';
  if (months === 3 && firstMonth % 3 === 1) return 'Q';
  if (months === 6 && (firstMonth === 4 || firstMonth === 10)) return 'S';
  return months === 12 ? 'Y' : 'O';
}
