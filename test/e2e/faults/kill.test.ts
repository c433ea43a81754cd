import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiAnswer } from '../../../bin/client/api-client.ts';
import { parseTradeFile, submitTradeRow } from '../../../bin/client/submit-trade-file.ts';
import type { DayClock } from '../../../bin/demo/day-clock.ts';
import { driveSampleDay } from '../../../bin/demo/sample-day.ts';
import { waitUntil } from '../../../bin/demo/wait-until.ts';
import { SAMPLE_FOLDER } from '../../../bin/seed/seed-sample.ts';
import type { ProcessName } from '../../../bin/stack/stack-options.ts';
import { PLAN_FILE } from '../../support/fault-points.ts';
import type { PlannedFault } from '../../support/fault-points.ts';
import type { FaultDay } from '../../support/stack.ts';
import { startFaultDay } from '../../support/stack.ts';

const FAULT_WORKER = path.join(import.meta.dirname, '../../support/fault-worker.ts');
const TIMEOUT_MS = 360_000;
const SOUND_WITHIN_MS = 45_000;
const SANDBOX = {
  seed: 'kill -9',
  delayMs: 250,
  modes: JSON.stringify({ lostAck: 0.15, drop: 0.08, slow: 0.15, refuse: 0.05, repeatReceipt: 0.15, outOfOrder: 0.1 }),
};

/** After which POST which process dies, how many milliseconds after it was sent: some before, some within, some behind the commit. */
const KILLS_WHILE_CAPTURING: Readonly<Record<number, readonly [name: ProcessName, afterMs: number]>> = {
  8: ['worker', 20],
  16: ['api', 2],
  24: ['temporal', 5],
  32: ['postgres', 5],
  40: ['queue-worker', 5],
  46: ['api', 8],
  52: ['sandbox', 5],
  58: ['api', 15],
};
/** What dies when a month is done and the clock moves on to close the next. */
const KILLS_BETWEEN_MONTHS: Readonly<Record<string, ProcessName>> = {
  '2026-09': 'worker',
  '2026-10': 'postgres',
  '2026-11': 'queue-worker',
};

let day: FaultDay | undefined;
afterEach(async () => {
  await day?.stop();
  day = undefined;
});

describe('kill -9 during the sample day', () => {
  it(
    'of worker, API, Temporal, PostgreSQL, queue-worker and sandbox loses nothing and doubles nothing',
    { timeout: TIMEOUT_MS },
    async () => {
      day = await startFaultDay({ sandbox: SANDBOX });
      const kills = createKills(day);
      day.recorder.onPost = (number) => {
        const [name, afterMs] = KILLS_WHILE_CAPTURING[number] ?? [];
        if (name !== undefined && afterMs !== undefined) kills.after({ name, afterMs });
      };
      const { people, view, said } = day;
      let replayed: readonly string[] | undefined;
      // Keys live for two days of the system's clock, which is about to move by weeks.
      const clock = beforeFirstMove(day.clock, async () => {
        replayed = await replayEverything(day);
      });
      const rows = await driveSampleDay({ people, view, clock, say: (line) => kills.at(line) });
      await kills.done();
      expect(kills.names.toSorted()).toEqual(
        [
          ...Object.values(KILLS_WHILE_CAPTURING).map(([name]) => name),
          ...Object.values(KILLS_BETWEEN_MONTHS),
          'worker',
          'temporal',
        ].toSorted(),
      );
      expect(said.filter((line) => line.startsWith('gave up'))).toEqual([]);
      expect(replayed).toEqual([]);

      const acceptedTradeIds = rows.flatMap((row) => (row.outcome === 'accepted' ? [row.tradeId] : []));
      expect(rows.filter(({ outcome }) => outcome === 'refused').map(({ line }) => line)).toEqual([69, 70]);
      expect(await day.untilSound({ acceptedTradeIds, timeoutMs: SOUND_WITHIN_MS })).toEqual([]);
      await expectEveryTradeExplained(day, acceptedTradeIds);
      await expectEachReportJudgedOnce(day);
    },
  );

  it('answers a person’s command that was under way with its outcome, at once and again', { timeout: TIMEOUT_MS }, async () => {
    day = await startFaultDay({ sandbox: { seed: 'command', delayMs: 50 } });
    const tradeIds = await captureSome(day, (id) => id === 'SD-0059');
    const send = await approve(day, 'SD-0059', 'approve-under-way');
    const answering = send();
    await sleep(3);
    await day.killAndRevive('worker');
    await answering;
    const first = await until('an answer to the command', async () => {
      const answer = await send();
      return answer.status === 503 || answer.status === 409 ? undefined : answer;
    });
    expect({ status: first.status, state: z.object({ state: z.string() }).parse(first.json).state }).toEqual({
      status: 200,
      state: 'booked',
    });
    const again = await send();
    expect({ status: again.status, text: again.text }).toEqual({ status: 200, text: first.text });
    await untilAccepted(day, 1);
    expect(await day.untilSound({ acceptedTradeIds: tradeIds, timeoutMs: SOUND_WITHIN_MS })).toEqual([]);
  });
});

describe('the total loss of Temporal’s store', () => {
  it('is made good from PostgreSQL: everything open goes on, nothing happens twice', { timeout: TIMEOUT_MS }, async () => {
    day = await startFaultDay({ sandbox: { seed: 'loss', delayMs: 4_000 }, childEnv: { QUEUE_RECONCILE_EVERY_MS: '1000' } });
    // Twenty that are booked and reported, one that a person lets pass, one that he has not decided on.
    const tradeIds = await captureSome(
      day,
      (id) => id <= 'SD-0011' || (id >= 'SD-0014' && id <= 'SD-0022') || id === 'SD-0058' || id === 'SD-0059',
    );
    await until('all checks', async () =>
      (await day?.view.trades())?.every(({ state }) => state === 'booked' || state === 'held') ? true : undefined,
    );
    const before = await day.view.obligations();
    expect(before.filter(({ state }) => state !== 'accepted').length).toBeGreaterThan(10);
    await killAndEmptyTemporal(day);
    // What is younger than a minute is left to the outbox.
    await day.clock.moveTo(new Date(day.clock.now().getTime() + 120_000).toISOString());
    await untilAccepted(day, before.length);
    const decide = await approve(day, 'SD-0059', 'approve-after-the-loss');
    await until('the held trade to have its workflow again', async () => ((await decide()).status === 200 ? true : undefined));
    await untilAccepted(day, before.length + 1);
    expect(await day.untilSound({ acceptedTradeIds: tradeIds, timeoutMs: SOUND_WITHIN_MS })).toEqual([]);
    expect(readFileSync(path.join(day.stack.profileDir, 'logs', 'queue-worker.log'), 'utf8')).toContain(
      'workflows were missing and are started again',
    );
    const received = (await day.readJournal()).filter(({ kind }) => kind === 'received').map(({ fileName }) => fileName);
    expect(received.length).toBe(before.length + 1);
    expect(new Set(received).size).toBe(received.length);
  });
});

describe('a worker that dies at a named point', () => {
  it('before, while and after it sends or asks, sends each report effectively once', { timeout: TIMEOUT_MS }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'energyopti-fault-points-'));
    const plan: PlannedFault[] = [
      { point: 'beforeSend', nth: 2 },
      { point: 'duringSend', nth: 4 },
      { point: 'afterSend', nth: 6 },
      { point: 'beforeLookup', nth: 1 },
      { point: 'afterLookup', nth: 2 },
    ];
    writeFileSync(path.join(folder, PLAN_FILE), JSON.stringify(plan));
    day = await startFaultDay({
      sandbox: { seed: 'points', delayMs: 100, modes: JSON.stringify({ lostAck: 0.6, repeatReceipt: 0.3 }) },
      entries: { worker: FAULT_WORKER },
      childEnv: { FAULT_DIR: folder },
    });
    const tradeIds = await captureSome(day, (id) => id <= 'SD-0010' || (id >= 'SD-0014' && id <= 'SD-0026'));
    await untilAccepted(day, tradeIds.length);
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.struck'))
        .toSorted(),
    ).toEqual(plan.map(({ point, nth }) => `${point}-${nth}.struck`).toSorted());
    rmSync(folder, { recursive: true });
    expect(await day.untilSound({ acceptedTradeIds: tradeIds, timeoutMs: SOUND_WITHIN_MS })).toEqual([]);
    const journal = await day.readJournal();
    const received = journal.filter(({ kind }) => kind === 'received').map(({ fileName }) => fileName);
    expect(received.length).toBe(tradeIds.length);
    expect(new Set(received).size).toBe(received.length);
  });
});

/** SIGKILL, and the store is gone before the supervisor starts the server again. */
async function killAndEmptyTemporal(target: FaultDay): Promise<void> {
  const reviving = target.killAndRevive('temporal');
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(path.join(target.stack.profileDir, 'temporal', `temporal.db${suffix}`), { force: true });
  await reviving;
}

/** The first rows of the sample day, among them those that are held, one whose report is rejected, and no change. */
async function captureSome(target: FaultDay, sourceTradeIds: (id: string) => boolean): Promise<string[]> {
  const text = await readFile(path.join(SAMPLE_FOLDER, 'trades.csv'), 'utf8');
  const file = parseTradeFile({ text, format: 'csv', now: target.clock.now() });
  if (!file.ok) throw new Error('the sample file cannot be read');
  const tradeIds: string[] = [];
  for (const row of file.rows) {
    if (row.kind !== 'new' || !sourceTradeIds(row.draft.sourceTradeId)) continue;
    const result = await submitTradeRow(target.people.feed, row);
    if (result.outcome === 'accepted') tradeIds.push(result.tradeId);
  }
  return tradeIds;
}

/** Temporal gives the sends of a dead worker to another after 90 s, so that two such rounds and what follows must fit in. */
const PATIENCE_MS = 240_000;

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  return await waitUntil({ what, timeoutMs: PATIENCE_MS, ask });
}

async function untilAccepted(target: FaultDay, count: number): Promise<void> {
  await until(`${count} reports to be accepted`, async () => {
    const obligations = await target.view.obligations();
    return obligations.length >= count && obligations.every(({ state }) => state === 'accepted') ? obligations : undefined;
  });
}

async function approve(target: FaultDay, sourceTradeId: string, idempotencyKey: string): Promise<() => Promise<ApiAnswer>> {
  const held = await until(`${sourceTradeId} to be held`, async () =>
    (await target.view.trades()).find((trade) => trade.sourceTradeId === sourceTradeId && trade.state === 'held'),
  );
  const { headers } = await target.people.officer.request({ path: `/v1/trades/${held.id}` });
  const command = {
    path: `/v1/trades/${held.id}/approve`,
    body: { reason: 'Compared with the quotes in the deal file' },
    ifMatch: headers.get('ETag') ?? '',
  };
  return () => target.plainOfficer.request({ ...command, method: 'POST', idempotencyKey });
}

/** Everything that was asked so far, asked again under the same key, and with another body: what of I10 does not hold. */
async function replayEverything(target: FaultDay | undefined): Promise<readonly string[]> {
  if (target === undefined) return ['no day'];
  const replay = target.recorder.replay();
  const found = await target.untilSound({ acceptedTradeIds: [], timeoutMs: 0, replay });
  const answered = replay.exchanges.filter(({ status }) => status === 202).length;
  return [
    ...found.filter((line) => line.startsWith('I10')),
    ...(answered < 60 ? [`only ${answered} requests were answered with 202`] : []),
  ];
}

async function expectEveryTradeExplained(target: FaultDay, acceptedTradeIds: readonly string[]): Promise<void> {
  const trades = await target.view.trades();
  expect(new Set(trades.map(({ id }) => id))).toEqual(new Set(acceptedTradeIds));
  expect(new Set(trades.map(({ sourceTradeId }) => sourceTradeId)).size).toBe(trades.length);
  const ended = new Set(['settled', 'rejected', 'cancelled']);
  expect(trades.filter(({ state, waitingFor }) => !ended.has(state) && waitingFor === null)).toEqual([]);
  const cycles = await target.view.cycles();
  expect(cycles.filter(({ state }) => state === 'blocked' || state === 'closing')).toEqual([]);
}

/** Counted in the regulator's own journal: what arrived, what was judged, what was accepted; and that it did misbehave. */
async function expectEachReportJudgedOnce(target: FaultDay): Promise<void> {
  const journal = await target.readJournal();
  const obligations = await target.view.obligations();
  expect(obligations.filter(({ state }) => state !== 'accepted')).toEqual([]);
  const received = journal.filter(({ kind }) => kind === 'received').map(({ fileName }) => fileName);
  expect(new Set(received).size).toBe(received.length);
  // One report was rejected for the code of the counterparty and repaired.
  expect(received.length).toBe(obligations.length + 1);
  const judged = journal.filter(({ kind }) => kind === 'judged').map(({ stage, fileName }) => `${stage} ${fileName}`);
  expect(new Set(judged).size).toBe(judged.length);
  const accepted = journal.flatMap((entry) =>
    entry.kind === 'judged' && entry.stage === 'aris' ? (entry.records ?? []).filter(({ verdict }) => verdict === 'accepted') : [],
  );
  expect(accepted.map(({ uti, action }) => `${uti} ${action}`).toSorted()).toEqual(
    obligations.map(({ uti, action }) => `${uti} ${action}`).toSorted(),
  );
  expect(journal.filter(({ kind }) => kind === 'fault').length).toBeGreaterThan(10);
}

/** The clock of the day with something to do before it is moved for the first time. */
function beforeFirstMove(clock: DayClock, work: () => Promise<void>): DayClock {
  let isMoved = false;
  return {
    file: clock.file,
    now: () => clock.now(),
    moveTo: async (instant) => {
      if (!isMoved) await work();
      isMoved = true;
      await clock.moveTo(instant);
    },
  };
}

/** Kills that happen beside the day, one after the other, and whether all came up again. */
function createKills(target: FaultDay): {
  readonly names: readonly ProcessName[];
  after(input: { name: ProcessName; afterMs: number }): void;
  at(line: string): void;
  done(): Promise<void>;
} {
  const names: ProcessName[] = [];
  let last: Promise<void> = Promise.resolve();
  let stages = 0;
  const after = ({ name, afterMs }: { name: ProcessName; afterMs: number }): void => {
    const struck = new Promise((resolve) => setTimeout(resolve, afterMs));
    last = last.then(async () => {
      await struck;
      names.push(name);
      await target.killAndRevive(name);
    });
    // The error itself is thrown by `done`.
    last.catch(() => undefined);
  };
  return {
    names,
    after,
    at: (line) => {
      stages += 1;
      // The reports of what was captured last are under way, then the repaired one is.
      if (stages === 1) after({ name: 'worker', afterMs: 0 });
      if (line.startsWith('repaired')) after({ name: 'temporal', afterMs: 0 });
      const [, month = ''] = /^settled +(\S+)/.exec(line) ?? [];
      const name = KILLS_BETWEEN_MONTHS[month];
      if (name !== undefined) after({ name, afterMs: 0 });
    },
    done: () => last,
  };
}
