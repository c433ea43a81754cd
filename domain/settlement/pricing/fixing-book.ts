import type { FieldIssue } from '../../errors/app-error.ts';
import type { MarketIndex } from '../../market/market-index.ts';
import { type SettlementMarket, deliveryDayStartMs, settlementMarketOf } from '../../market/settlement-markets.ts';
import { type Decimal, type DecimalText, ZERO, decimal, sum } from '../../money/decimal.ts';
import { type BusinessDate, type InstantText, addDays, datesFromTo } from '../../time/business-date.ts';
import { isBusinessDay } from '../../time/calendar.ts';
import { instantText } from '../../time/zone.ts';

/** A published value for a half-open run of time. */
export type Fixing = { readonly index: string; readonly startMs: number; readonly endMs: number; readonly value: DecimalText };

/** A value that is waited for: put a fixing there. */
export type MissingFixing = { readonly index: string; readonly from: InstantText; readonly to: InstantText };

/** Missing fixings are listed run by run, at most so many. */
const MISSING_MAX = 1_000;

/**
 * Fixings by index and time. What is not there is noted and counts as zero, so that one pass finds all that is missing;
 * nobody may use a result while `missing` is not empty.
 */
export class FixingBook {
  readonly #byIndex = new Map<string, { startMs: number; endMs: number; value: Decimal }[]>();
  readonly #missing: { index: string; startMs: number; endMs: number }[] = [];
  /** A fixing that gives another value for a time that an earlier one has fixed. */
  readonly issues: readonly FieldIssue[];

  constructor(fixings: readonly Fixing[]) {
    const issues: FieldIssue[] = [];
    const ordered = fixings.map((fixing, place) => ({ ...fixing, place })).toSorted((left, right) => left.startMs - right.startMs);
    for (const { index, startMs, endMs, value, place } of ordered) {
      const rows = this.#byIndex.get(index) ?? [];
      this.#byIndex.set(index, rows);
      const last = rows.at(-1);
      const number = decimal(value);
      if (last === undefined || last.endMs <= startMs) rows.push({ startMs, endMs, value: number });
      else if (last.value.equals(number)) last.endMs = Math.max(last.endMs, endMs);
      else issues.push(conflict({ index, place, value, other: last.value.toFixed(), startMs }));
    }
    this.issues = issues;
  }

  has(index: string): boolean {
    return this.#byIndex.has(index);
  }

  get isComplete(): boolean {
    return this.#missing.length === 0;
  }

  /** Runs of missing values by index and time; neighbours are one. */
  get missing(): readonly MissingFixing[] {
    const ordered = this.#missing.toSorted((left, right) =>
      left.index === right.index ? left.startMs - right.startMs : left.index < right.index ? -1 : 1,
    );
    const runs: { index: string; startMs: number; endMs: number }[] = [];
    for (const gap of ordered) {
      const last = runs.at(-1);
      if (last?.index === gap.index && last.endMs >= gap.startMs) last.endMs = Math.max(last.endMs, gap.endMs);
      else runs.push({ ...gap });
    }
    return runs.slice(0, MISSING_MAX).map(({ index, startMs, endMs }) => ({ index, from: instantText(startMs), to: instantText(endMs) }));
  }

  /** The value in force at the start of a run; the run is noted as missing where there is none. */
  valueAt(input: { index: string; startMs: number; endMs: number }): Decimal {
    const row = this.#find(input.index, input.startMs);
    if (row !== undefined) return row.value;
    this.#missing.push({ index: input.index, startMs: input.startMs, endMs: input.endMs });
    return ZERO;
  }

  /** The mean over a run, weighted by time. */
  meanByTime(input: { index: string; startMs: number; endMs: number }): Decimal {
    let [weighted, atMs] = [ZERO, input.startMs];
    while (atMs < input.endMs) {
      const row = this.#find(input.index, atMs);
      const endMs = Math.min(row?.endMs ?? this.#nextStart(input.index, atMs), input.endMs);
      if (row === undefined) this.#missing.push({ index: input.index, startMs: atMs, endMs });
      else weighted = weighted.plus(row.value.times(endMs - atMs));
      atMs = endMs;
    }
    return weighted.dividedBy(input.endMs - input.startMs);
  }

  /** The mean over delivery days, both included, in the way of the index: by time, by day, by publication day, or of the month. */
  meanOverDays(input: { index: MarketIndex; source: string; from: BusinessDate; to: BusinessDate }): Decimal {
    const { index, from, to, source } = input;
    const market = settlementMarketOf(index.market);
    const [startMs, endMs] = [deliveryDayStartMs(market, from), deliveryDayStartMs(market, addDays(to, 1))];
    if (index.averaging === 'time') return this.meanByTime({ index: source, startMs, endMs });
    if (index.averaging === 'month') return this.valueAt({ index: source, startMs, endMs });
    const calendar = index.averaging === 'publication' ? index.calendar : undefined;
    const days = [...datesFromTo(from, to)].filter((date) => calendar === undefined || isBusinessDay({ calendar, date }));
    // A period without a single publication is as missing as one without its values.
    if (days.length === 0) return this.valueAt({ index: source, startMs, endMs });
    return sum(days.map((date) => this.valueAt({ index: source, ...dayOf(market, date) }))).dividedBy(days.length);
  }

  #find(index: string, atMs: number): { startMs: number; endMs: number; value: Decimal } | undefined {
    const rows = this.#byIndex.get(index) ?? [];
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle]?.startMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    const row = rows[low - 1];
    return row !== undefined && atMs < row.endMs ? row : undefined;
  }

  #nextStart(index: string, atMs: number): number {
    return this.#byIndex.get(index)?.find(({ startMs }) => startMs > atMs)?.startMs ?? Number.POSITIVE_INFINITY;
  }
}

function dayOf(market: SettlementMarket, date: BusinessDate): { startMs: number; endMs: number } {
  return { startMs: deliveryDayStartMs(market, date), endMs: deliveryDayStartMs(market, addDays(date, 1)) };
}

function conflict(input: { index: string; place: number; value: string; other: string; startMs: number }): FieldIssue {
  return {
    field: `/fixings/${input.place}/value`,
    code: 'fixing.conflict',
    message: `${input.index} is fixed twice at ${instantText(input.startMs)}: ${input.other} and ${input.value}.`,
    fix: 'Send one value for a time; a correction replaces the earlier version. A day or month given as "to" is included.',
  };
}
