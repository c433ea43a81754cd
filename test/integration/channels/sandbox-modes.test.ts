import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ArtefactToSend, type Channel, type SendOnceOutcome, sendOnce } from '../../../adapters/channels/channel.ts';
import { createHttpsChannel } from '../../../adapters/channels/https-channel.ts';
import { readReceipt } from '../../../reports/receipts/read-receipt.ts';
import { type JournalEntry, acceptedRecords } from '../../../sandbox/journal.ts';
import { OTHER_SENDER, SENDER, reportArtefact } from './report-fixture.ts';
import { type Harness, OTHER_TOKEN, QUICK, TOKEN, call, readable, startHarness } from './sandbox-harness.ts';

const artefact = reportArtefact({ sequence: 1 });

describe('modes on requests', () => {
  it('slow: answers late, and what a client gave up on still arrives', async () => {
    await using harness = await startHarness({ delays: { ...QUICK, slowMs: 1500 } });
    const channel = harness.channel({ timeoutMs: 1000 });
    // The connection stands before the clock of the upload starts.
    await channel.lookup({ fileName: artefact.fileName });
    await harness.setModes({ slow: 1 });
    expect((await channel.send(artefact)).kind).toBe('unknown');
    await harness.setModes({});
    expect(await channel.lookup({ fileName: artefact.fileName })).toEqual({ kind: 'absent' });
    await expect
      .poll(async () => (await harness.channel().lookup({ fileName: artefact.fileName })).kind, { timeout: 10_000 })
      .toBe('known');
  });

  it('refuse: nothing is stored, and the client is told when to come back', async () => {
    await using harness = await startHarness({ modes: { refuse: 1 }, delays: { ...QUICK, retryAfterMs: 1500 } });
    expect(await harness.channel().send(artefact)).toMatchObject({ kind: 'notSent', retryAfterMs: 2000 });
    await harness.setModes({});
    expect(await harness.channel().lookup({ fileName: artefact.fileName })).toEqual({ kind: 'absent' });
  });

  it('drop: nothing is stored, which the client learns by asking only', async () => {
    await using harness = await startHarness({ modes: { drop: 1 } });
    const channel = harness.channel();
    expect((await channel.send(artefact)).kind).toBe('unknown');
    await harness.setModes({});
    expect(await sendOnce({ channel, artefact, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'sent' });
  });

  it('lostAck: stored, which the client learns by asking only', async () => {
    await using harness = await startHarness({ modes: { lostAck: 1 } });
    const channel = harness.channel();
    expect((await channel.send(artefact)).kind).toBe('unknown');
    expect(await sendOnce({ channel, artefact, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'found' });
    expect((await harness.journal()).filter((entry) => entry.kind === 'received')).toHaveLength(1);
  });

  it('unanswered questions stay unknown: nothing is sent on a guess', async () => {
    await using harness = await startHarness({ modes: { drop: 1 } });
    expect((await sendOnce({ channel: harness.channel(), artefact, earlierOutcomeUnknown: true })).kind).toBe('unknown');
    expect((await harness.journal()).some((entry) => entry.kind === 'fault' && entry.request === 'upload')).toBe(false);
  });
});

describe('modes on receipts', () => {
  async function receiptsUnder(harness: Harness) {
    await harness.channel().send(artefact);
    await harness.quiet();
    return await harness.receipts();
  }

  it('repeatReceipt: the same message comes twice under two cursors', async () => {
    await using harness = await startHarness({ modes: { repeatReceipt: 1 } });
    const envelopes = await receiptsUnder(harness);
    const byId = Map.groupBy(envelopes, (envelope) => envelope.messageId);
    expect([...byId.values()].map((same) => same.length)).toEqual([2, 2]);
    for (const same of byId.values()) expect(same[0]?.bytes).toEqual(same[1]?.bytes);
    expect(new Set(envelopes.map((envelope) => envelope.cursor)).size).toBe(4);
  });

  it('contradict: a rejection of other bytes follows the acceptance', async () => {
    await using harness = await startHarness({ modes: { contradict: 1 } });
    const receipts = readable(await receiptsUnder(harness));
    expect(receipts.map(({ stage, status }) => `${stage} ${status}`)).toEqual(['rrm accepted', 'aris accepted', 'aris rejected']);
    expect(receipts[1]?.judgedSha256).toBe(artefact.sha256);
    expect(receipts[2]?.judgedSha256).not.toBe(artefact.sha256);
  });

  it('outOfOrder: the regulator is heard before the RRM', async () => {
    await using harness = await startHarness({ modes: { outOfOrder: 1 } });
    expect(readable(await receiptsUnder(harness)).map((receipt) => receipt.stage)).toEqual(['aris', 'rrm']);
  });

  it('delayed: the file waits', async () => {
    await using harness = await startHarness({ modes: { delayed: 1 } });
    await harness.channel().send(artefact);
    expect(await harness.receipts()).toEqual([]);
    await harness.quiet();
    expect(await harness.receipts()).toHaveLength(2);
  });

  it('corruptReceipt: every kind of corruption occurs, none can be taken for a receipt of the file, and the truth follows', async () => {
    await using harness = await startHarness({ modes: { corruptReceipt: 1 } });
    await harness.channel({ token: OTHER_TOKEN }).send(reportArtefact({ sequence: 1, sender: OTHER_SENDER }));
    for (let sequence = 1; sequence <= 12; sequence += 1) await harness.channel().send(reportArtefact({ sequence }));
    await harness.quiet();
    const judged = (await harness.journal()).filter((entry) => entry.kind === 'judged').filter((entry) => entry.sender === SENDER);
    const planned = judged.flatMap((entry) => entry.receipts.map((receipt) => ({ ...receipt, file: entry.fileName, stage: entry.stage })));
    expect(new Set(planned.map((receipt) => receipt.oddity))).toEqual(
      new Set([undefined, 'truncated', 'doctype', 'unknownFile', 'otherTenant', 'notWellFormed']),
    );

    const envelopes = await harness.receipts();
    for (const { messageId, oddity, file } of planned) {
      const reading = readReceipt(envelopes.find((envelope) => envelope.messageId === messageId)?.bytes ?? new Uint8Array());
      if (oddity === undefined) expect(reading).toMatchObject({ kind: 'read', receipt: { fileName: file } });
      else if (oddity === 'unknownFile' || oddity === 'otherTenant')
        expect(reading.kind === 'read' && reading.receipt.fileName !== file).toBe(true);
      else expect(reading).toMatchObject({ kind: 'unreadable', reason: oddity === 'doctype' ? 'doctype' : 'not-well-formed' });
    }
  });
});

/** What a workflow does: tries until it is definite, asking first whenever the outcome before was not known. */
async function sendUntilDelivered(input: { channel: Channel; artefact: ArtefactToSend }): Promise<SendOnceOutcome> {
  let earlierOutcomeUnknown = false;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const outcome = await sendOnce({ ...input, earlierOutcomeUnknown });
    if (outcome.kind !== 'notSent' && outcome.kind !== 'unknown') return outcome;
    earlierOutcomeUnknown ||= outcome.kind === 'unknown';
  }
  throw new Error(`${input.artefact.fileName} never came through`);
}

const LYING = {
  slow: 0.15,
  refuse: 0.2,
  drop: 0.2,
  lostAck: 0.3,
  repeatReceipt: 0.3,
  contradict: 0.2,
  corruptReceipt: 0.3,
  outOfOrder: 0.3,
  delayed: 0.1,
};

/** How often each file was stored and judged at each stage: whatever is not 1 is a second copy that ARIS's own duplicate check would hide. */
function countsOf(entries: readonly JournalEntry[]): number[] {
  const steps = entries.flatMap((entry) => {
    if (entry.kind === 'received') return [`received ${entry.fileName}`];
    return entry.kind === 'judged' ? [`${entry.stage} ${entry.fileName}`] : [];
  });
  return [...Map.groupBy(steps, (step) => step).values()].map((same) => same.length);
}

describe('exactly once', () => {
  it.each(['seed-1', 'seed-2'])('200 files under lying modes, %s: each is accepted once', async (seed) => {
    await using harness = await startHarness({ seed, modes: LYING, delays: { ...QUICK, slowMs: 600 } });
    // Shorter than what `slow` takes, long enough for a busy machine.
    const channel = harness.channel({ timeoutMs: 400 });
    const artefacts = Array.from({ length: 200 }, (_, index) => reportArtefact({ sequence: index + 1 }));
    const queue = [...artefacts];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          expect((await sendUntilDelivered({ channel, artefact: next })).kind).toBe('delivered');
        }
      }),
    );
    await harness.setModes({});
    await harness.quiet();

    const entries = await harness.journal();
    expect(
      acceptedRecords(entries)
        .map((record) => `${record.fileName} ${record.sha256}`)
        .toSorted(),
    ).toEqual(artefacts.map((sent) => `${sent.fileName} ${sent.sha256}`).toSorted());
    expect(countsOf(entries)).toEqual(Array.from({ length: 600 }, () => 1));
    const faults = new Set(entries.flatMap((entry) => (entry.kind === 'fault' ? [`${entry.mode} ${entry.request}`] : [])));
    for (const fault of ['slow upload', 'refuse upload', 'drop upload', 'lostAck upload', 'drop lookup']) expect(faults).toContain(fault);
  });

  it('plays the same day again for the same seed', async () => {
    const day = async (): Promise<string[]> => {
      await using harness = await startHarness({ seed: 'again', modes: LYING });
      const channel = harness.channel({ timeoutMs: 20_000 });
      // No timeout of the client, which would depend on the machine.
      for (let sequence = 1; sequence <= 25; sequence += 1) {
        await sendUntilDelivered({ channel, artefact: reportArtefact({ sequence }) });
      }
      return (await harness.journal()).flatMap((entry) =>
        entry.kind === 'fault' ? [`${entry.mode} ${entry.request} ${entry.fileName}`] : [],
      );
    };
    const first = await day();
    expect(first.length).toBeGreaterThan(10);
    expect(await day()).toEqual(first);
  });
});

describe('the sandbox as a program', () => {
  const ADMIN = 'token-of-the-admin';

  async function startProgram(dataDir: string, env: Record<string, string> = {}) {
    const child = spawn(process.execPath, ['bin/sandbox.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        SANDBOX_PORT: '0',
        SANDBOX_DATA_DIR: dataDir,
        SANDBOX_TOKENS: JSON.stringify([{ token: TOKEN, senderAcerCode: SENDER }]),
        SANDBOX_ADMIN_TOKEN: ADMIN,
        SANDBOX_DELAY_MS: '30',
        ...env,
      },
    });
    // A test that fails must not leave the program behind.
    onTestFinished(() => void child.kill('SIGKILL'));
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown];
    if (!Buffer.isBuffer(line)) return { child, exited, complaints: () => complaints, sandbox: undefined };
    const { url, caFile } = JSON.parse(line.toString('utf8')) as { url: string; caFile: string };
    return { child, exited, complaints: () => complaints, sandbox: { url, caPem: await readFile(caFile, 'utf8') } };
  }

  async function journalOf(sandbox: { url: string; caPem: string }): Promise<JournalEntry[]> {
    const { text } = await call({ sandbox, token: ADMIN, method: 'GET', path: '/journal' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalEntry);
  }

  it('knows after kill -9 what it received and accepted, and judges each file once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'energyopti-kill-'));
    const artefacts = Array.from({ length: 40 }, (_, index) => reportArtefact({ sequence: index + 1 }));
    const delivered = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const { child, exited, sandbox } = await startProgram(dataDir);
      if (sandbox === undefined) throw new Error('did not start');
      const channel = createHttpsChannel({ id: 'p', baseUrl: sandbox.url, caPem: sandbox.caPem, token: TOKEN, timeoutMs: 2000 });
      const part = artefacts.slice(0, (round + 1) * 10);
      const sending = part.map(async (sent) => {
        const outcome = await sendOnce({ channel, artefact: sent, earlierOutcomeUnknown: true });
        if (outcome.kind === 'delivered') delivered.add(sent.fileName);
      });
      // Some rounds die amid the uploads, some amid the judgements.
      if (round % 2 === 0) await Promise.all(sending);
      else await Promise.race(sending);
      child.kill('SIGKILL');
      await exited;
      await Promise.all(sending);
      channel.close();
    }
    await appendFile(join(dataDir, 'journal.ndjson'), '{"kind":"received","fileNa');

    const { child, exited, sandbox } = await startProgram(dataDir);
    if (sandbox === undefined) throw new Error('did not start');
    const channel = createHttpsChannel({ id: 'p', baseUrl: sandbox.url, caPem: sandbox.caPem, token: TOKEN, timeoutMs: 2000 });
    for (const fileName of delivered) expect(await channel.lookup({ fileName })).toMatchObject({ kind: 'known' });
    for (const sent of artefacts) expect((await sendOnce({ channel, artefact: sent, earlierOutcomeUnknown: true })).kind).toBe('delivered');
    await expect.poll(async () => acceptedRecords(await journalOf(sandbox)).length, { timeout: 10_000 }).toBe(artefacts.length);
    await expect.poll(async () => (await channel.listReceipts({ limit: 500 })).length, { timeout: 10_000 }).toBe(artefacts.length * 2);
    const entries = await journalOf(sandbox);
    expect(new Set(acceptedRecords(entries).map((record) => record.fileName)).size).toBe(artefacts.length);
    expect(countsOf(entries)).toEqual(Array.from({ length: artefacts.length * 3 }, () => 1));
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
    channel.close();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await rm(dataDir, { recursive: true });
  });

  it('lists every problem of its environment and does not start', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'energyopti-env-'));
    const program = await startProgram(dataDir, { SANDBOX_TOKENS: 'nonsense', SANDBOX_PORT: '99999', SANDBOX_MODES: '{"slow":7}' });
    expect(await program.exited).toEqual([2, null]);
    for (const name of ['SANDBOX_TOKENS', 'SANDBOX_PORT', 'SANDBOX_MODES']) expect(program.complaints()).toContain(name);
    await rm(dataDir, { recursive: true });
  });

  it('follows the clock file while it runs', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'energyopti-clock-'));
    const clockFile = join(dataDir, 'clock.json');
    const { child, exited, sandbox } = await startProgram(dataDir, { CLOCK_FILE: clockFile });
    if (sandbox === undefined) throw new Error('did not start');
    await writeFile(clockFile, JSON.stringify({ offsetMs: 10 * 86_400_000 }));
    const channel = createHttpsChannel({ id: 'p', baseUrl: sandbox.url, caPem: sandbox.caPem, token: TOKEN, timeoutMs: 2000 });
    await channel.send(artefact);
    const [entry] = await journalOf(sandbox);
    expect(Date.parse(entry?.at ?? '') - Date.now()).toBeGreaterThan(9 * 86_400_000);
    channel.close();
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true });
  });
});
