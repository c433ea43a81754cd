import { ValidationError } from '../errors/app-error.ts';
import type { SettlementMarketCode } from '../market/settlement-markets.ts';
import { type Decimal, type DecimalText, decimal, decimalOfInteger, decimalText, sum } from '../money/decimal.ts';
import type { InstantText, YearMonth } from '../time/business-date.ts';
import { epochMsOf, instantText } from '../time/zone.ts';
import type { ShapeStep, TradeTerms } from '../trade/trade-terms.ts';
import { deliveryIssues } from './delivery-issues.ts';
import { type DeliverySpan, type SettlementProfile, deliveryMonthWindows, deliverySpans } from './delivery-spans.ts';

/** The unit from which settlement is computed: a half-open run of constant power in UTC, inside one delivery month. */
export type DeliveryInterval = {
  readonly startAt: InstantText;
  readonly endAt: InstantText;
  /** Month of the market's local calendar; for gas, of the gas day. */
  readonly deliveryMonth: YearMonth;
  readonly quantityMw: DecimalText;
  /** Power times the length in UTC, exact and never rounded. */
  readonly energyMwh: DecimalText;
};

/** What of a trade's terms says when and how much is delivered. */
export type DeliveryTerms = Pick<TradeTerms, 'capacityMw' | 'shape' | 'deliveryStartDate' | 'deliveryEndDate'> & {
  /** Every market of a trade is one of settlement's. */
  readonly market: SettlementMarketCode;
  readonly profile: SettlementProfile;
};

const MS_PER_QUARTER_HOUR = 900_000;
const QUARTERS_PER_HOUR = decimalOfInteger(4);

/**
 * Expands the terms into delivery intervals: maximal runs of constant power, in order, never across the border of a delivery month.
 * Energy is power times the length in UTC, so that a day of 23 or 25 hours has as many.
 * Throws ValidationError with every issue of the terms.
 */
export function expandDelivery(terms: DeliveryTerms): readonly DeliveryInterval[] {
  const issues = deliveryIssues(terms);
  if (issues.length > 0) throw new ValidationError(issues);
  return loadedSpans(terms).map((span) => ({
    startAt: instantText(span.startMs),
    endAt: instantText(span.endMs),
    deliveryMonth: span.deliveryMonth,
    quantityMw: span.quantityMw,
    energyMwh: decimalText(decimal(span.quantityMw).times(hoursOf(span))),
  }));
}

/** Exact length in hours; a quarter-hour is 0.25. */
export function hoursOf(span: Pick<DeliverySpan, 'startMs' | 'endMs'>): Decimal {
  return decimalOfInteger(quarterHoursOf(span)).dividedBy(QUARTERS_PER_HOUR);
}

/** Length in quarter-hours, the market time unit since 1 October 2025. */
export function quarterHoursOf(span: Pick<DeliverySpan, 'startMs' | 'endMs'>): number {
  return (span.endMs - span.startMs) / MS_PER_QUARTER_HOUR;
}

/** Totals of a list of intervals: quarter-hours counted, hours and energy exact. */
export function deliveryTotals(intervals: readonly DeliveryInterval[]): { quarterHours: number; hours: Decimal; energyMwh: Decimal } {
  const quarterHours = intervals.reduce(
    (count, { startAt, endAt }) => count + quarterHoursOf({ startMs: epochMsOf(startAt), endMs: epochMsOf(endAt) }),
    0,
  );
  return {
    quarterHours,
    hours: decimalOfInteger(quarterHours).dividedBy(QUARTERS_PER_HOUR),
    energyMwh: sum(intervals.map((interval) => decimal(interval.energyMwh))),
  };
}

type LoadedSpan = DeliverySpan & { readonly quantityMw: DecimalText };

function loadedSpans(terms: DeliveryTerms): readonly LoadedSpan[] {
  const { profile, capacityMw, shape, market, deliveryStartDate: from, deliveryEndDate: to } = terms;
  if (profile === 'shaped') return shapedSpans({ terms, shape: shape ?? [] });
  const quantityMw = decimalText(decimal(capacityMw ?? '0'));
  return deliverySpans({ market, profile, from, to }).map((span) => ({ ...span, quantityMw }));
}

/** Steps cut at month borders; neighbours of equal power become one run. */
function shapedSpans(input: { terms: DeliveryTerms; shape: readonly ShapeStep[] }): readonly LoadedSpan[] {
  const { market, deliveryStartDate: from, deliveryEndDate: to } = input.terms;
  const steps = input.shape.map((step) => ({
    startMs: epochMsOf(step.from),
    endMs: epochMsOf(step.to),
    quantityMw: decimalText(decimal(step.quantityMw)),
  }));
  const spans: LoadedSpan[] = [];
  let next = 0;
  for (const { startMs, endMs, deliveryMonth } of deliveryMonthWindows({ market, from, to })) {
    for (let step = steps[next]; step !== undefined && step.startMs < endMs; step = steps[next]) {
      pushMerged(spans, { ...step, startMs: Math.max(step.startMs, startMs), endMs: Math.min(step.endMs, endMs), deliveryMonth });
      if (step.endMs > endMs) break;
      next += 1;
    }
  }
  return spans;
}

function pushMerged(spans: LoadedSpan[], span: LoadedSpan): void {
  const last = spans.at(-1);
  const continues =
    last !== undefined && last.endMs === span.startMs && last.quantityMw === span.quantityMw && last.deliveryMonth === span.deliveryMonth;
  if (continues) spans[spans.length - 1] = { ...last, endMs: span.endMs };
  else spans.push(span);
}
