import { ValidationError, assertNever } from '../../errors/app-error.ts';
import type { MarketIndex } from '../../market/market-index.ts';
import { type Decimal, ZERO, decimal, sum } from '../../money/decimal.ts';
import { type BusinessDate, type YearMonth, firstDayOf, lastDayOf, yearMonth } from '../../time/business-date.ts';
import { applyFunction } from './check-formula.ts';
import type { FixingBook } from './fixing-book.ts';
import type { Formula, FormulaWindow } from './formula.ts';

const MS_PER_HOUR = 3_600_000;
const MONTHS_PER_YEAR = 12;

/** Where in time a formula is taken: one quarter-hour (or longer run of one price) of a delivery day and month. */
export type PricingMoment = {
  readonly startMs: number;
  readonly endMs: number;
  readonly deliveryDate: BusinessDate;
  readonly deliveryMonth: YearMonth;
};

/** Values a checked formula at moments of one month. Means over days, months and blocks are formed once. */
export class FormulaEvaluator {
  readonly #book: FixingBook;
  readonly #indexOf: (name: string) => MarketIndex | undefined;
  readonly #means = new Map<string, Decimal>();

  constructor(input: { book: FixingBook; indexOf: (name: string) => MarketIndex | undefined }) {
    this.#book = input.book;
    this.#indexOf = input.indexOf;
  }

  /** Exact and in the unit of the formula. Where fixings are missing the book notes them, and the value says nothing. */
  valueAt(formula: Formula, moment: PricingMoment): Decimal {
    switch (formula.kind) {
      case 'number':
        return decimal(formula.value);
      case 'index':
        return this.#indexValue(formula, moment);
      case 'negate':
        return this.valueAt(formula.of, moment).negated();
      case 'binary':
        return this.#binary(formula, moment);
      case 'call':
        return applyFunction(
          formula.name,
          formula.args.map((argument) => this.valueAt(argument, moment)),
        );
      default:
        return assertNever(formula);
    }
  }

  #binary(formula: Extract<Formula, { kind: 'binary' }>, moment: PricingMoment): Decimal {
    const [left, right] = [this.valueAt(formula.left, moment), this.valueAt(formula.right, moment)];
    switch (formula.operator) {
      case '+':
        return left.plus(right);
      case '-':
        return left.minus(right);
      case '*':
        return left.times(right);
      case '/':
        if (!right.isZero()) return left.dividedBy(right);
        if (!this.#book.isComplete) return ZERO;
        throw divisionByZero();
      default:
        return assertNever(formula.operator);
    }
  }

  #indexValue(formula: Extract<Formula, { kind: 'index' }>, moment: PricingMoment): Decimal {
    const index = this.#indexOf(formula.name);
    if (index === undefined) throw new Error(`the formula was not checked: there is no index '${formula.name}'`);
    const source = index.meanOf !== undefined && !this.#book.has(index.name) ? index.meanOf : index.name;
    const { window } = formula;
    if (window.kind === 'interval' && index.resolution !== 'hour') return this.#book.valueAt({ index: source, ...runOf(moment) });
    if (window.kind === 'interval' || window.kind === 'hour') {
      const startMs = Math.floor(moment.startMs / MS_PER_HOUR) * MS_PER_HOUR;
      return this.#remembered(`${source} H ${startMs}`, () =>
        this.#book.meanByTime({ index: source, startMs, endMs: startMs + MS_PER_HOUR }),
      );
    }
    if (window.kind === 'day') {
      const day = { from: moment.deliveryDate, to: moment.deliveryDate };
      // One day's value is that day's, whether or not a mean would count the day.
      const daily: MarketIndex = index.averaging === 'time' ? index : { ...index, averaging: 'day' };
      return this.#remembered(`${source} D ${day.from}`, () => this.#book.meanOverDays({ index: daily, source, ...day }));
    }
    const months = monthsOfWindow(window, moment.deliveryMonth);
    const means = months.map((month) =>
      this.#remembered(`${source} M ${month}`, () =>
        this.#book.meanOverDays({ index, source, from: firstDayOf(month), to: lastDayOf(month) }),
      ),
    );
    return sum(means).dividedBy(means.length);
  }

  #remembered(key: string, compute: () => Decimal): Decimal {
    const known = this.#means.get(key);
    if (known !== undefined) return known;
    const value = compute();
    this.#means.set(key, value);
    return value;
  }
}

/** The months whose means an index is taken over, in order. */
export function monthsOfWindow(window: Extract<FormulaWindow, { kind: 'month' | 'block' }>, month: YearMonth): readonly YearMonth[] {
  const delivery = monthNumber(month);
  if (window.kind === 'month') return [monthOfNumber(delivery - window.lag)];
  const sinceAnchor = (((delivery - (window.anchorMonth - 1)) % window.valid) + window.valid) % window.valid;
  const last = delivery - sinceAnchor - window.gap - 1;
  return Array.from({ length: window.months }, (_, place) => monthOfNumber(last - window.months + 1 + place));
}

function monthNumber(month: YearMonth): number {
  return Number(month.slice(0, 4)) * MONTHS_PER_YEAR + Number(month.slice(5, 7)) - 1;
}

function monthOfNumber(number: number): YearMonth {
  return yearMonth(`${Math.floor(number / MONTHS_PER_YEAR)}-${String((number % MONTHS_PER_YEAR) + 1).padStart(2, '0')}`);
}

function runOf({ startMs, endMs }: PricingMoment): { startMs: number; endMs: number } {
  return { startMs, endMs };
}

function divisionByZero(): ValidationError {
  return new ValidationError([
    {
      field: '/terms/price/formula',
      code: 'formula.divisionByZero',
      message: 'The formula divides by zero with these fixings.',
      fix: 'Guard the divisor with a positive floor, e.g. max(ECB_GBP[D], 0.01).',
    },
  ]);
}
