import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectReceipts } from '../../../../services/reporting/collect-receipts.ts';
import { getReceipt } from '../../../../services/reporting/get-receipt.ts';
import { listQuarantinedReceipts } from '../../../../services/reporting/list-quarantined-receipts.ts';
import { listSubmissionReceipts } from '../../../../services/reporting/list-submission-receipts.ts';
import { noteDeadline } from '../../../../services/reporting/note-deadline.ts';
import { prepareNextSubmission } from '../../../../services/reporting/prepare-next-submission.ts';
import { repairObligation } from '../../../../services/reporting/repair-obligation.ts';
import { type StoreReceiptResult, storeReceipt } from '../../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../../services/reporting/submit-artefact.ts';
import { arisReceipt, rrmReceipt } from './receipt-bytes.ts';
import {
  COMPLIANCE,
  type World,
  addBookedTrade,
  addObligation,
  auditedActions,
  createWorld,
  inTenant,
  obligationOf,
  openExceptionsOf,
  submissionOf,
} from './reporting-world.ts';
import { ScriptedChannel } from './scripted-channel.ts';

let world: World;
let channel: ScriptedChannel;
let count = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  channel = new ScriptedChannel();
});

type Sent = { uti: string; obligationId: string; submissionId: string; fileName: string; sha256: string };

async function preparedOnly(dueInMs?: number): Promise<Sent> {
  count += 1;
  const uti = `RCP${String(count).padStart(42, '0')}`;
  const obligationId = await addObligation(world, {
    tradeId: await addBookedTrade(world),
    uti,
    ...(dueInMs === undefined ? {} : { dueInMs }),
  });
  return { uti, obligationId, ...(await prepareNext(uti)) };
}

async function prepareNext(uti: string): Promise<Pick<Sent, 'submissionId' | 'fileName' | 'sha256'>> {
  const result = await prepareNextSubmission({ ctx: world.ctx, input: { regime: 'REMIT', uti }, deps: { schemas: world.schemas } });
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result));
  const { file_name: fileName, sha256 } = await submissionOf(world, result.submissionId);
  return { submissionId: result.submissionId, fileName, sha256 };
}

async function sent(): Promise<Sent> {
  const made = await preparedOnly();
  await submitArtefact({ ctx: world.ctx, input: { submissionId: made.submissionId }, deps: { channel } });
  return made;
}

async function receive(fileName: string, bytes: Uint8Array, messageId = `msg-${(count += 1)}`): Promise<StoreReceiptResult> {
  return await storeReceipt({ ctx: world.ctx, input: { channelId: 'sandbox', messageId, fileName, bytes } });
}

async function states(of: Sent): Promise<string> {
  return `${(await submissionOf(world, of.submissionId)).state}/${(await obligationOf(world, of.obligationId)).state}`;
}

async function signalsOf(obligationId: string): Promise<unknown[]> {
  const rows = await inTenant(world, (db) => db.selectFrom('outbox').select('payload').where('kind', '=', 'signalReceipt').execute());
  return rows.map(({ payload }) => payload).filter((payload) => JSON.stringify(payload).includes(obligationId));
}

const ACCEPTED = [{ seq: 1 }];
const REJECTED = [{ seq: 1, error: { ruleId: '2AODOEDR2x', text: 'Field 48: the delivery point is not on the list.' } }];

describe('storeReceipt', () => {
  it('walks from delivered over the RRM to accepted, and wakes the workflow once', async () => {
    const of = await sent();
    await receive(of.fileName, rrmReceipt({ fileName: of.fileName, status: 'Accept' }));
    expect(await states(of)).toBe('rrmAccepted/rrmAccepted');
    const { receiptId } = await receive(of.fileName, arisReceipt({ fileName: of.fileName, sha256: of.sha256, records: ACCEPTED }));
    expect(await states(of)).toBe('accepted/accepted');
    expect((await obligationOf(world, of.obligationId)).accepted_at).toEqual(world.ctx.clock.now());
    expect(await signalsOf(of.obligationId)).toMatchObject([
      { kind: 'signalReceipt', uti: of.uti, submissionId: of.submissionId, receiptId, outcome: 'accepted' },
    ]);
    expect(await auditedActions(world, of.obligationId)).toEqual([
      '2 obligation.prepared',
      '3 obligation.sent',
      '4 obligation.rrmAccepted',
      '5 obligation.accepted',
    ]);
    expect(await listSubmissionReceipts({ ctx: world.ctx, input: { submissionId: of.submissionId } })).toMatchObject([
      { stage: 'rrm', status: 'accepted' },
      { stage: 'aris', status: 'accepted' },
    ]);
  });

  it('takes the regulator first and the RRM after it', async () => {
    const of = await sent();
    await receive(of.fileName, arisReceipt({ fileName: of.fileName, records: ACCEPTED }));
    expect((await receive(of.fileName, rrmReceipt({ fileName: of.fileName, status: 'Accept' }))).state).toBe('bound');
    expect(await states(of)).toBe('accepted/accepted');
    expect(await signalsOf(of.obligationId)).toHaveLength(1);
  });

  it('keeps the exact bytes', async () => {
    const of = await sent();
    const bytes = rrmReceipt({ fileName: of.fileName, status: 'Accept' });
    const { receiptId } = await receive(of.fileName, bytes);
    const { document } = await getReceipt({ ctx: world.ctx, input: { receiptId } });
    expect(Buffer.from(document.bytes).equals(Buffer.from(bytes))).toBe(true);
  });

  it('puts a rejection before compliance with rule, text and the field to correct', async () => {
    const of = await sent();
    await receive(of.fileName, rrmReceipt({ fileName: of.fileName, status: 'Accept' }));
    await receive(of.fileName, arisReceipt({ fileName: of.fileName, records: REJECTED }));
    expect(await states(of)).toBe('rejected/rejected');
    const [exception] = await openExceptionsOf(world, of.obligationId);
    expect(exception).toMatchObject({ kind: 'rejectedReport', owner_role: 'compliance' });
    expect(exception?.reason).toContain('2AODOEDR2x: Field 48: the delivery point is not on the list.');
    expect(exception?.next_action).toContain('field 48');
    expect(await signalsOf(of.obligationId)).toMatchObject([{ outcome: 'rejected' }]);
  });

  it('takes the rejection by the RRM, repairs, and is accepted under a new name', async () => {
    const of = await sent();
    await receive(of.fileName, rrmReceipt({ fileName: of.fileName, status: 'Reject', reason: 'RRM-111 record 1: unknown EIC' }));
    expect(await states(of)).toBe('rejected/rejected');
    await repairObligation({ ctx: world.as(COMPLIANCE), input: { obligationId: of.obligationId, overrides: {}, reason: 'mended' } });
    const next = { ...of, ...(await prepareNext(of.uti)) };
    await submitArtefact({ ctx: world.ctx, input: { submissionId: next.submissionId }, deps: { channel } });
    await receive(next.fileName, arisReceipt({ fileName: next.fileName, records: ACCEPTED }));
    expect(await states(next)).toBe('accepted/accepted');
    expect(await states(of)).toBe('rejected/accepted');
    expect(await openExceptionsOf(world, of.obligationId)).toEqual([]);
  });

  it('judges our record alone where the file is partly accepted', async () => {
    const good = await sent();
    await receive(
      good.fileName,
      arisReceipt({ fileName: good.fileName, records: [{ seq: 1 }, { seq: 2, error: { ruleId: 'R', text: 't' } }] }),
    );
    expect(await states(good)).toBe('accepted/accepted');
    const bad = await sent();
    await receive(bad.fileName, arisReceipt({ fileName: bad.fileName, records: [...REJECTED, { seq: 2 }] }));
    expect(await states(bad)).toBe('rejected/rejected');
  });

  it.each([
    ['a rejection after the acceptance', ACCEPTED, REJECTED, 'accepted/accepted'],
    ['an acceptance after the rejection', REJECTED, ACCEPTED, 'rejected/rejected'],
  ])('keeps %s as a contradiction and moves nothing', async (_, first, second, expected) => {
    const of = await sent();
    await receive(of.fileName, arisReceipt({ fileName: of.fileName, records: first }));
    const contradicting = await receive(of.fileName, arisReceipt({ fileName: of.fileName, messageId: 'm-2', records: second }));
    expect(contradicting.state).toBe('quarantined');
    expect(await states(of)).toBe(expected);
    expect(await openExceptionsOf(world, contradicting.receiptId)).toMatchObject([{ kind: 'quarantinedReceipt', state: 'open' }]);
    const { receipt } = await getReceipt({ ctx: world.ctx, input: { receiptId: contradicting.receiptId } });
    expect(receipt.quarantineReason).toMatch(/^contradiction: /);
    expect(await signalsOf(of.obligationId)).toHaveLength(1);
  });

  it('stores a message once, however often and however parallel it comes', async () => {
    const of = await sent();
    const bytes = arisReceipt({ fileName: of.fileName, records: ACCEPTED });
    const results = await Promise.all(Array.from({ length: 8 }, () => receive(of.fileName, bytes, `same-${of.fileName}`)));
    expect(results.filter(({ state }) => state === 'bound')).toHaveLength(1);
    expect(results.filter(({ state }) => state === 'duplicate')).toHaveLength(7);
    expect(new Set(results.map(({ receiptId }) => receiptId)).size).toBe(1);
    expect(await signalsOf(of.obligationId)).toHaveLength(1);
  });

  it('of two contradicting receipts in parallel believes one and quarantines the other', async () => {
    const of = await sent();
    const results = await Promise.all([
      receive(of.fileName, arisReceipt({ fileName: of.fileName, records: ACCEPTED })),
      receive(of.fileName, arisReceipt({ fileName: of.fileName, records: REJECTED })),
    ]);
    expect(results.map(({ state }) => state).toSorted()).toEqual(['bound', 'quarantined']);
    expect(['accepted/accepted', 'rejected/rejected']).toContain(await states(of));
    expect(await signalsOf(of.obligationId)).toHaveLength(1);
  });

  it('resolves an unknown outcome: what is judged has arrived', async () => {
    const of = await preparedOnly();
    channel.moods.push('takeAndLoseAck');
    await submitArtefact({ ctx: world.ctx, input: { submissionId: of.submissionId }, deps: { channel } });
    await receive(of.fileName, rrmReceipt({ fileName: of.fileName, status: 'Accept' }));
    expect(await states(of)).toBe('rrmAccepted/rrmAccepted');
    const again = await submitArtefact({ ctx: world.ctx, input: { submissionId: of.submissionId }, deps: { channel } });
    expect(again).toEqual({ kind: 'delivered' });
    expect(channel.sends).toBe(1);
  });

  it('does not believe a verdict on a file that was never sent', async () => {
    const of = await preparedOnly();
    expect((await receive(of.fileName, arisReceipt({ fileName: of.fileName, records: ACCEPTED }))).state).toBe('quarantined');
    expect(await states(of)).toBe('prepared/prepared');
  });

  it.each([
    ['bytes that are no XML', () => Buffer.from('not xml')],
    ['a DOCTYPE', () => Buffer.from('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')],
    ['another root', () => Buffer.from('<x xmlns="urn:other"/>')],
    ['nothing at all', () => Buffer.alloc(0)],
    ['more than a megabyte', () => Buffer.alloc(1024 * 1024 + 1, 0x20)],
    [
      'a file that is not ours',
      () => Buffer.from(arisReceipt({ fileName: '20260929_REMITTable1_V3_A0009999Z.DE_1.xml', records: ACCEPTED })),
    ],
  ])('keeps and quarantines %s', async (_, bytes) => {
    const of = await sent();
    const given = bytes();
    const { state, receiptId } = await receive(of.fileName, given);
    expect(state).toBe('quarantined');
    const { document } = await getReceipt({ ctx: world.ctx, input: { receiptId } });
    expect(Buffer.from(document.bytes).equals(given)).toBe(true);
    expect(await openExceptionsOf(world, receiptId)).toMatchObject([{ kind: 'quarantinedReceipt' }]);
    expect(await states(of)).toBe('delivered/sent');
  });

  it('quarantines a receipt that judges other bytes, comes over another channel, or whose envelope names another file', async () => {
    const of = await sent();
    const other = await sent();
    const accepted = arisReceipt({ fileName: of.fileName, records: ACCEPTED });
    const otherBytes = arisReceipt({ fileName: of.fileName, sha256: 'a'.repeat(64), records: ACCEPTED });
    expect((await receive(of.fileName, otherBytes)).state).toBe('quarantined');
    expect((await receive(other.fileName, accepted)).state).toBe('quarantined');
    const input = { channelId: 'elsewhere', messageId: 'x', fileName: of.fileName, bytes: accepted };
    expect((await storeReceipt({ ctx: world.ctx, input })).state).toBe('quarantined');
    expect(await states(of)).toBe('delivered/sent');
    expect(await states(other)).toBe('delivered/sent');
    const { items } = await listQuarantinedReceipts({ ctx: world.ctx, input: { page: { limit: 200, secret: 's' } } });
    expect(items.filter(({ quarantineReason }) => quarantineReason?.includes('a'.repeat(64)))).toHaveLength(1);
  });

  it('keeps names that PostgreSQL cannot, made storable', async () => {
    const { receiptId } = await receive('a\0b', Buffer.from('x'), `m\0-\uD800${'y'.repeat(600)}`);
    const { receipt } = await getReceipt({ ctx: world.ctx, input: { receiptId } });
    expect(receipt.fileName).toBe('a\uFFFDb');
    expect(receipt.messageId).toHaveLength(500);
  });
});

describe('collectReceipts', () => {
  it('goes on from the cursor, and a crash between store and cursor loses and repeats nothing', async () => {
    const of = await sent();
    const bytes = arisReceipt({ fileName: of.fileName, records: ACCEPTED });
    channel.receipts.push(
      { cursor: '1', messageId: 'c-1', fileName: of.fileName, bytes: rrmReceipt({ fileName: of.fileName, status: 'Accept' }) },
      { cursor: '2', messageId: 'c-2', fileName: of.fileName, bytes },
      { cursor: '3', messageId: 'c-2', fileName: of.fileName, bytes },
    );
    expect(await collectReceipts({ ctx: world.ctx, deps: { channel } })).toEqual({ stored: 2, more: false });
    expect(await states(of)).toBe('accepted/accepted');
    expect(await collectReceipts({ ctx: world.ctx, deps: { channel } })).toEqual({ stored: 0, more: false });
    channel.receipts.push({ cursor: '4', messageId: 'c-4', fileName: of.fileName, bytes: Buffer.from('broken') });
    expect(await collectReceipts({ ctx: world.ctx, deps: { channel } })).toEqual({ stored: 1, more: false });
  });
});

describe('noteDeadline', () => {
  const HOUR_MS = 3_600_000;

  it('notes 50, 80 and 100 percent once each, with an exception at risk and at breach', async () => {
    const start = world.ctx.clock.now();
    const of = await preparedOnly(10 * HOUR_MS);
    const note = async (): Promise<unknown> => (await noteDeadline({ ctx: world.ctx, input: { obligationId: of.obligationId } })).deadline;
    const kinds = async (): Promise<string[]> => (await openExceptionsOf(world, of.obligationId)).map(({ kind }) => kind);
    try {
      expect(await note()).toEqual({ percent: 50, inMs: 5 * HOUR_MS });
      world.ctx.clock.advance(5 * HOUR_MS);
      expect(await note()).toEqual({ percent: 80, inMs: 3 * HOUR_MS });
      expect(await kinds()).toEqual([]);
      world.ctx.clock.advance(3 * HOUR_MS);
      expect(await note()).toEqual({ percent: 100, inMs: 2 * HOUR_MS });
      expect(await note()).toEqual({ percent: 100, inMs: 2 * HOUR_MS });
      expect(await kinds()).toEqual(['deadlineAtRisk']);
      world.ctx.clock.advance(2 * HOUR_MS);
      expect(await note()).toBeNull();
      expect(await note()).toBeNull();
      expect(await kinds()).toEqual(['deadlineBreached']);
      expect(await obligationOf(world, of.obligationId)).toMatchObject({ warned_percent: 100, breached_at: world.ctx.clock.now() });
      expect(await auditedActions(world, of.obligationId)).toEqual([
        '2 obligation.prepared',
        '3 obligation.deadlineNoted',
        '4 obligation.deadlineNoted',
        '5 obligation.deadlineBreached',
      ]);
    } finally {
      world.ctx.clock.set(start);
    }
  });

  it('is over with the acceptance, which clears the risk', async () => {
    const start = world.ctx.clock.now();
    const of = await sent();
    try {
      world.ctx.clock.advance(9 * HOUR_MS);
      await noteDeadline({ ctx: world.ctx, input: { obligationId: of.obligationId } });
      expect(await openExceptionsOf(world, of.obligationId)).toMatchObject([{ kind: 'deadlineAtRisk' }]);
      await receive(of.fileName, arisReceipt({ fileName: of.fileName, records: ACCEPTED }));
      expect(await openExceptionsOf(world, of.obligationId)).toEqual([]);
      world.ctx.clock.advance(9 * HOUR_MS);
      expect(await noteDeadline({ ctx: world.ctx, input: { obligationId: of.obligationId } })).toEqual({ deadline: null });
      expect((await obligationOf(world, of.obligationId)).breached_at).toBeNull();
    } finally {
      world.ctx.clock.set(start);
    }
  });
});
