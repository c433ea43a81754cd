import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { computeRisk } from './compute.ts';
import { at } from './numeric.ts';
import { normalQuantile } from './distributions.ts';
import { createNormalSource } from './philox.ts';
import { RISK_METHODS } from './request.ts';
import { verifyRisk } from './verify.ts';

const DAYS = 320;
const NAMES = ['POWER', 'GAS', 'COAL'] as const;

/** Three price paths that move together in part, made from the counter-based source; two decimals. */
function history(): { dates: string[]; series: Record<string, number[]> } {
  const source = createNormalSource(42);
  const draws = new Float64Array(4);
  const prices = [[80], [30], [110]];
  for (let day = 1; day < DAYS; day += 1) {
    source.fill(day, draws);
    for (const [index, path] of prices.entries()) {
      const move = 0.01 * at(draws, 0) + 0.02 * at(draws, index + 1);
      path.push(Math.round(100 * at(path, day - 1) * Math.exp(move)) / 100);
    }
  }
  const dates = Array.from({ length: DAYS }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10));
  return { dates, series: Object.fromEntries(NAMES.map((name, index) => [name, prices[index] ?? []])) };
}

const request = {
  prices: history(),
  positions: { POWER: 5_000, GAS: -9_000, COAL: 1_200 },
  returns: 'relative',
  horizonDays: 1,
  confidence: [0.95, 0.975, 0.99],
  methods: [...RISK_METHODS],
  options: {
    ewma: { lambda: 0.94, start: 'normalised' },
    ageWeighted: { lambda: 0.98 },
    monteCarlo: { paths: 5_000, seed: 7 },
    backtest: { window: 250, quantile: 'type7', confidence: 0.99 },
    stress: [
      { name: 'replay', from: '2025-01-01', to: '2025-01-03' },
      { name: 'power falls', relative: { POWER: -0.3 } },
      { name: 'gas jumps', absolute: { GAS: 15 } },
      { name: 'what loses a million', reverse: { loss: 1_000_000 } },
    ],
  },
};

const level = z.record(z.string(), z.unknown());
const resultShape = z.object({
  historical: z.looseObject({
    overlapping: z.boolean(),
    '0.99': z.object({
      var: z.object({ type1: z.number(), type6: z.number(), type7: z.number() }),
      es: z.object({ acerbiTasche: z.number(), meanAtOrBelowType1: z.number(), meanBelowType7: z.number() }),
      esComponents: z.record(z.string(), z.number()),
    }),
  }),
  parametric: z.looseObject({
    covariance: z.array(z.array(z.number())),
    mean: z.array(z.number()),
    sd: z.number(),
    '0.99': z.looseObject({
      varZeroMean: z.number(),
      varWithMean: z.number(),
      esZeroMean: z.number(),
      esWithMean: z.number(),
      components: z.record(z.string(), z.number()),
      undiversified: z.number(),
    }),
  }),
  monteCarlo: z.looseObject({ '0.99': z.object({ var: z.number(), standardError: z.number(), es: z.number() }) }),
  stress: z.array(z.looseObject({ name: z.string(), pnl: z.number(), byPosition: z.record(z.string(), z.number()) })),
  backtest: z.looseObject({ observations: z.number(), zone: z.enum(['green', 'yellow', 'red']) }),
  ewma: level,
  ageWeighted: level,
  cornishFisher: level,
  correlation: z.looseObject({ pearson: z.array(z.array(z.number())) }),
  provenance: z.looseObject({ inputHash: z.string().regex(/^[0-9a-f]{64}$/), seed: z.number(), codeVersion: z.string() }),
});

describe('risk compute', () => {
  const result = resultShape.parse(resultOf(request));

  it('gives every measure asked for, with components that sum to their totals', () => {
    const { components, varZeroMean, varWithMean, esZeroMean } = result.parametric['0.99'];
    expect(total(components)).toBeCloseTo(varZeroMean, 7);
    expect(esZeroMean).toBeGreaterThan(varZeroMean);
    expect(varWithMean).not.toBe(varZeroMean);
    expect(total(result.historical['0.99'].esComponents)).toBeCloseTo(result.historical['0.99'].es.acerbiTasche, 7);
    expect(result.backtest.observations).toBe(DAYS - 1 - 250);
    expect(result.historical.overlapping).toBe(false);
  });

  it('replays absolute moves, applies shocks to the last price, and finds the moves that lose what is asked', () => {
    const last = (name: string) => request.prices.series[name]?.at(-1) ?? 0;
    const move = (name: string) => (request.prices.series[name]?.[2] ?? 0) - (request.prices.series[name]?.[0] ?? 0);
    const [replay, fall, jump, reverse] = result.stress;
    expect(replay?.pnl).toBeCloseTo(5_000 * move('POWER') - 9_000 * move('GAS') + 1_200 * move('COAL'), 6);
    expect(fall?.byPosition).toEqual({ POWER: 5_000 * (-0.3 * last('POWER')), GAS: -0, COAL: 0 });
    expect(jump?.pnl).toBe(-9_000 * 15);
    expect(reverse?.pnl).toBeCloseTo(-1_000_000, 6);
    expect(Number(reverse?.['deviations'])).toBeCloseTo(1_000_000 / result.parametric.sd, 9);
  });

  it('gives the same bytes for the same request', () => {
    expect(JSON.stringify(resultOf(request))).toBe(JSON.stringify(resultOf(structuredClone(request))));
  });

  it('gives the same numbers and the same input hash whatever the order of positions', () => {
    const { POWER, GAS, COAL } = request.positions;
    const again = resultShape.parse(resultOf({ ...request, positions: { COAL, POWER, GAS } }));
    expect(again.historical).toEqual(result.historical);
    expect(again.parametric['0.99']).toEqual(result.parametric['0.99']);
    expect(again.monteCarlo).toEqual(result.monteCarlo);
    expect(again.provenance.inputHash).toBe(result.provenance.inputHash);
    expect(again.parametric.covariance[0]?.[0]).toBe(result.parametric.covariance[2]?.[2]);
  });

  it('takes numbers as exact text, as the command line hands them on', () => {
    const series = Object.fromEntries(Object.entries(request.prices.series).map(([name, prices]) => [name, prices.map(String)]));
    expect(resultOf({ ...request, prices: { ...request.prices, series } })).toEqual(resultOf(request));
  });

  it('keeps every Monte Carlo VaR within four standard errors of the exact one on 20 seeds', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const asked = { ...request, methods: ['parametric', 'monteCarlo'], options: { monteCarlo: { paths: 20_000, seed } } };
      const { parametric, monteCarlo } = resultShape.pick({ parametric: true, monteCarlo: true }).parse(resultOf(asked));
      const { var: value, standardError, es } = monteCarlo['0.99'];
      expect(Math.abs(value - parametric['0.99'].varZeroMean)).toBeLessThanOrEqual(4 * standardError);
      expect(es).toBeGreaterThan(value);
    }
  });

  it('uses overlapping windows and the square root of time above one day, and says so', () => {
    const ten = z
      .object({
        historical: resultShape.shape.historical,
        parametric: resultShape.shape.parametric,
        provenance: z.looseObject({ conventions: z.unknown() }),
      })
      .parse(resultOf({ ...request, horizonDays: 10, methods: ['historical', 'parametric'] }));
    expect(ten.historical.overlapping).toBe(true);
    expect(ten.parametric['horizonScaling']).toBe('squareRootOfTime');
    expect(ten.parametric['0.99'].varZeroMean).toBeCloseTo(normalQuantile(0.99) * Math.sqrt(10) * result.parametric.sd, 6);
    expect(JSON.stringify(ten.provenance.conventions)).toContain('overlapping windows of 10 days');
  });

  it('scales with the position and moves by what is certain', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (scale) => {
        const positions = Object.fromEntries(Object.entries(request.positions).map(([name, quantity]) => [name, quantity * scale]));
        const scaled = resultShape.pick({ historical: true }).parse(resultOf({ ...request, positions, methods: ['historical'] }));
        const { var: value, es } = scaled.historical['0.99'];
        expect(value.type7 / scale).toBeCloseTo(result.historical['0.99'].var.type7, 5);
        expect(es.acerbiTasche / scale).toBeCloseTo(result.historical['0.99'].es.acerbiTasche, 5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('refusals of risk compute', () => {
  const { series, dates } = request.prices;
  const withPrices = (prices: unknown) => ({ ...request, prices });
  const gas = series['GAS'] ?? [];
  it.each([
    ['an unknown field', { ...request, horizon: 10 }, '/horizon', 'risk.unknownField'],
    ['an unknown option', { ...request, options: { ewma: { decay: 0.9 } } }, '/options/ewma/decay', 'risk.unknownField'],
    ['an unknown method', { ...request, methods: ['garch'] }, '/methods/0', 'risk.choice'],
    ['a position without prices', { ...request, positions: { OIL: 1 } }, '/positions/OIL', 'risk.positions.unknown'],
    ['a position that is no number', { ...request, positions: { GAS: 'NaN' } }, '/positions/GAS', 'risk.number'],
    ['no position', { ...request, positions: {} }, '/positions', 'risk.positions.none'],
    [
      'a list of another length',
      withPrices({ dates, series: { ...series, GAS: gas.slice(1) } }),
      '/prices/series/GAS',
      'risk.prices.length',
    ],
    ['a hole', withPrices({ dates, series: { ...series, GAS: gas.with(5, Number.NaN) } }), '/prices/series/GAS/5', 'risk.prices.number'],
    [
      'a price of zero',
      withPrices({ dates, series: { ...series, GAS: gas.with(5, 0) } }),
      '/prices/series/GAS/5',
      'risk.prices.nonPositive',
    ],
    ['a day twice', withPrices({ dates: dates.with(4, dates[3] ?? ''), series }), '/prices/dates/4', 'risk.prices.order'],
    ['no day of the calendar', withPrices({ dates: dates.with(0, '2024-02-30'), series }), '/prices/dates/0', 'risk.prices.date'],
    [
      'a window too short',
      { ...request, options: { ...request.options, backtest: { window: 319 } } },
      '/options/backtest/window',
      'risk.window.tooShort',
    ],
    ['a horizon too long', { ...request, horizonDays: 319, methods: ['historical'] }, '/prices/dates', 'risk.window.tooShort'],
    ['a level of one', { ...request, confidence: [1] }, '/confidence/0', 'risk.number'],
    ['stress without a scenario', { ...request, options: {} }, '/options/stress', 'risk.type'],
    [
      'a replay of a day without prices',
      stressOf({ name: 'x', from: '1999-01-01', to: '2025-01-03' }),
      '/options/stress/0/from',
      'risk.stress.date',
    ],
    ['a replay backwards', stressOf({ name: 'x', from: '2025-01-03', to: '2025-01-01' }), '/options/stress/0', 'risk.stress.order'],
    [
      'two scenarios in one',
      stressOf({ name: 'x', from: '2025-01-01', to: '2025-01-03', relative: {} }),
      '/options/stress/0',
      'risk.stress.kind',
    ],
    [
      'a series that never moves',
      withPrices({ dates, series: { ...series, GAS: gas.map(() => 30) } }),
      '/prices/series/GAS',
      'risk.correlation.constant',
    ],
    ['no object', [1], '', 'risk.type'],
  ])('names the field and the way on for %s', (_, value, field, code) => {
    const answer = computeRisk({ value, codeVersion: 'test' });
    expect(answer.ok).toBe(false);
    const issues = answer.ok ? [] : answer.issues;
    expect(issues.map((issue) => [issue.field, issue.code])).toContainEqual([field, code]);
    expect(issues.every((issue) => issue.fix.length > 10 && issue.message.length > 3)).toBe(true);
  });

  it('refuses a negative price under log returns, and takes it under absolute ones', () => {
    const prices = { dates, series: { ...series, GAS: gas.with(9, -36.98) } };
    expect(computeRisk({ value: { ...request, prices, returns: 'log' }, codeVersion: 'test' })).toMatchObject({
      ok: false,
      issues: [{ code: 'risk.prices.nonPositive', field: '/prices/series/GAS/9' }],
    });
    expect(computeRisk({ value: { ...request, prices, returns: 'absolute' }, codeVersion: 'test' }).ok).toBe(true);
  });

  it('refuses a singular covariance under Monte Carlo, and computes it with the repair asked for', () => {
    const prices = { dates, series: { ...series, TWIN: gas.map((price) => price * 2) } };
    const asked = { ...request, prices, positions: { GAS: 1_000, TWIN: 500 }, methods: ['monteCarlo'] };
    expect(computeRisk({ value: asked, codeVersion: 'test' })).toMatchObject({ ok: false, issues: [{ code: 'risk.matrix.singular' }] });
    const options = { monteCarlo: { paths: 5_000, seed: 1, repair: 'nearestCorrelation' } };
    expect(computeRisk({ value: { ...asked, options }, codeVersion: 'test' }).ok).toBe(true);
  });

  it('refuses figures that leave the range of doubles, rather than writing null', () => {
    const prices = { dates, series: { ...series, GAS: gas.map((price) => price * 1e306) } };
    const answer = computeRisk({ value: { ...request, prices, methods: ['historical', 'parametric'] }, codeVersion: 'test' });
    expect(answer).toMatchObject({ ok: false, issues: [{ code: 'risk.notFinite' }, { code: 'risk.notFinite' }] });
  });

  it('answers whatever it is sent, and never throws', () => {
    const small = { ...request, prices: { dates: dates.slice(0, 5), series: { GAS: gas.slice(0, 5) } }, positions: { GAS: 1 } };
    const broken = fc.tuple(fc.constantFrom(...Object.keys(request), 'dates', 'series', 'ewma', 'stress', 'GAS'), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          broken.map(([key, value]) => replaced({ value: small, key, by: value })),
        ),
        (value) => {
          const answer = computeRisk({ value, codeVersion: 'test' });
          if (answer.ok) expect(JSON.stringify({ ...answer.result, provenance: undefined })).not.toContain('null');
          else
            expect(
              answer.issues.every(({ field, code, fix }) => (field === '' || field.startsWith('/')) && code !== '' && fix !== ''),
            ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  function stressOf(scenario: unknown) {
    return { ...request, methods: ['stress'], options: { stress: [scenario] } };
  }
});

describe('verify risk', () => {
  const stored: unknown = JSON.parse(JSON.stringify({ request, result: resultOf(request) }));

  it('recomputes a stored result bit for bit, also from a store that sorts the keys', () => {
    expect(verifyRisk({ value: stored, codeVersion: 'test' })).toMatchObject({ ok: true });
    expect(verifyRisk({ value: sortKeys(stored), codeVersion: 'test' })).toMatchObject({ ok: true });
  });

  it('names the one number that was changed by its last bit', () => {
    const text = JSON.stringify(stored);
    const { sd } = resultShape.parse(resultOf(request)).parametric;
    // The next double after it.
    const bits = new BigUint64Array(Float64Array.of(sd).buffer);
    const next = new Float64Array(BigUint64Array.of((bits[0] ?? 0n) + 1n).buffer)[0];
    const changed: unknown = JSON.parse(text.replace(`"sd":${sd}`, `"sd":${next}`));
    expect(verifyRisk({ value: changed, codeVersion: 'test' })).toMatchObject({
      ok: false,
      issues: [{ field: '/result/parametric/sd', code: 'risk.verify.differs' }],
    });
  });

  it('finds a request that was changed, by its hash', () => {
    const changed = { request: { ...request, confidence: [0.95, 0.975, 0.99], horizonDays: 2 }, result: resultOf(request) };
    const verification = verifyRisk({ value: changed, codeVersion: 'test' });
    expect(verification.ok ? [] : verification.issues.map(({ field }) => field)).toContain('/result/provenance/inputHash');
  });

  it('tells other code from other numbers', () => {
    expect(verifyRisk({ value: stored, codeVersion: 'other' })).toMatchObject({
      ok: false,
      issues: [{ field: '/result/provenance/codeVersion', code: 'risk.verify.codeVersion' }],
    });
  });
});

function resultOf(value: unknown): unknown {
  const answer = computeRisk({ value, codeVersion: 'test' });
  expect(answer.ok ? [] : answer.issues).toEqual([]);
  return answer.ok ? answer.result : undefined;
}

function total(values: Record<string, number>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}

/** A copy in which every member of that name has another value. */
function replaced({ value, key, by }: { value: unknown; key: string; by: unknown }): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, name === key ? by : replaced({ value: item, key, by })]));
}
