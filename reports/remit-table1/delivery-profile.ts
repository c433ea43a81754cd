import { assertNever, invariant } from '../../domain/errors/app-error.ts';
import type { PeakHours } from '../../domain/market/markets.ts';
import { deliveryWindowsOf, hourBlockOf } from '../../domain/reporting/remit/hour-block.ts';
import type { BlockTerms } from '../../domain/reporting/remit/hour-block.ts';
import type { ZoneName } from '../../domain/time/zone.ts';
import type { RemitTable1Contract } from '../templates/remit-table1-v3/schema.ts';

type DeliveryProfiles = RemitTable1Contract['deliveryProfile'];
type LoadType = NonNullable<RemitTable1Contract['loadType']>;

/** What of a market the delivery profile depends on; `Market` of domain/market has it. */
export type MarketHours = { readonly zone: ZoneName; readonly dayStartHour: number; readonly peak?: PeakHours };

/**
 * Field 52. Gas is always delivered by gas days, but for shapes; a shape of constant power in one run of a day is a block of hours.
 *
 * @source ACER TRUM v6.0 field 52
 */
export function loadTypeOf(terms: BlockTerms, market: MarketHours): LoadType {
  switch (terms.profile) {
    case 'base':
      return terms.commodity === 'gas' ? 'GD' : 'BL';
    case 'peak':
      return 'PL';
    case 'offpeak':
      return 'OP';
    case 'gasDay':
      return 'GD';
    case 'shaped':
      return hourBlockOf(terms, market.zone) === undefined ? 'SH' : 'BH';
    default:
      return assertNever(terms.profile);
  }
}

/**
 * Fields 53 and 54, in local time of the market. A day of power ends at 24:00:00, a gas day at the hour at which it began. A shape
 * inside one day has the hours in which it delivers, any other shape whole days, as its intervals say the rest.
 *
 * @source ACER TRUM v6.0 fields 53 and 54; FAQ 2.1.44 and 2.1.45
 */
export function deliveryProfilesOf(terms: BlockTerms, market: MarketHours): DeliveryProfiles {
  const wholeDay = [interval(market.dayStartHour, market.dayStartHour === 0 ? 24 : market.dayStartHour)];
  switch (terms.profile) {
    case 'base':
    case 'gasDay':
      return [{ loadDeliveryIntervals: wholeDay }];
    case 'shaped': {
      const windows = deliveryWindowsOf(terms, market.zone) ?? [];
      const intervals = windows.map(({ from, to }) => ({ loadDeliveryStartTime: from, loadDeliveryEndTime: to }));
      return [{ loadDeliveryIntervals: intervals.length === 0 ? wholeDay : intervals }];
    }
    case 'peak': {
      const { days, peak } = peakOf(market);
      return [{ daysOfTheWeek: [days], loadDeliveryIntervals: [interval(peak.fromHour, peak.toHour)] }];
    }
    case 'offpeak': {
      const { days, peak } = peakOf(market);
      return [
        { daysOfTheWeek: [days], loadDeliveryIntervals: [interval(0, peak.fromHour), interval(peak.toHour, 24)] },
        { daysOfTheWeek: ['WN'], loadDeliveryIntervals: wholeDay },
      ];
    }
    default:
      return assertNever(terms.profile);
  }
}

function peakOf(market: MarketHours): { readonly days: string; readonly peak: PeakHours } {
  const { peak } = market;
  invariant(peak !== undefined, 'a peak profile was booked in a market without peak hours');
  invariant(peak.firstWeekday === 1 && peak.lastWeekday === 5, 'peak hours on other days than Monday to Friday have no code here');
  return { days: 'WD', peak };
}

function interval(fromHour: number, toHour: number): DeliveryProfiles[number]['loadDeliveryIntervals'][number] {
  const text = (hour: number): string => `${String(hour).padStart(2, '0')}:00:00`;
  return { loadDeliveryStartTime: text(fromHour), loadDeliveryEndTime: text(toHour) };
}
