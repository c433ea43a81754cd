import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest, judgeExceptions } from './backtest.ts';
import { correlationMatrix, influentialDays, kendallTauB, midRanks, pearson } from './correlation.ts';
import { isCornishFisherValid, populationMoments } from './cornish-fisher.ts';
import { cholesky, entry, sampleCovariance, squareMatrix } from './matrix.ts';
import { correlationFactor, simulateProfits } from './monte-carlo.ts';
import { nearestCorrelation } from './nearest-correlation.ts';
import { ascending, at } from './numeric.ts';
import { parametricRisk } from './parametric.ts';
import { expectedShortfall, lowerQuantile, valueAtRisk } from './quantiles.ts';
import { ewmaCovariance } from './weighted-history.ts';

const profitsArbitrary = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 300 })
  .map((values) => Float64Array.from(values));
const tailArbitrary = fc.constantFrom(0.1, 0.05, 0.025, 0.01);

describe('quantiles and shortfall', () => {
  it('reads 1..10 by the three rules as worked by hand', () => {
    // p = 0.25, n = 10. type1: ceil(2.5) = third value. type6: h = 11/4 - 1 = 1.75. type7: h = 9/4 = 2.25.
    const sorted = Float64Array.from({ length: 10 }, (_, index) => index + 1);
    const read = (rule: 'type1' | 'type6' | 'type7') => lowerQuantile({ sorted, tail: 0.25, rule });
    expect([read('type1'), read('type6'), read('type7')]).toEqual([3, 2.75, 3.25]);
  });

  it('takes the fraction of the next scenario into the coherent shortfall', () => {
    // n = 10, p = 0.25: (-10 - 9) / 10 and 0.05 of -8, over 0.25: 9.2.
    const sorted = Float64Array.from({ length: 10 }, (_, index) => index - 10);
    const es = expectedShortfall({ sorted, tail: 0.25 });
    expect(es.acerbiTasche).toBeCloseTo(9.2, 12);
    // Type1 is -8: the mean of -10, -9, -8. Type7 is -7.75: below it are the same three.
    expect([es.meanAtOrBelowType1, es.meanBelowType7]).toEqual([9, 9]);
  });

  it('never puts a shortfall below its VaR, in no convention', () => {
    fc.assert(
      fc.property(profitsArbitrary, tailArbitrary, (profits, tail) => {
        const sorted = ascending(profits);
        const value = valueAtRisk({ sorted, tail });
        const es = expectedShortfall({ sorted, tail });
        const slack = 1e-9 * Math.max(1, Math.abs(value.type1), Math.abs(es.acerbiTasche));
        expect(es.acerbiTasche).toBeGreaterThanOrEqual(Math.max(value.type1, value.type6, value.type7) - slack);
        expect(es.meanAtOrBelowType1).toBeGreaterThanOrEqual(value.type1 - slack);
        expect(es.meanBelowType7).toBeGreaterThanOrEqual(value.type7 - slack);
      }),
      { numRuns: 500 },
    );
  });

  it('has a coherent shortfall that diversification never raises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })), {
          minLength: 3,
          maxLength: 100,
        }),
        tailArbitrary,
        (pairs, tail) => {
          const es = (pick: (pair: [number, number]) => number) =>
            expectedShortfall({ sorted: ascending(Float64Array.from(pairs, pick)), tail }).acerbiTasche;
          expect(es(([x, y]) => x + y)).toBeLessThanOrEqual(es(([x]) => x) + es(([, y]) => y) + 1e-7);
        },
      ),
    );
  });
});

describe('correlation', () => {
  const x = Float64Array.of(1, 2, 3, 4, 5);
  const y = Float64Array.of(1, 3, 2, 5, 5);

  it('gives Pearson, mid-ranks and tau-b as worked by hand', () => {
    // Deviations of y from 3.2: -2.2 -0.2 -1.2 1.8 1.8; xy 4.4+0.2+0+1.8+3.6 = 10; xx 10; yy 12.8.
    expect(pearson(x, y)).toBeCloseTo(10 / Math.sqrt(128), 14);
    expect(Array.from(midRanks(y))).toEqual([1, 3, 2, 4.5, 4.5]);
    // Ten pairs: one discordant (3, 2), one tied in y, eight concordant: 7 / sqrt(10 x 9).
    expect(kendallTauB(x, y)).toBeCloseTo(7 / Math.sqrt(90), 14);
    const spearman = correlationMatrix({ columns: [x, y], measure: 'spearman' });
    expect(entry(spearman, 0, 1)).toBeCloseTo(pearson(x, Float64Array.of(1, 3, 2, 4.5, 4.5)), 14);
  });

  it('flags the one day that drives a correlation, with what it is without', () => {
    const calm = Float64Array.from({ length: 50 }, (_, day) => Math.sin(day));
    const spoilt = calm.map((value, day) => (day === 30 ? -40 : value * 0.8));
    const [found] = influentialDays([calm, spoilt]);
    expect(found).toMatchObject({ day: 30, row: 1, column: 0 });
    expect(found?.pearsonWithoutDay).toBeCloseTo(1, 9);
    expect(influentialDays([calm, calm.map((value) => value * 0.8)])).toEqual([]);
  });
});

describe('matrices', () => {
  it('leaves a correlation matrix alone', () => {
    expect(nearestCorrelation(squareMatrix([[1, 0.4], [0.4, 1]]))).toMatchObject({ isRepaired: false }); // prettier-ignore
  });

  it('tells positive, singular and indefinite matrices apart', () => {
    const kind = (rows: number[][]) => cholesky(squareMatrix(rows)).kind;
    expect(kind([[1, 0.5], [0.5, 1]])).toBe('positive'); // prettier-ignore
    expect(kind([[1, 1], [1, 1]])).toBe('singular'); // prettier-ignore
    expect(kind([[1, 1, 0], [1, 1, 1], [0, 1, 1]])).toBe('indefinite'); // prettier-ignore
  });

  it('refuses to factor a matrix that is no covariance, and factors the nearest one on request', () => {
    const covariance = squareMatrix([[4, 2, 0], [2, 1, 1], [0, 1, 1]]); // prettier-ignore
    expect(correlationFactor({ covariance, repair: false })).toEqual({ refused: 'indefinite' });
    const factor = correlationFactor({ covariance, repair: true });
    expect(factor).toMatchObject({ isRepaired: true });
    if ('refused' in factor) throw new Error('it was refused');
    // Deviations stay: the first is 2, and Higham's nearest correlation of 1 and 2 is 0.7607.
    const { lower } = factor;
    expect(entry(lower, 0, 0)).toBeCloseTo(2, 12);
    expect(entry(lower, 0, 0) * entry(lower, 1, 0)).toBeCloseTo(2 * 0.7606898534, 8);
  });

  it('factors what it is given: L L’ is the matrix', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 }), { minLength: 3, maxLength: 3 }),
        (rows) => {
          const covariance = sampleCovariance(rows.map((row) => Float64Array.from(row)));
          const factor = correlationFactor({ covariance, repair: true });
          if ('refused' in factor) throw new Error('it was refused');
          const { lower } = factor;
          for (let row = 0; row < 3; row += 1)
            for (let column = 0; column <= row; column += 1) {
              let product = 0;
              for (let index = 0; index < 3; index += 1) product += entry(lower, row, index) * entry(lower, column, index);
              expect(Math.abs(product - entry(covariance, row, column))).toBeLessThan(1e-3);
            }
        },
      ),
    );
  });

  it('starts EWMA by the first outer product or by normalised weights, as worked by hand', () => {
    // r = 1, 2, l = 0.5. First outer product: 0.5 x 1 + 0.5 x 4 = 2.5. Normalised: weights 1/3 and 2/3: 3.
    const returns = [Float64Array.of(1, 2)];
    expect(ewmaCovariance({ returns, lambda: 0.5, start: 'firstOuterProduct' }).values[0]).toBeCloseTo(2.5, 14);
    expect(ewmaCovariance({ returns, lambda: 0.5, start: 'normalised' }).values[0]).toBeCloseTo(3, 14);
  });
});

describe('parametric risk', () => {
  const column = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 6, maxLength: 6 });
  it('has components that sum to the total at 1e-9, and grows in proportion to the position', () => {
    fc.assert(
      fc.property(column, column, column, fc.double({ min: 0.01, max: 100, noNaN: true }), (a, b, c, scale) => {
        const covariance = sampleCovariance([a, b, c].map((values) => Float64Array.from(values)));
        const risk = (factor: number) =>
          parametricRisk({
            covariance,
            means: new Float64Array(3),
            exposures: Float64Array.of(1e6 * factor, -4e5 * factor, 3e5 * factor),
            horizonDays: 10,
            confidence: 0.99,
          });
        const one = risk(1);
        const total = one.components.reduce((sum, component) => sum + component, 0);
        expect(Math.abs(total - one.varZeroMean)).toBeLessThanOrEqual(1e-9 * Math.max(1, one.varZeroMean));
        expect(one.esZeroMean).toBeGreaterThanOrEqual(one.varZeroMean);
        expect(one.undiversified).toBeGreaterThanOrEqual(one.varZeroMean * (1 - 1e-12));
        expect(Math.abs(risk(scale).varZeroMean - scale * one.varZeroMean)).toBeLessThanOrEqual(
          1e-9 * Math.max(1, scale * one.varZeroMean),
        );
      }),
    );
  });
});

describe('Monte Carlo', () => {
  const covariance = squareMatrix([
    [4e-4, 2e-4],
    [2e-4, 9e-4],
  ]);
  const asked = { exposures: Float64Array.of(1e6, -5e5), isLog: false, horizonDays: 1, seed: 3 };

  it('gives the same bytes whether one worker draws the paths or two', () => {
    const factor = correlationFactor({ covariance, repair: false });
    if ('refused' in factor) throw new Error('it was refused');
    for (const isLog of [false, true]) {
      const whole = simulateProfits({ ...asked, factor, isLog, paths: 1_000 });
      const first = simulateProfits({ ...asked, factor, isLog, paths: 300 });
      const second = simulateProfits({ ...asked, factor, isLog, paths: 700, firstPath: 300 });
      expect([...first, ...second]).toEqual([...whole]);
    }
  });

  it('draws the covariance it was given, within four standard errors', () => {
    const factor = correlationFactor({ covariance, repair: false });
    if ('refused' in factor) throw new Error('it was refused');
    const paths = 50_000;
    const variance = (exposures: Float64Array) => {
      const profits = simulateProfits({ ...asked, factor, exposures, paths });
      return profits.reduce((total, profit) => total + profit * profit, 0) / paths;
    };
    // e'Se for (1, 0), (0, 1) and (1, 1): 4, 9 and 4 + 9 + 2 x 2 ten-thousandths.
    for (const [exposures, expected] of [
      [[1, 0], 4e-4],
      [[0, 1], 9e-4],
      [[1, 1], 17e-4],
    ] as const)
      expect(Math.abs(variance(Float64Array.from(exposures)) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
  });
});

describe('Cornish-Fisher', () => {
  it('takes population moments, as worked by hand', () => {
    // 0, 0, 0, 4: mean 1, deviations -1 -1 -1 3: m2 = 3, third 24/4 = 6, fourth 84/4 = 21.
    const moments = populationMoments(Float64Array.of(0, 0, 0, 4));
    expect(moments).toEqual({ mean: 1, m2: 3, skew: 6 / (3 * Math.sqrt(3)), excessKurtosis: 21 / 9 - 3 });
  });

  it('is valid exactly where the expansion rises on a wide grid', () => {
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -100, max: 1200 }), (skewPercent, kurtosisPercent) => {
        const [skew, kurtosis] = [skewPercent / 100, kurtosisPercent / 100];
        // Where the square term all but vanishes, the fall lies beyond any grid.
        fc.pre(Math.abs(kurtosis / 8 - (skew * skew) / 6) > 1e-3);
        const slope = (z: number) => 1 + (z * skew) / 3 + ((3 * z * z - 3) * kurtosis) / 24 - ((6 * z * z - 5) * skew * skew) / 36;
        let smallest = Number.POSITIVE_INFINITY;
        for (let z = -400; z <= 400; z += 0.05) smallest = Math.min(smallest, slope(z));
        // Just at the border the grid steps over the smallest slope.
        fc.pre(Math.abs(smallest) > 0.01);
        expect(isCornishFisherValid({ mean: 0, m2: 1, skew, excessKurtosis: kurtosis })).toBe(smallest > 0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('backtests', () => {
  it('counts transitions and judges them, as worked by hand', () => {
    const hits = [false, true, true, false, false, true, false, false, false, false];
    const { independence, exceptions, conditionalCoverage, kupiec } = judgeExceptions({ hits, tail: 0.1 });
    expect(exceptions).toBe(3);
    expect(independence.transitions).toEqual({ n00: 4, n01: 2, n10: 2, n11: 1 });
    // Both rows have a share of one third: the tests find no dependence at all.
    expect(independence.statistic).toBeCloseTo(0, 12);
    expect(conditionalCoverage.statistic).toBeCloseTo(kupiec.statistic, 12);
  });

  it('compares each day with the VaR of the window before it, and with nothing later', () => {
    const profits = Float64Array.of(-1, 2, -3, 1, -4, 5, -3);
    // Worst of the three days before: 3, 3, 4, 4. The fifth day loses 4 against 3.
    const result = backtest({ profits, window: 3, rule: 'type1', confidence: 0.99 });
    expect(result).toMatchObject({ observations: 4, exceptions: 1, exceptionDays: [4] });
    expect(at(profits, 4)).toBe(-4);
  });

  it('gives a quiet run a p-value of coverage and no dependence', () => {
    const { independence, kupiec } = judgeExceptions({ hits: Array.from({ length: 250 }, () => false), tail: 0.01 });
    expect(independence).toMatchObject({ statistic: 0, p: 1 });
    // -2 x 250 ln 0.99
    expect(kupiec.statistic).toBeCloseTo(-500 * Math.log(0.99), 10);
  });
});
