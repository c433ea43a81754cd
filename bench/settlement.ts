/**
 * Prices and sums portfolios of 1,000 and of 10,000 trades over a month of quarter-hours, each trade with a load and a spread of its own
 * against the quarter-hourly day-ahead index, and checks a sample of lines against plain decimal arithmetic.
 *
 * Run: node bench/settlement.ts
 */
import assert from 'node:assert/strict';
import { type Decimal, decimal, decimalText, fixedText, sum } from '../domain/money/decimal.ts';
import {
  type PortfolioLine,
  type PortfolioTrade,
  type QuarterValues,
  pricePortfolio,
  quarterGrid,
  quarterValues,
} from '../domain/settlement/portfolio.ts';
import { yearMonth } from '../domain/time/business-date.ts';

const SIZES = [1_000, 10_000] as const;
const ROUNDS = 3;
/** Every so many trades one line is recomputed by decimals. */
const CHECK_EVERY = 997;
const SHAPES = 50;

const grid = quarterGrid({ market: 'DE', month: yearMonth('2027-10') });
const index = quarterValues({ grid, kind: 'priceTenThousandths', values: grid.startsMs.map((_, at) => priceAt(at)) });

/** Read once from text, as schedules are when they arrive; what is measured is pricing and adding up. */
const shapes = Array.from({ length: SHAPES }, (_, shape) =>
  quarterValues({ grid, kind: 'kilowatts', values: grid.startsMs.map((__, at) => loadAt(shape, at)) }),
);

/** Between -20 and 180 EUR/MWh with cents, another one every quarter-hour. */
function priceAt(at: number): string {
  return fixedText(decimal(String(((at * 7_919) % 20_000) - 2_000)).dividedBy(100), 2);
}

function loadAt(shape: number, at: number): string {
  return fixedText(decimal(String(1_000 + ((at * 31 + shape * 977) % 9_000))).dividedBy(1_000), 3);
}

/** Every trade has an array of its own: shapes are copied and scaled, as a portfolio would hold them. */
function* portfolio(count: number): Generator<PortfolioTrade> {
  for (let number = 0; number < count; number += 1) {
    const shape = shapes[number % SHAPES];
    assert.ok(shape);
    const load: QuarterValues = { kind: 'kilowatts', values: shape.values.map((kilowatts) => kilowatts + number) };
    yield { id: `T-${number}`, grid, load, index, factor: '1', spread: fixedText(decimal(String(number % 300)).dividedBy(100), 2) };
  }
}

function check(number: number, line: PortfolioLine): void {
  const spread = decimal(String(number % 300)).dividedBy(100);
  const terms = grid.startsMs.map((_, at): Decimal => {
    const power = decimal(loadAt(number % SHAPES, at)).plus(decimal(String(number)).dividedBy(1_000));
    return power.dividedBy(4).times(decimal(priceAt(at)).plus(spread));
  });
  assert.equal(line.net, fixedText(sum(terms), 2), `line ${line.id} is exact`);
}

const seconds: number[] = [];
for (const size of SIZES) {
  const rounds: { elapsed: number; peakMb: number; intervals: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const checked = new Map<number, PortfolioLine>();
    let [number, peak] = [0, 0];
    let lines = decimal('0');
    const startedAt = performance.now();
    const total = pricePortfolio({
      trades: portfolio(size),
      currency: 'EUR',
      rounding: 'halfAwayFromZero',
      onLine: (line) => {
        if (number % CHECK_EVERY === 0) checked.set(number, line);
        if (number % 500 === 0) peak = Math.max(peak, process.memoryUsage().rss);
        lines = lines.plus(decimal(line.net));
        number += 1;
      },
    });
    const elapsed = (performance.now() - startedAt) / 1_000;
    assert.equal(decimalText(decimal(total.net)), decimalText(lines), 'the total is the sum of the rounded lines');
    assert.equal(total.intervals, size * grid.startsMs.length);
    for (const [at, line] of checked) check(at, line);
    rounds.push({ elapsed, peakMb: peak / 1024 / 1024, intervals: total.intervals });
  }
  const best = rounds.toSorted((left, right) => left.elapsed - right.elapsed)[Math.floor(ROUNDS / 2)];
  assert.ok(best);
  seconds.push(best.elapsed);
  const rate = Math.round(best.intervals / best.elapsed);
  print({ metric: 'seconds', trades: size, intervals: best.intervals, value: round2(best.elapsed), unit: 's', perSecond: rate });
  print({ metric: 'memory', trades: size, value: Math.round(best.peakMb), unit: 'MB resident' });
}
const [small = 1, large = 1] = seconds;
print({ metric: 'growth', from: SIZES[0], to: SIZES[1], value: round2(large / small), unit: 'times the seconds for 10 times the trades' });

function print(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ bench: 'settlement', ...line }));
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
