import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeExceptions, kupiecTest, trafficLight } from './backtest.ts';
import { computeRisk } from './compute.ts';
import { cornishFisherQuantile, isCornishFisherValid } from './cornish-fisher.ts';
import { deltaGammaMoments, deltaGammaQuantile } from './delta-gamma.ts';
import { normalQuantile, normalShortfall, studentTail } from './distributions.ts';
import { COMMODITY_HORIZONS_DAYS, LIQUIDITY_HORIZONS_DAYS, capitalMultiplier, liquidityCascade } from './liquidity-cascade.ts';
import { scenarioProfits } from './market-window.ts';
import { entry, squareMatrix, symmetric } from './matrix.ts';
import type { SquareMatrix } from './matrix.ts';
import { relativeQuantileError } from './monte-carlo.ts';
import { nearestCorrelation } from './nearest-correlation.ts';
import { at } from './numeric.ts';
import { parametricRisk, portfolioDeviation } from './parametric.ts';
import { binomialCumulative } from './special-functions.ts';
import { ageWeights } from './weighted-history.ts';

const file = path.join(process.env['VECTORS_DIR'] ?? path.join(import.meta.dirname, '../../../../shared/vectors'), 'risk-analytic.json');
const isInstalled = existsSync(file);
const title = isInstalled ? 'the analytic vectors of risk' : 'the analytic vectors of risk (skipped: not installed)';

const numbers = z.record(z.string(), z.number());
const shape = z.object({
  normal_quantiles: numbers,
  normal_ES_multiplier: numbers,
  student_t_unit_scale: z.record(z.string(), z.object({ VaR: z.number(), ES: z.number() })),
  riskmetrics_1996_td_ch1: z.object({
    exposure_usd: z.number(),
    fx_vol_pct: z.number(),
    bond_price_vol_pct: z.number(),
    corr: z.number(),
    multiplier: z.number(),
    fx_VaR: z.number(),
    bond_VaR: z.number(),
    diversified_VaR: z.number(),
  }),
  hull_msft_att: z.object({
    msft: z.object({ value: z.number(), daily_vol: z.number(), sd_1d: z.number(), VaR99_1d: z.number(), VaR99_10d_exact: z.number() }),
    att: z.object({ value: z.number(), daily_vol: z.number(), VaR99_10d_exact: z.number() }),
    corr: z.number(),
    portfolio_sd_1d: z.number(),
    portfolio_VaR99_10d_exact: z.number(),
    'variant_z_2.33': z.object({ msft_10d: z.number(), att_10d: z.number() }),
  }),
  hull_four_index: z.object({
    positions_kusd: z.array(z.number()),
    cov_ddof1: z.array(z.array(z.number())),
    n: z.number(),
    portfolio_var_ddof0_kusd2: z.number(),
    portfolio_sd_ddof0_kusd: z.number(),
    VaR99_1d_kusd_ddof0: z.number(),
    textbook_VaR99_kusd: z.number(),
    hist_sim_worst_losses_kusd: z.array(z.number()),
    hist_sim_VaR99_kusd_5th_worst_of_500: z.number(),
    hist_sim_ES_mean_of_5_kusd: z.number(),
    textbook_ES_kusd: z.number(),
    scenario_pv_kusd: numbers,
    day0: z.array(z.number()),
    day1: z.array(z.number()),
    day2: z.array(z.number()),
    day3: z.array(z.number()),
    day500: z.array(z.number()),
    'weighted_hist_sim_lambda_0.995': z.object({
      weight_494: z.number(),
      weight_339: z.number(),
      VaR99_kusd: z.number(),
      ES_kusd_recomputed: z.number(),
    }),
  }),
  kupiec_pof: z.array(z.object({ T: z.number(), x: z.number(), p: z.number(), LR: z.number(), pvalue: z.number() })),
  traffic_light_mathworks: z.object({
    T: z.number(),
    x: z.number(),
    p: z.number(),
    cum_probability: z.number(),
    typeI: z.number(),
    zone: z.string(),
  }),
  basel_traffic_light_250d_99: z.object({
    cum_prob_pct: numbers,
    frtb_multiplier_addon: numbers,
    frtb_base_multiplier: z.number(),
  }),
  ore_deltagamma_closed_form: z.object({
    neg_gamma: z.object({
      delta: z.number(),
      gamma: z.number(),
      omega: z.number(),
      p: z.number(),
      cornish_fisher: z.number(),
      exact_quantile: z.number(),
    }),
    case002: z.object({ delta: z.number(), gamma: z.number(), omega: z.number(), p: z.number(), exact: z.number() }),
  }),
  openetrm_golden: z.object({
    prices: z.array(z.number()),
    cases: z.array(
      z.object({
        units: z.number(),
        cl: z.number(),
        hist_type7: z.number().optional(),
        parametric_ddof1_zero_mean: z.number().optional(),
      }),
    ),
  }),
  frtb_liquidity_cascade: z.object({
    'ES_T_by_LH_bucket (factors with LH >= bucket)': numbers,
    ES: z.number(),
    'commodity_LH_days (MAR33.12, recalled - verify)': numbers,
  }),
  higham_nearest_correlation: z.object({ input: z.array(z.array(z.number())), expected_off_diagonal: numbers }),
  monte_carlo_acceptance: z.object({ relative_SE_of_VaR99_normal: numbers }),
});

describe.skipIf(!isInstalled)(title, () => {
  const vectors = isInstalled ? shape.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const known = () => shape.parse(vectors);

  it('gives normal quantiles and shortfall multipliers to 13 digits', () => {
    for (const [level, quantile] of Object.entries(known().normal_quantiles)) near(normalQuantile(Number(level)), quantile, 1e-13);
    for (const [level, multiplier] of Object.entries(known().normal_ES_multiplier)) {
      const tail = 1 - Number(level);
      near(normalShortfall({ z: normalQuantile(Number(level)), tail }), multiplier, 1e-13);
    }
  });

  it('gives VaR and ES of Student t', () => {
    for (const [key, { VaR, ES }] of Object.entries(known().student_t_unit_scale)) {
      const [, degrees, confidence] = /^nu(\d+)_(.+)$/.exec(key) ?? [];
      const tail = studentTail({ degrees: Number(degrees), confidence: Number(confidence) });
      near(tail.var, VaR, 1e-11);
      near(tail.es, ES, 1e-11);
    }
  });

  it('gives the VaR of the RiskMetrics example at its multiplier of 1.65', () => {
    const v = known().riskmetrics_1996_td_ch1;
    const covariance = twoAssets({ deviations: [v.fx_vol_pct / 100, v.bond_price_vol_pct / 100], correlation: v.corr });
    const value = (fx: number, bond: number) =>
      v.multiplier * portfolioDeviation({ covariance, exposures: Float64Array.of(fx * v.exposure_usd, bond * v.exposure_usd) });
    near(value(1, 0), v.fx_VaR, 1e-12);
    near(value(0, 1), v.bond_VaR, 1e-12);
    near(value(1, 1), v.diversified_VaR, 1e-12);
  });

  it('gives Hull’s Microsoft and AT&T figures, at one day and by the square root of ten', () => {
    const v = known().hull_msft_att;
    const covariance = twoAssets({ deviations: [v.msft.daily_vol, v.att.daily_vol], correlation: v.corr });
    const risk = (msft: number, att: number, horizonDays: number) =>
      parametricRisk({
        covariance,
        means: new Float64Array(2),
        exposures: Float64Array.of(msft * v.msft.value, att * v.att.value),
        horizonDays,
        confidence: 0.99,
      }).varZeroMean;
    // The book prints its one-day figure with a rounded z; those at ten days carry the exact quantile.
    const exact = normalQuantile(0.99);
    near(portfolioDeviation({ covariance, exposures: Float64Array.of(v.msft.value, v.att.value) }), v.portfolio_sd_1d, 1e-12);
    near(portfolioDeviation({ covariance, exposures: Float64Array.of(v.msft.value, 0) }), v.msft.sd_1d, 1e-12);
    near(risk(1, 0, 1), v.msft.VaR99_1d, 1e-4);
    near(risk(1, 0, 10), v.msft.VaR99_10d_exact, 1e-12);
    near(risk(0, 1, 10), v.att.VaR99_10d_exact, 1e-12);
    near(risk(1, 1, 10), v.portfolio_VaR99_10d_exact, 1e-12);
    near((risk(1, 0, 10) * 2.33) / exact, v['variant_z_2.33'].msft_10d, 1e-5);
    near((risk(0, 1, 10) * 2.33) / exact, v['variant_z_2.33'].att_10d, 1e-5);
  });

  it('gives Hull’s four-index figures by the model-building approach', () => {
    const v = known().hull_four_index;
    const sample = squareMatrix(v.cov_ddof1);
    const covariance = { size: sample.size, values: sample.values.map((cell) => (cell * (v.n - 1)) / v.n) };
    const exposures = Float64Array.from(v.positions_kusd);
    near(portfolioDeviation({ covariance, exposures }) ** 2, v.portfolio_var_ddof0_kusd2, 1e-9);
    near(portfolioDeviation({ covariance, exposures }), v.portfolio_sd_ddof0_kusd, 1e-9);
    const { varZeroMean } = parametricRisk({ covariance, means: new Float64Array(4), exposures, horizonDays: 1, confidence: 0.99 });
    near(varZeroMean, v.VaR99_1d_kusd_ddof0, 1e-9);
    expect(varZeroMean).toBeCloseTo(v.textbook_VaR99_kusd, 3);
  });

  it('revalues Hull’s first three scenarios in full', () => {
    const v = known().hull_four_index;
    const days = [v.day0, v.day1, v.day2, v.day3, v.day500];
    const prices = v.positions_kusd.map((_, index) => Float64Array.from(days, (day) => at(day, index)));
    const window = {
      dates: ['2006-08-07', '2006-08-08', '2006-08-09', '2006-08-10', '2008-09-25'],
      instruments: ['DJIA', 'FTSE', 'CAC', 'NIKKEI'],
      prices,
      quantities: Float64Array.from(v.positions_kusd, (position, index) => position / at(v.day500, index)),
      returns: 'relative',
    } as const;
    const profits = scenarioProfits({ window, horizonDays: 1 });
    // The printed index levels have two decimals: half a hundredth of 131.77, on 2,000, is 0.08.
    for (const [scenario, value] of Object.entries(v.scenario_pv_kusd))
      expect(Math.abs(10_000 + at(profits, Number(scenario) - 1) - value)).toBeLessThan(0.08);
  });

  it('gives Hull’s historical and age-weighted VaR and ES through the command’s function', () => {
    const v = known().hull_four_index;
    const weighted = v['weighted_hist_sim_lambda_0.995'];
    const losses = new Map([494, 339, 349, 329, 487].map((id, rank) => [id, at(v.hist_sim_worst_losses_kusd, rank)]));
    const levels = [1_000_000];
    for (let id = 1; id <= v.n; id += 1) levels.push(at(levels, id - 1) - (losses.get(id) ?? 0));
    const result = compute({
      prices: { dates: levels.map((_, day) => dayText(day)), series: { INDEX: levels } },
      positions: { INDEX: 1 },
      returns: 'absolute',
      confidence: [0.99],
      methods: ['historical', 'ageWeighted'],
      options: { ageWeighted: { lambda: 0.995 } },
    });
    near(read(result, 'historical', '0.99', 'var', 'type1'), v.hist_sim_VaR99_kusd_5th_worst_of_500, 1e-9);
    near(read(result, 'historical', '0.99', 'es', 'acerbiTasche'), v.hist_sim_ES_mean_of_5_kusd, 1e-9);
    expect(read(result, 'historical', '0.99', 'es', 'acerbiTasche')).toBeCloseTo(v.textbook_ES_kusd, 3);
    near(read(result, 'ageWeighted', '0.99', 'var'), weighted.VaR99_kusd, 1e-9);
    near(read(result, 'ageWeighted', '0.99', 'es'), weighted.ES_kusd_recomputed, 1e-9);
    const weights = ageWeights({ count: v.n, lambda: 0.995 });
    near(at(weights, 493), weighted.weight_494, 1e-12);
    near(at(weights, 338), weighted.weight_339, 1e-12);
  });

  it('gives the backtest statistics, p-values and zones', () => {
    for (const { T, x, p, LR, pvalue } of known().kupiec_pof) {
      const test = kupiecTest({ observations: T, exceptions: x, tail: p });
      near(test.statistic, LR, 1e-10);
      near(test.p, pvalue, 1e-10);
    }
    const light = known().traffic_light_mathworks;
    near(binomialCumulative({ k: light.x, n: light.T, p: light.p }), light.cum_probability, 1e-10);
    near(1 - binomialCumulative({ k: light.x - 1, n: light.T, p: light.p }), light.typeI, 1e-10);
    const hits = Array.from({ length: light.T }, (_, day) => day < light.x);
    expect(judgeExceptions({ hits, tail: light.p }).zone).toBe(light.zone);
  });

  it('gives the traffic light and the multiplier of 250 days at 99 %', () => {
    const v = known().basel_traffic_light_250d_99;
    for (const [exceptions, percent] of Object.entries(v.cum_prob_pct))
      expect(100 * binomialCumulative({ k: Number(exceptions), n: 250, p: 0.01 })).toBeCloseTo(percent, 1.9);
    const zones = Array.from({ length: 12 }, (_, exceptions) => trafficLight({ observations: 250, exceptions, tail: 0.01 }));
    expect(zones.map((zone) => zone[0]).join('')).toBe('gggggyyyyyrr');
    for (const [range, addOn] of Object.entries(v.frtb_multiplier_addon)) {
      expect(capitalMultiplier(Number(/^\d+/.exec(range)?.[0]))).toBeCloseTo(v.frtb_base_multiplier + addOn, 12);
    }
    expect([4, 10, 40].map(capitalMultiplier)).toEqual([1.5, 2, 2]);
  });

  it('gives the delta-gamma quantiles exactly, and flags the Cornish-Fisher expansion that fails on them', () => {
    const { neg_gamma: bent, case002 } = known().ore_deltagamma_closed_form;
    const position = { delta: bent.delta, gamma: bent.gamma, variance: bent.omega };
    near(deltaGammaQuantile({ ...position, probability: bent.p }), bent.exact_quantile, 1e-9);
    const moments = deltaGammaMoments(position);
    near(cornishFisherQuantile({ moments, probability: bent.p }), bent.cornish_fisher, 1e-6);
    expect(isCornishFisherValid(moments)).toBe(false);
    near(
      deltaGammaQuantile({ delta: case002.delta, gamma: case002.gamma, variance: case002.omega, probability: case002.p }),
      case002.exact,
      1e-9,
    );
  });

  it('gives the OpenETRM figures through the command’s function', () => {
    const { prices, cases } = known().openetrm_golden;
    for (const { units, cl, hist_type7: type7, parametric_ddof1_zero_mean: parametric } of cases) {
      const result = compute({
        prices: { dates: prices.map((_, day) => dayText(day)), series: { GAS: prices } },
        positions: { GAS: units },
        returns: 'absolute',
        confidence: [cl],
        methods: ['historical', 'parametric'],
      });
      if (type7 !== undefined) near(read(result, 'historical', String(cl), 'var', 'type7'), type7, 1e-9);
      if (parametric !== undefined) near(read(result, 'parametric', String(cl), 'varZeroMean'), parametric, 1e-9);
    }
  });

  it('gives the cascade over liquidity horizons', () => {
    const v = known().frtb_liquidity_cascade;
    const byBucket = v['ES_T_by_LH_bucket (factors with LH >= bucket)'];
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = LIQUIDITY_HORIZONS_DAYS.map((days) => byBucket[String(days)] ?? 0);
    near(liquidityCascade([a, b, c, d, e]), v.ES, 1e-12);
    expect(Object.values(COMMODITY_HORIZONS_DAYS)).toEqual(Object.values(v['commodity_LH_days (MAR33.12, recalled - verify)']));
  });

  it('repairs Higham’s matrix to the nearest correlation matrix', () => {
    const { input, expected_off_diagonal: expected } = known().higham_nearest_correlation;
    const { matrix, isRepaired } = nearestCorrelation(squareMatrix(input));
    expect(isRepaired).toBe(true);
    for (const [cell, value] of Object.entries(expected)) near(entry(matrix, Number(cell[0]) - 1, Number(cell[1]) - 1), value, 1e-9);
    expect([0, 1, 2].map((index) => entry(matrix, index, index))).toEqual([1, 1, 1]);
  });

  it('states the standard error of a 99 % normal VaR', () => {
    for (const [paths, expected] of Object.entries(known().monte_carlo_acceptance.relative_SE_of_VaR99_normal))
      near(relativeQuantileError({ tail: 0.01, paths: Number(paths) }) / normalQuantile(0.99), expected, 1e-10);
  });
});

function near(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)));
}

function compute(value: unknown): unknown {
  const answer = computeRisk({ value, codeVersion: 'test' });
  expect(answer.ok ? [] : answer.issues).toEqual([]);
  return answer.ok ? answer.result : undefined;
}

function read(result: unknown, ...keys: string[]): number {
  let place = result;
  for (const key of keys) place = z.record(z.string(), z.unknown()).parse(place)[key];
  return z.number().parse(place);
}

function dayText(day: number): string {
  return new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
}

function twoAssets({ deviations, correlation }: { deviations: readonly [number, number]; correlation: number }): SquareMatrix {
  return symmetric(2, (row, column) => at(deviations, row) * at(deviations, column) * (row === column ? 1 : correlation));
}
