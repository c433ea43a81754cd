import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../db/client.ts';
import type { Db } from '../../../db/client.ts';
import { collectReceipts } from '../../../services/reporting/collect-receipts.ts';
import { prepareNextSubmission } from '../../../services/reporting/prepare-next-submission.ts';
import { storeReceipt } from '../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../services/reporting/submit-artefact.ts';
import { arisReceipt, rrmReceipt } from '../services/reporting/receipt-bytes.ts';
import {
  CHANNEL_ID,
  type World,
  addBookedTrade,
  addObligation,
  createWorld,
  inTenant,
  obligationOf,
  submissionOf,
} from '../services/reporting/reporting-world.ts';
import { ScriptedChannel } from '../services/reporting/scripted-channel.ts';
import { atEveryStatement } from './support/crashing-db.ts';

let world: World;
let utis = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  expect(await auditGaps()).toEqual([]);
  await world.close();
});

/** Records of this file whose revisions and audit events do not match; obligations and trades are put in without an event of creation. */
async function auditGaps(): Promise<string[]> {
  return await inTenant(world, async (db) => {
    const events = await db.selectFrom('audit_events').select(['subject_kind', 'subject_id', 'revision']).execute();
    const keys = events.map((event) => `${event.subject_kind} ${event.subject_id} ${event.revision}`);
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    const submissions = await db.selectFrom('submissions').select(['id', 'revision']).execute();
    const missing = submissions.flatMap(({ id, revision }) =>
      Array.from({ length: revision }, (_, index) => `submission ${id} ${index + 1}`).filter((key) => !keys.includes(key)),
    );
    return [...twice, ...missing];
  });
}

type Subject = { readonly uti: string; readonly obligationId: string };
type Sent = Subject & { readonly submissionId: string; readonly fileName: string; readonly channel: ScriptedChannel };

async function newObligation(): Promise<Subject> {
  utis += 1;
  const tradeId = await addBookedTrade(world);
  const uti = `UTIADV${String(utis).padStart(6, '0')}`;
  return { uti, obligationId: await addObligation(world, { tradeId, uti }) };
}

const on = (db: Db) => ({ ...world.ctx, db });
const prepare = (db: Db, { uti }: Subject) =>
  prepareNextSubmission({ ctx: on(db), input: { regime: 'REMIT', uti }, deps: { schemas: world.schemas } });

async function prepared(): Promise<Sent> {
  const subject = await newObligation();
  const next = await prepare(world.ctx.db, subject);
  if (next.kind !== 'ready') throw new Error(next.kind);
  const { file_name: fileName } = await submissionOf(world, next.submissionId);
  return { ...subject, submissionId: next.submissionId, fileName, channel: new ScriptedChannel() };
}

const submit = (db: Db, { submissionId, channel }: Sent) => submitArtefact({ ctx: on(db), input: { submissionId }, deps: { channel } });

async function delivered(): Promise<Sent> {
  const sent = await prepared();
  await submit(world.ctx.db, sent);
  return sent;
}

const receive = (db: Db, { fileName }: Sent, bytes: Uint8Array, messageId = `m-${fileName}`) =>
  storeReceipt({ ctx: on(db), input: { channelId: CHANNEL_ID, messageId, fileName, bytes } });
const accepting = ({ fileName }: Sent) => arisReceipt({ fileName, records: [{ seq: 1 }] });
const rejecting = ({ fileName }: Sent) =>
  arisReceipt({ fileName, records: [{ seq: 1, error: { ruleId: 'R1', text: 'field 31 is wrong' } }] });

async function submissionsOf({ obligationId }: Subject) {
  return await inTenant(world, (db) => db.selectFrom('submissions').selectAll().where('obligation_id', '=', obligationId).execute());
}
async function signalsOf({ obligationId }: Subject): Promise<number> {
  const rows = await inTenant(world, (db) => db.selectFrom('outbox').select('payload').where('kind', '=', 'signalReceipt').execute());
  return rows.filter(({ payload }) => JSON.stringify(payload).includes(obligationId)).length;
}

describe('a process that dies at any statement, and is replaced', () => {
  it('prepares one submission under one file name', async () => {
    const crashes = await atEveryStatement({
      url: world.database.appUrl,
      prepare: newObligation,
      act: prepare,
      check: async (subject, _, result) => {
        const rows = await submissionsOf(subject);
        expect(rows).toHaveLength(1);
        expect(result).toMatchObject({ kind: 'ready', submissionId: rows[0]?.id });
      },
    });
    expect(crashes).toBeGreaterThan(15);
  });

  it('sends the bytes once in effect, and asks before it sends again', async () => {
    const crashes = await atEveryStatement({
      url: world.database.appUrl,
      prepare: prepared,
      act: submit,
      check: async (sent, crash) => {
        expect([crash, sent.channel.held.size]).toEqual([crash, 1]);
        expect([crash, sent.channel.sends]).toEqual([crash, 1]);
        expect((await submissionOf(world, sent.submissionId)).state).toBe('delivered');
        expect((await obligationOf(world, sent.obligationId)).state).toBe('sent');
        const open = await inTenant(world, (db) =>
          db.selectFrom('attempts').select('number').where('submission_id', '=', sent.submissionId).where('outcome', 'is', null).execute(),
        );
        expect(open).toEqual([]);
      },
    });
    expect(crashes).toBeGreaterThan(20);
  });

  it.each([
    ['acceptance', accepting, 'accepted'],
    ['rejection', rejecting, 'rejected'],
  ] as const)('keeps a final %s once, moves once and wakes the workflow once', async (_, bytesOf, state) => {
    const crashes = await atEveryStatement({
      url: world.database.appUrl,
      prepare: delivered,
      act: (db, sent) => receive(db, sent, bytesOf(sent)),
      check: async (sent) => {
        const receipts = await inTenant(world, (db) =>
          db.selectFrom('receipts').select('id').where('submission_id', '=', sent.submissionId).execute(),
        );
        expect(receipts).toHaveLength(1);
        expect((await obligationOf(world, sent.obligationId)).state).toBe(state);
        expect(await signalsOf(sent)).toBe(1);
      },
    });
    expect(crashes).toBeGreaterThan(20);
  });
});

describe('two at once', () => {
  it('prepare the same submission', async () => {
    for (let round = 0; round < 10; round += 1) {
      const subject = await newObligation();
      const results = await Promise.all(Array.from({ length: 6 }, () => prepare(world.ctx.db, subject)));
      const [only, ...others] = await submissionsOf(subject);
      expect(others).toEqual([]);
      for (const result of results) expect(result).toMatchObject({ kind: 'ready', submissionId: only?.id });
    }
  });

  it('send one file in effect, also where the acknowledgement is lost, the channel is busy or the receipt comes first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const sent = await prepared();
      const moods = ['take', 'takeAndLoseAck', 'dropAndTimeOut', 'busy'] as const;
      sent.channel.moods.push(...Array.from({ length: 3 }, (_, index) => moods[(round + index * 3) % 4] ?? 'take'));
      if (round % 5 === 0) {
        let isFirst = true;
        sent.channel.duringSend = async ({ fileName }) => {
          if (!isFirst) return;
          isFirst = false;
          sent.channel.held.set(fileName, (await submissionOf(world, sent.submissionId)).sha256);
          await receive(world.ctx.db, sent, accepting(sent));
        };
      }
      for (let attempt = 0; attempt < 12; attempt += 1) {
        const outcomes = await Promise.all([1, 2, 3].map(() => submit(world.ctx.db, sent)));
        if (outcomes.some(({ kind }) => kind === 'delivered')) break;
      }
      expect(sent.channel.held.size).toBe(1);
      const { state } = await submissionOf(world, sent.submissionId);
      expect(['delivered', 'accepted']).toContain(state);
    }
  });

  it('collect every receipt once, in spite of a second collector and a lost cursor', async () => {
    const all: Sent[] = [];
    const channel = new ScriptedChannel();
    for (let index = 0; index < 12; index += 1) {
      const sent = await delivered();
      all.push(sent);
      for (const [part, bytes] of [rrmReceipt({ fileName: sent.fileName, status: 'Accept' }), accepting(sent)].entries()) {
        channel.receipts.push({
          cursor: `${channel.receipts.length + 1}`,
          messageId: `${part}-${sent.fileName}`,
          fileName: sent.fileName,
          bytes,
        });
      }
    }
    channel.receipts.push(...channel.receipts.slice(3, 9).map((each, index) => ({ ...each, cursor: `r${index}` })));
    await Promise.all([1, 2, 3].map(() => collectReceipts({ ctx: world.ctx, deps: { channel } })));
    await withTenant(world.ctx.db, world.tenantId, (tx) => tx.updateTable('channel_cursors').set({ cursor: '5' }).execute());
    await collectReceipts({ ctx: world.ctx, deps: { channel } });
    await withTenant(world.ctx.db, world.tenantId, (tx) => tx.updateTable('channel_cursors').set({ cursor: 'never given' }).execute());
    await collectReceipts({ ctx: world.ctx, deps: { channel } });
    for (const sent of all) {
      expect((await obligationOf(world, sent.obligationId)).state).toBe('accepted');
      expect(await signalsOf(sent)).toBe(1);
    }
    const names = all.map(({ fileName }) => fileName);
    const kept = await inTenant(world, (db) => db.selectFrom('receipts').select('id').where('file_name', 'in', names).execute());
    expect(kept).toHaveLength(24);
  });

  it('believe one of two receipts that contradict each other, keep both, and ask a person', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sent = await delivered();
      const [first, second] = await Promise.all([
        receive(world.ctx.db, sent, accepting(sent), 'yes'),
        receive(world.ctx.db, sent, rejecting(sent), 'no'),
      ]);
      expect([first.state, second.state].toSorted()).toEqual(['bound', 'quarantined']);
      expect(await signalsOf(sent)).toBe(1);
      const { state } = await obligationOf(world, sent.obligationId);
      expect(state).toBe(first.state === 'bound' ? 'accepted' : 'rejected');
    }
  });
});

describe('text that PostgreSQL cannot keep', () => {
  it.each([
    ['half a surrogate pair by reference', '&#xD800;'],
    ['NUL by reference', '&#0;'],
    ['a noncharacter', '\uFFFF'],
    ['an escape in a CDATA section', '<![CDATA[\\u0000 \\ud800]]>'],
    ['raw control characters', '\u0001\u0008'],
    ['ten thousand characters', 'x'.repeat(10_000)],
  ])('in a receipt (%s) never stops the collector', async (_, text) => {
    const sent = await delivered();
    const bytes = arisReceipt({ fileName: sent.fileName, records: [{ seq: 1, error: { ruleId: 'R1', text } }] });
    const channel = new ScriptedChannel();
    channel.receipts.push({ cursor: 'bad', messageId: 'bad\u0000\ud800', fileName: `${sent.fileName}`, bytes });
    channel.receipts.push({ cursor: 'bad2', messageId: 'bad2', fileName: 'a\u0000b\udc00', bytes });
    channel.receipts.push({ cursor: 'good', messageId: `good-${sent.fileName}`, fileName: sent.fileName, bytes: accepting(sent) });
    await withTenant(world.ctx.db, world.tenantId, (tx) => tx.updateTable('channel_cursors').set({ cursor: '' }).execute());
    await collectReceipts({ ctx: world.ctx, deps: { channel } });
    const kept = await inTenant(world, (db) => db.selectFrom('receipts').select('id').where('message_id', 'like', 'bad%').execute());
    expect(kept.length).toBeGreaterThan(0);
    expect(['accepted', 'rejected']).toContain((await obligationOf(world, sent.obligationId)).state);
  });
});
