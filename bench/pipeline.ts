import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBaseSide } from './support/base-side.ts';
import { assertDeliveredOnce } from './support/exact-delivery.ts';
import { countRoundTrips } from './support/round-trips.ts';
import { startPipelineStack } from './support/pipeline-stack.ts';
import { createPipelineSide } from './support/pipeline-side.ts';
import type { RoundResult, Side } from './support/round.ts';
import { median, printLine, quantile, round } from './support/statistics.ts';

/**
 * Full trades per second against workflows with four empty remote activities per second: the same Temporal server, the same options of
 * the workers, the same number in flight, rounds of each in turn, medians. A full trade is captured over HTTP, passes risk and compliance,
 * is booked, prepared, sent to the sandbox over HTTPS, and accepted by both receipts. A run in which one trade is not accepted exactly
 * once by the sandbox's own journal fails.
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const PER_ROUND = Number(process.env['BENCH_TRADES'] ?? 300);
const WARM_UP = Number(process.env['BENCH_WARM_UP'] ?? 200);
const IN_FLIGHT = Number(process.env['BENCH_IN_FLIGHT'] ?? 64);
const AIM_RATIO = 0.6;
/** `BENCH_PROFILE=1` writes CPU profiles of our processes into a folder that is named at the end. */
const profileDir = process.env['BENCH_PROFILE'] === undefined ? undefined : mkdtempSync(path.join(tmpdir(), 'energyopti-profile-'));

const bench = await startPipelineStack({ profileDir });
let keepData = true;
try {
  const base = await startBaseSide({ stack: bench.stack });
  const ours = await createPipelineSide(bench);
  try {
    await measure({ ours, base });
    note('PostgreSQL round trips of one trade', await countRoundTrips({ bench, side: ours }));
    await assertDeliveredOnce({ stack: bench.stack, captured: ours.captured() });
    note('trades accepted exactly once', ours.captured().length);
    keepData = false;
  } finally {
    await ours.close();
    await base.close();
  }
} finally {
  await bench.stop({ keepData });
  if (profileDir !== undefined) console.error(`CPU profiles: ${profileDir}`);
}
process.exit();

async function measure(sides: { ours: Side; base: Side }): Promise<void> {
  const results: Record<'ours' | 'base', RoundResult[]> = { ours: [], base: [] };
  for (const name of ['ours', 'base'] as const) await sides[name].run({ count: WARM_UP, inFlight: IN_FLIGHT });
  for (let number = 1; number <= ROUNDS; number += 1) {
    // ABAB, and the other way round every second time: what grows worse with time burdens both alike.
    const order = number % 2 === 1 ? (['ours', 'base'] as const) : (['base', 'ours'] as const);
    for (const name of order) {
      const result = await sides[name].run({ count: PER_ROUND, inFlight: IN_FLIGHT });
      results[name].push(result);
      console.error(`round ${number}, ${name}: ${round(rateOf(result))}/s, CPU ms each: ${cpuText(result)}`);
    }
  }
  report(results);
  for (const name of ['ours', 'base'] as const) note(`history events, ${name}`, await sides[name].historyEvents());
}

function report({ ours, base }: Record<'ours' | 'base', readonly RoundResult[]>): void {
  const line = (metric: string, unit: string, of: (result: RoundResult) => number): number =>
    printLine({ bench: 'pipeline', metric, unit, ours: median(ours.map(of)), base: median(base.map(of)) });
  const ratio = line('throughput', 'full trades/s : workflows/s', rateOf);
  line('p50', 'ms', ({ latenciesMs }) => quantile(latenciesMs, 0.5));
  line('p99', 'ms', ({ latenciesMs }) => quantile(latenciesMs, 0.99));
  const cost = line(
    'cpu',
    'ms CPU each, all processes',
    (result) => [...result.cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / result.count,
  );
  console.error(
    `${round(ratio)} full trades for each bare workflow by the clock, ${round(1 / cost)} by CPU time; the aim is ${AIM_RATIO}.`,
  );
  console.error('By the clock says little on a machine that does other work: the side with more processes gets more of it.');
}

function rateOf(result: RoundResult): number {
  return (result.count / result.elapsedMs) * 1_000;
}

function cpuText({ cpuMs, count }: RoundResult): string {
  return [...cpuMs].map(([name, ms]) => `${name} ${round(ms / count)}`).join(', ');
}

function note(what: string, value: unknown): void {
  console.error(`${what}: ${JSON.stringify(value)}`);
}
