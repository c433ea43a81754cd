import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { historicalRisk } from '../domain/risk/engine/historical.ts';
import type { MarketWindow } from '../domain/risk/engine/market-window.ts';
import { symmetric } from '../domain/risk/engine/matrix.ts';
import { correlationFactor, monteCarloRisk, simulateProfits } from '../domain/risk/engine/monte-carlo.ts';
import { at, itemAt } from '../domain/risk/engine/numeric.ts';
import { createNormalSource } from '../domain/risk/engine/philox.ts';
import { median, printLine, round } from './support/statistics.ts';

/**
 * Historical VaR of 10,000 positions over 500 scenarios against single-threaded NumPy: the same prices from one file, rounds of each in
 * turn, medians, and the same VaR or the run fails. Where NumPy is not installed only ours is printed; `--install-numpy` fetches it into a
 * folder that is removed at the end. Then 1,000 x 1,000, and Monte Carlo of 100,000 paths of 10 instruments.
 */
const POSITIONS = 10_000;
const SCENARIOS = 500;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const REPEATS = 5;
const AIMS = { ratio: 0.35, thousandsMs: 50, monteCarloMs: 1_000 };
const SAME_VAR_TOLERANCE = 1e-9;

const PYTHON = `
import json, sys, time
if sys.argv[4]: sys.path.insert(0, sys.argv[4])
import numpy as np
positions, dates, repeats = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[5])
data = np.fromfile(sys.argv[1])
prices, quantities = data[:positions * dates].reshape(positions, dates), data[positions * dates:]
def risk():
    profits = (quantities * prices[:, -1]) @ (prices[:, 1:] / prices[:, :-1] - 1)
    ordered = np.sort(profits)
    values = []
    for tail in (0.05, 0.025, 0.01):
        whole = int(np.floor(len(ordered) * tail + 1e-12))
        rest = tail - whole / len(ordered)
        values.append([-ordered[int(np.ceil(len(ordered) * tail - 1e-12)) - 1], -np.quantile(profits, tail, method='weibull'),
                       -np.quantile(profits, tail), -(ordered[:whole].sum() / len(ordered) + (rest * ordered[whole] if rest > 1e-12 else 0)) / tail])
    return values
risk()
times = []
for _ in range(repeats):
    start = time.perf_counter()
    values = risk()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps({"version": np.__version__, "times": times, "var": values[2][2]}))
`;

const folder = mkdtempSync(path.join(tmpdir(), 'energyopti-bench-risk-'));
try {
  const window = randomWindow({ positions: POSITIONS, scenarios: SCENARIOS, seed: 1 });
  compareWithNumpy(window);
  const thousands = randomWindow({ positions: 1_000, scenarios: 1_000, seed: 2 });
  const thousandsMs = median(Array.from({ length: ROUNDS * REPEATS }, () => timed(() => historical(thousands)).elapsedMs));
  report('historical VaR and ES, 1,000 positions x 1,000 scenarios', thousandsMs, AIMS.thousandsMs);
  const monteCarloMs = median(Array.from({ length: ROUNDS }, () => timed(monteCarlo).elapsedMs));
  report('Monte Carlo VaR and ES, 100,000 paths x 10 instruments', monteCarloMs, AIMS.monteCarloMs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compareWithNumpy(window: MarketWindow): void {
  const file = path.join(folder, 'prices.f64');
  writeFileSync(file, Buffer.concat([...window.prices, window.quantities].map((values) => Buffer.from(values.buffer))));
  const target = process.argv.includes('--install-numpy') ? installNumpy() : '';
  historical(window);
  const ours: number[] = [];
  const base: number[] = [];
  let version = '';
  for (let count = 0; count < ROUNDS; count += 1) {
    const results = Array.from({ length: REPEATS }, () => timed(() => historical(window)));
    ours.push(...results.map(({ elapsedMs }) => elapsedMs));
    const numpy = runNumpy({ file, target, dates: window.dates.length });
    if (numpy === undefined) continue;
    version = numpy.version;
    base.push(...numpy.times);
    const [value = Number.NaN] = results.map(({ result }) => itemAt(result, 2).var.type7);
    if (!(Math.abs(value - numpy.var) <= SAME_VAR_TOLERANCE * Math.abs(numpy.var)))
      throw new Error(`VaR ${value} is not the ${numpy.var} of NumPy`);
  }
  if (base.length === 0) {
    console.error('NumPy is not installed (`--install-numpy` fetches it for the run): only ours is measured.');
    report('historical VaR and ES, 10,000 positions x 500 scenarios', median(ours), Number.NaN);
    return;
  }
  // Throughput, so that more is better, as the aim is stated.
  const ratio = printLine({
    bench: 'risk',
    metric: `historical VaR and ES, 10,000 x 500, NumPy ${version} on one thread`,
    ours: 1_000 / median(ours),
    base: 1_000 / median(base),
    unit: 'portfolios/s',
  });
  console.error(`ours ${round(median(ours))} ms, NumPy ${round(median(base))} ms, ratio ${round(ratio)}; the aim is ${AIMS.ratio}.`);
}

function runNumpy(input: { file: string; target: string; dates: number }): { version: string; times: number[]; var: number } | undefined {
  const { file, target, dates } = input;
  const threads = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawnSync('python3', ['-c', PYTHON, file, String(POSITIONS), String(dates), target, String(REPEATS)], {
    env: { ...process.env, ...threads },
    encoding: 'utf8',
  });
  if (child.error !== undefined || /No module named 'numpy'/.test(child.stderr)) return undefined;
  if (child.status !== 0) throw new Error(`python3 ended with ${child.status}: ${child.stderr}`);
  return JSON.parse(child.stdout);
}

function installNumpy(): string {
  const target = path.join(folder, 'packages');
  const child = spawnSync('python3', ['-m', 'pip', 'install', '--quiet', '--target', target, 'numpy'], { encoding: 'utf8' });
  if (child.status !== 0) console.error(`pip could not fetch NumPy: ${child.stderr}`);
  return target;
}

function historical(window: MarketWindow) {
  return historicalRisk({ window, horizonDays: 1, confidences: [0.95, 0.975, 0.99] });
}

function monteCarlo() {
  const covariance = symmetric(10, (row, column) => (row === column ? 4e-4 : 2e-4));
  const factor = correlationFactor({ covariance, repair: false });
  if ('refused' in factor) throw new Error(factor.refused);
  const exposures = Float64Array.from({ length: 10 }, (_, index) => 1e6 * (index + 1));
  const profits = simulateProfits({ factor, exposures, isLog: false, horizonDays: 1, paths: 100_000, seed: 7 });
  return monteCarloRisk({ profits, confidences: [0.95, 0.975, 0.99] });
}

function randomWindow({ positions, scenarios, seed }: { positions: number; scenarios: number; seed: number }): MarketWindow {
  const source = createNormalSource(seed);
  const draws = new Float64Array(scenarios + 1);
  const prices = Array.from({ length: positions }, (_, position) => {
    source.fill(position, draws);
    let price = 50;
    return draws.map((draw) => (price *= Math.exp(0.02 * draw)));
  });
  source.fill(positions, draws);
  return {
    dates: Array.from({ length: scenarios + 1 }, (_, day) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)),
    instruments: prices.map((_, position) => `P${position}`),
    prices,
    quantities: Float64Array.from({ length: positions }, (_, position) => 1_000 * at(draws, position % draws.length)),
    returns: 'relative',
  };
}

function timed<Result>(work: () => Result): { result: Result; elapsedMs: number } {
  const start = performance.now();
  const result = work();
  return { result, elapsedMs: performance.now() - start };
}

function report(metric: string, elapsedMs: number, aimMs: number): void {
  console.log(JSON.stringify({ bench: 'risk', metric, ours: round(elapsedMs), unit: 'ms' }));
  if (Number.isFinite(aimMs)) console.error(`${metric}: ${round(elapsedMs)} ms; the aim is under ${aimMs} ms.`);
}
