import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { offsetClock } from '../../adapters/clock/clock.ts';
import { createApiClient } from '../../bin/client/api-client.ts';
import type { ApiClient } from '../../bin/client/api-client.ts';
import { createDayClock } from '../../bin/demo/day-clock.ts';
import type { DayClock } from '../../bin/demo/day-clock.ts';
import { createDayView } from '../../bin/demo/day-view.ts';
import type { DayView } from '../../bin/demo/day-view.ts';
import { gatherEvidence } from '../../bin/demo/evidence.ts';
import { DAY_STARTS_AT } from '../../bin/demo/sample-day.ts';
import type { DayPeople } from '../../bin/demo/sample-day.ts';
import { createSandboxAdmin } from '../../bin/demo/sandbox-admin.ts';
import { checkInvariants } from '../../bin/invariants/check-invariants.ts';
import type { Evidence, JournalEntry } from '../../bin/invariants/violation.ts';
import { migrate } from '../../bin/migrate.ts';
import { seedSample } from '../../bin/seed/seed-sample.ts';
import type { ProcessName, StackOptions } from '../../bin/stack/stack-options.ts';
import { startStack } from '../../bin/stack/stack.ts';
import type { Stack } from '../../bin/stack/stack.ts';
import { loadStackEnv } from '../../config/stack-env.ts';
import { createRecorder } from './fault-recorder.ts';
import type { Recorder } from './fault-recorder.ts';

/** The sample firm on a whole stack of its own, with a clock that is moved, every POST recorded, and processes that can be killed. */
export type FaultDay = {
  readonly stack: Stack;
  readonly people: DayPeople;
  /** The compliance officer without the recorder’s patience: gets what the API answers. */
  readonly plainOfficer: ApiClient;
  readonly view: DayView;
  readonly clock: DayClock;
  readonly recorder: Recorder;
  readonly said: readonly string[];
  /** Sends SIGKILL and waits until the supervisor has the process up again. */
  killAndRevive(name: ProcessName): Promise<void>;
  readJournal(): Promise<readonly JournalEntry[]>;
  /** Checks I1 to I9 again and again until they hold or the time is over; gives what is still broken. */
  untilSound(input: { acceptedTradeIds: readonly string[]; timeoutMs: number; replay?: Evidence['replay'] }): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** The counterparty whose ACER code is wrong in the sample's reference data. */
const UNREGISTERED_CODE = 'A0010070N.DE';
const POLL_MS = 100;
const REVIVED_WITHIN_MS = 30_000;

export async function startFaultDay(options: Pick<StackOptions, 'sandbox' | 'entries' | 'childEnv'> = {}): Promise<FaultDay> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'energyopti-faults-'));
  // PostgreSQL's account passes through, so that all data lies in this folder.
  await chmod(dataDir, 0o711);
  const clock = createDayClock({ file: path.join(dataDir, 'clock.json'), startsAt: DAY_STARTS_AT });
  const said: string[] = [];
  const { PATH, HOME, XDG_CACHE_HOME, SCHEMA_DIR, NODE_EXTRA_CA_CERTS } = process.env;
  const stack = await startStack({
    profile: 'faults',
    dataDir,
    env: loadStackEnv({ PATH, HOME, XDG_CACHE_HOME, SCHEMA_DIR, NODE_EXTRA_CA_CERTS }),
    log: (line) => said.push(line),
    onGiveUp: (name, reason) => said.push(`gave up ${name}: ${reason}`),
    migrate,
    clockFile: clock.file,
    prepare: (context) => seedSample(context, offsetClock({ file: clock.file })),
    ...options,
  });
  const recorder = createRecorder();
  const { people, plainOfficer } = await peopleOf(stack, recorder);
  const admin = await createSandboxAdmin(stack);
  await admin.setUnregistered([UNREGISTERED_CODE]);
  return {
    stack,
    people,
    plainOfficer,
    view: createDayView(people.officer),
    clock,
    recorder,
    said,
    killAndRevive: (name) => killAndRevive(stack, name),
    readJournal: () => admin.readJournal(),
    untilSound: (input) => untilSound({ ...input, stack, clock }),
    stop: async () => {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function peopleOf(stack: Stack, recorder: Recorder): Promise<{ people: DayPeople; plainOfficer: ApiClient }> {
  // Safe because our own seed wrote the file.
  const keys = JSON.parse(await readFile(stack.apiKeysFile, 'utf8')) as Record<string, string>;
  const url = stack.urls['api'] ?? '';
  const client = (user: string): ApiClient => {
    const key = keys[user] ?? '';
    return recorder.record({ api: createApiClient({ url, key }), key });
  };
  const people = { feed: client('etrm-feed'), officer: client('clara-conrad'), backOffice: client('bruno-bauer') };
  return { people, plainOfficer: createApiClient({ url, key: keys['clara-conrad'] ?? '' }) };
}

async function killAndRevive(stack: Stack, name: ProcessName): Promise<void> {
  const before = stack.pids()[name];
  stack.kill(name, 'SIGKILL');
  const deadline = performance.now() + REVIVED_WITHIN_MS;
  while ([before, undefined].includes(stack.pids()[name])) {
    if (performance.now() > deadline) throw new Error(`${name} was killed and did not come up again`);
    await sleep(POLL_MS);
  }
}

async function untilSound(input: {
  stack: Stack;
  clock: DayClock;
  acceptedTradeIds: readonly string[];
  timeoutMs: number;
  replay?: Evidence['replay'];
}): Promise<readonly string[]> {
  const deadline = performance.now() + input.timeoutMs;
  for (;;) {
    const { evidence, close } = await gatherEvidence({ ...input, now: input.clock.now(), quiescent: true });
    const shown = input.replay === undefined ? evidence : { ...evidence, replay: input.replay };
    const violations = await checkInvariants(shown);
    await close();
    if (violations.length === 0 || performance.now() > deadline)
      return violations.map(({ invariant, message }) => `${invariant}: ${message}`);
    await sleep(POLL_MS * 10);
  }
}
