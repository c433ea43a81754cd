import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { offsetClock } from '../../adapters/clock/clock.ts';
import { loadStackEnv } from '../../config/stack-env.ts';
import { createApiClient } from '../client/api-client.ts';
import { checkInvariants } from '../invariants/check-invariants.ts';
import { migrate } from '../migrate.ts';
import { seedSample } from '../seed/seed-sample.ts';
import { lockFolder } from '../stack/lock.ts';
import { PROJECT_DIR } from '../stack/stack-options.ts';
import { startStack } from '../stack/stack.ts';
import type { Stack } from '../stack/stack.ts';
import { createDayClock } from './day-clock.ts';
import type { DayClock } from './day-clock.ts';
import { createDayView } from './day-view.ts';
import { gatherEvidence } from './evidence.ts';
import { tableLines } from './print-table.ts';
import { createSandboxAdmin } from './sandbox-admin.ts';
import { DAY_STARTS_AT, driveSampleDay } from './sample-day.ts';
import type { DayPeople } from './sample-day.ts';
import { writeSummary } from './write-summary.ts';
import type { DaySummary } from './write-summary.ts';

export type DemoOutcome = {
  readonly summary: DaySummary;
  readonly complaints: readonly string[];
  /** Where the files are, seen from the project. */
  readonly folder: string;
};

/** The counterparty whose ACER code is wrong in the reference data: the sandbox's register does not know it. */
const UNREGISTERED_CODE = 'A0010070N.DE';
/** The sandbox answers later, in two stages, and now and then loses the answer to an upload it took. */
const SANDBOX = { seed: 'sample-day', delayMs: 150, modes: JSON.stringify({ lostAck: 0.06, repeatReceipt: 0.05 }) };

/** Runs the sample day from an empty folder to its table; whatever is not as it should be is a complaint. */
export async function runDemo(input: { say: (line: string) => void; signal: AbortSignal }): Promise<DemoOutcome> {
  const startedAtMs = performance.now();
  const env = loadStackEnv();
  const folder = path.resolve(PROJECT_DIR, env.dataDir, 'demo');
  await emptyFolder(folder, input.say);
  const clock = createDayClock({ file: path.join(folder, 'clock.json'), startsAt: DAY_STARTS_AT });
  input.say(`Sample day of ${DAY_STARTS_AT.slice(0, 10)}: made-up firms and prices, simulated clock.`);
  const stack = await startStack({
    profile: 'demo',
    env,
    log: input.say,
    migrate,
    clockFile: clock.file,
    sandbox: SANDBOX,
    prepare: (context) => seedSample(context, offsetClock({ file: clock.file })),
  });
  try {
    input.signal.throwIfAborted();
    return await Promise.race([driveAndJudge({ stack, clock, folder, startedAtMs, say: input.say }), rejectOnAbort(input.signal)]);
  } finally {
    await stack.stop();
  }
}

async function driveAndJudge(input: {
  stack: Stack;
  clock: DayClock;
  folder: string;
  startedAtMs: number;
  say: (line: string) => void;
}): Promise<DemoOutcome> {
  const { stack, clock, folder, say } = input;
  await (await createSandboxAdmin(stack)).setUnregistered([UNREGISTERED_CODE]);
  const people = await peopleOf(stack);
  const view = createDayView(people.officer);
  const rows = await driveSampleDay({ people, view, clock, say });
  const summary = await writeSummary({ api: people.officer, view, folder, rows, startedAtMs: input.startedAtMs });
  for (const line of tableLines(summary)) console.log(line);
  const acceptedTradeIds = rows.flatMap((row) => (row.outcome === 'accepted' ? [row.tradeId] : []));
  const { evidence, close } = await gatherEvidence({ stack, now: clock.now(), quiescent: true, acceptedTradeIds });
  const violations = await checkInvariants(evidence);
  await close();
  say(violations.length === 0 ? 'Invariants I1 to I9 hold, checked from the outside.' : `${violations.length} invariants do not hold:`);
  const shownFolder = path.relative(PROJECT_DIR, folder);
  return {
    summary,
    folder: shownFolder,
    complaints: [...violations.map(({ invariant, message }) => `${invariant}: ${message}`), ...complaintsOf(summary)],
  };
}

/** What the day promises: nothing unexplained, every report accepted, an invoice with its PDF for each month that is over. */
function complaintsOf(summary: DaySummary): string[] {
  const terminal = new Set(['settled', 'rejected', 'cancelled']);
  return [
    ...summary.trades
      .filter(({ state, waitingFor }) => !terminal.has(state) && waitingFor === undefined)
      .map(({ id, state }) => `trade ${id} is ${state} and nothing says why`),
    ...summary.obligations
      .filter(({ state, receipt }) => state !== 'accepted' || receipt === null)
      .map(({ uti, state }) => `report ${uti} is ${state}, receipt missing`),
    ...summary.cycles.filter(({ state }) => state === 'blocked' || state === 'closing').map(({ id, state }) => `cycle ${id} is ${state}`),
    ...summary.cycles
      .flatMap(({ documents }) => documents)
      .filter(({ pdf }) => !existsSync(path.join(PROJECT_DIR, pdf)))
      .map(({ invoice }) => `the PDF of ${invoice} is not there`),
  ];
}

async function peopleOf(stack: Stack): Promise<DayPeople> {
  const keys = JSON.parse(await readFile(stack.apiKeysFile, 'utf8')) as Record<string, string>;
  const url = stack.urls['api'] ?? '';
  const client = (user: string) => createApiClient({ url, key: keys[user] ?? '' });
  return { feed: client('etrm-feed'), officer: client('clara-conrad'), backOffice: client('bruno-bauer') };
}

/** The demo begins from nothing each time. Refuses while another one runs in the folder. */
async function emptyFolder(folder: string, say: (line: string) => void): Promise<void> {
  if (existsSync(folder)) {
    (await lockFolder(folder)).release();
    say(`Removing the data of the last demo (${path.relative(PROJECT_DIR, folder)}).`);
    removeOutsideData(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true, mode: 0o711 });
}

/** PostgreSQL's files of this profile lie elsewhere where its account cannot enter the checkout. */
function removeOutsideData(folder: string): void {
  const secretsFile = path.join(folder, 'secrets.json');
  if (!existsSync(secretsFile)) return;
  const { id } = JSON.parse(readFileSync(secretsFile, 'utf8')) as { id?: unknown };
  if (typeof id === 'string' && /^[0-9a-f]{16}$/.test(id)) rmSync(path.join('/var/lib/energyopti', id), { recursive: true, force: true });
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }));
}
