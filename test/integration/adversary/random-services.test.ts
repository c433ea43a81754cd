import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTenant } from '../../../db/client.ts';
import { AppError } from '../../../domain/errors/app-error.ts';
import { createOfficialSchemas } from '../../../reports/xml/official-xsd.ts';
import { decideTrade } from '../../../services/approvals/decide-trade.ts';
import { escalateHeldTrade } from '../../../services/approvals/escalate-held-trade.ts';
import { holdTrade } from '../../../services/approvals/hold-trade.ts';
import { bookTrade } from '../../../services/booking/book-trade.ts';
import { rejectTrade } from '../../../services/booking/reject-trade.ts';
import { checkCompliance } from '../../../services/compliance/check-compliance.ts';
import { resolveException } from '../../../services/exceptions/resolve-exception.ts';
import { seedReference } from '../../../services/reference/seed-reference.ts';
import { noteDeadline } from '../../../services/reporting/note-deadline.ts';
import { prepareNextSubmission } from '../../../services/reporting/prepare-next-submission.ts';
import { repairObligation } from '../../../services/reporting/repair-obligation.ts';
import { storeReceipt } from '../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../services/reporting/submit-artefact.ts';
import { assessRisk } from '../../../services/risk/assess-risk.ts';
import { closeCycle } from '../../../services/settlement/close-cycle.ts';
import { invoiceCycle } from '../../../services/settlement/invoice-cycle.ts';
import { recordPayment } from '../../../services/settlement/record-payment.ts';
import { amendTrade } from '../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../services/trades/cancel-trade.ts';
import { createWebhookEndpoint } from '../../../services/webhooks/endpoints.ts';
import { TEST_ADMIN } from '../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { sampleDraft } from '../../support/sample-draft.ts';
import { type TradeFixture, createTradeFixture } from '../services/booking/trade-fixture.ts';
import { arisReceipt, rrmReceipt } from '../services/reporting/receipt-bytes.ts';
import { ScriptedChannel } from '../services/reporting/scripted-channel.ts';
import { violationsOf } from './support/violations-of.ts';

const schemas = createOfficialSchemas({});
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  schemas[Symbol.dispose]();
  await database.drop();
});

/** One tenant on which anything is called at any time; `pick` chooses among what there is. */
type Desk = { readonly fixture: TradeFixture; readonly channel: ScriptedChannel; receipts: number };
type Call = (desk: Desk, pick: number) => Promise<unknown>;

const choose = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)];

async function versions({ fixture }: Desk) {
  return await fixture.read((tx) =>
    tx
      .selectFrom('trade_versions as v')
      .innerJoin('trades as t', (join) => join.onRef('t.tenant_id', '=', 'v.tenant_id').onRef('t.id', '=', 'v.trade_id'))
      .select(['v.trade_id as tradeId', 'v.version', 't.revision'])
      .orderBy('v.trade_id')
      .orderBy('v.version', 'desc')
      .execute(),
  );
}

async function onVersion(
  desk: Desk,
  pick: number,
  step: (input: { tradeId: string; version: number }) => Promise<unknown>,
): Promise<unknown> {
  const version = choose(await versions(desk), pick);
  return version === undefined ? undefined : await step({ tradeId: version.tradeId, version: version.version });
}

async function change(desk: Desk, pick: number, changes: Readonly<Record<string, unknown>> | 'cancel'): Promise<unknown> {
  const version = choose(await versions(desk), pick);
  if (version === undefined) return undefined;
  const ctx = desk.fixture.as({ id: 'user-upstream', role: 'upstream' });
  const input = { tradeId: version.tradeId, expectedRevision: version.revision, reason: 'at random' };
  return changes === 'cancel'
    ? await cancelTrade({ ctx, input })
    : await amendTrade({ ctx, input: { ...input, terms: sampleDraft(changes).terms } });
}

async function onObligation(
  desk: Desk,
  pick: number,
  step: (input: { obligationId: string; uti: string }) => Promise<unknown>,
): Promise<unknown> {
  const rows = await desk.fixture.read((tx) => tx.selectFrom('obligations').select(['id', 'uti']).orderBy('id').execute());
  const row = choose(rows, pick);
  return row === undefined ? undefined : await step({ obligationId: row.id, uti: row.uti });
}

async function receive(desk: Desk, pick: number, bytesOf: (fileName: string) => Uint8Array): Promise<unknown> {
  const rows = await desk.fixture.read((tx) => tx.selectFrom('submissions').select('file_name').orderBy('file_name').execute());
  const fileName = choose(rows, pick)?.file_name;
  if (fileName === undefined) return undefined;
  desk.receipts += pick % 2;
  const message = { channelId: 'sandbox', messageId: `m-${desk.receipts}`, fileName, bytes: bytesOf(fileName) };
  return await storeReceipt({ ctx: desk.fixture.system, input: message });
}

async function onCycle(desk: Desk, pick: number, step: (cycleId: string) => Promise<unknown>): Promise<unknown> {
  const cycle = choose(await desk.fixture.read((tx) => tx.selectFrom('settlement_cycles').select('id').orderBy('id').execute()), pick);
  return cycle === undefined ? undefined : await step(cycle.id);
}

async function pay(desk: Desk, pick: number): Promise<unknown> {
  const invoices = await desk.fixture.read((tx) => tx.selectFrom('invoices').select(['id', 'cycle_id', 'total']).orderBy('id').execute());
  const invoice = choose(invoices, pick);
  if (invoice === undefined) return undefined;
  const input = {
    cycleId: invoice.cycle_id,
    invoiceId: invoice.id,
    amount: invoice.total,
    valueDate: '2026-11-20',
    bankReference: `b${pick % 2}`,
  };
  return await recordPayment({ ctx: desk.fixture.as({ id: 'user-back', role: 'backOffice' }), input });
}

async function send(desk: Desk, pick: number): Promise<unknown> {
  return await onObligation(desk, pick, async ({ uti }) => {
    const ctx = desk.fixture.system;
    const next = await prepareNextSubmission({ ctx, input: { regime: 'REMIT', uti }, deps: { schemas } });
    const moods = ['take', 'takeAndLoseAck', 'dropAndTimeOut', 'refuse', 'busy'] as const;
    desk.channel.moods.push(choose(moods, pick) ?? 'take');
    if (next.kind === 'ready') await submitArtefact({ ctx, input: { submissionId: next.submissionId }, deps: { channel: desk.channel } });
  });
}

const COMPLIANCE = { id: 'user-compliance', role: 'compliance' } as const;
const ADMIN = { id: 'user-admin', role: 'admin' } as const;
const system = (desk: Desk) => desk.fixture.system;

const CALLS: Readonly<Record<string, Call>> = {
  capture: (desk, pick) => {
    const sides = ['buy', 'sell'] as const;
    const concludedAt = new Date(Date.parse('2026-09-29T07:00:00Z') - (pick % 200) * 660_000).toISOString();
    return desk.fixture.capture({ direction: sides[pick % 2], concludedAt, capacityMw: String(1 + (pick % 40)) });
  },
  assess: (desk, pick) => onVersion(desk, pick, (input) => assessRisk({ ctx: system(desk), input })),
  comply: (desk, pick) => onVersion(desk, pick, (input) => checkCompliance({ ctx: system(desk), input })),
  pass: (desk, pick) =>
    onVersion(desk, pick, async (input) => {
      await assessRisk({ ctx: system(desk), input });
      await checkCompliance({ ctx: system(desk), input });
      await bookTrade({ ctx: system(desk), input });
    }),
  hold: (desk, pick) => onVersion(desk, pick, (input) => holdTrade({ ctx: system(desk), input: { ...input, reasons: ['at random'] } })),
  escalate: (desk, pick) => onVersion(desk, pick, (input) => escalateHeldTrade({ ctx: system(desk), input })),
  approve: (desk, pick) =>
    onVersion(desk, pick, (input) =>
      decideTrade({ ctx: desk.fixture.as(COMPLIANCE), input: { ...input, decision: 'approve', reason: 'r' } }),
    ),
  refuse: (desk, pick) =>
    onVersion(desk, pick, (input) =>
      decideTrade({ ctx: desk.fixture.as(COMPLIANCE), input: { ...input, decision: 'reject', reason: 'r' } }),
    ),
  expire: (desk, pick) =>
    onVersion(desk, pick, (input) => decideTrade({ ctx: system(desk), input: { ...input, decision: 'expire', reason: 'r' } })),
  book: (desk, pick) => onVersion(desk, pick, (input) => bookTrade({ ctx: system(desk), input })),
  block: (desk, pick) => onVersion(desk, pick, (input) => rejectTrade({ ctx: system(desk), input: { ...input, reason: 'r' } })),
  amend: (desk, pick) => change(desk, pick, { capacityMw: String(1 + (pick % 60)) }),
  rebook: (desk, pick) => change(desk, pick, { bookId: 'book-gas' }),
  cancel: (desk, pick) => change(desk, pick, 'cancel'),
  send,
  rrm: (desk, pick) => receive(desk, pick, (fileName) => rrmReceipt({ fileName, status: pick % 3 === 0 ? 'Reject' : 'Accept' })),
  accept: (desk, pick) => receive(desk, pick, (fileName) => arisReceipt({ fileName, records: [{ seq: 1 }] })),
  reject: (desk, pick) =>
    receive(desk, pick, (fileName) => arisReceipt({ fileName, records: [{ seq: 1, error: { ruleId: 'R', text: 'field 31' } }] })),
  repair: (desk, pick) =>
    onObligation(desk, pick, ({ obligationId }) =>
      repairObligation({ ctx: desk.fixture.as(COMPLIANCE), input: { obligationId, overrides: {}, reason: 'again' } }),
    ),
  note: (desk, pick) => onObligation(desk, pick, ({ obligationId }) => noteDeadline({ ctx: system(desk), input: { obligationId } })),
  later: async (desk, pick) => system(desk).clock.advance([3_600_000, 86_400_000, 20 * 86_400_000][pick % 3] ?? 0),
  close: (desk, pick) => onCycle(desk, pick, (cycleId) => closeCycle({ ctx: system(desk), input: { cycleId, reason: 'r' } })),
  invoice: (desk, pick) =>
    onCycle(desk, pick, (cycleId) =>
      invoiceCycle({ ctx: system(desk), input: { cycleId }, deps: { renderInvoice: ({ number }) => Buffer.from(number) } }),
    ),
  pay,
  resolve: async (desk, pick) => {
    const rows = await desk.fixture.read((tx) => tx.selectFrom('exceptions').select('id').orderBy('id').execute());
    const row = choose(rows, pick);
    return row === undefined
      ? undefined
      : await resolveException({ ctx: desk.fixture.as(ADMIN), input: { exceptionId: row.id, reason: 'r' } });
  },
};

const RUNS = Number(process.env['ADVERSARY_RUNS'] ?? 8);

it('whatever is called in whatever order, twice or side by side: money balances, limits agree, and each change has one event', async () => {
  let done = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(CALLS)), fc.nat({ max: 10_000 }), fc.constantFrom(1, 1, 2)), {
        minLength: 30,
        maxLength: 70,
      }),
      async (calls) => {
        const fixture = await createTradeFixture(database);
        const bounds = {
          limits: [{ id: 'l1', scope: 'tenant' as const, scopeId: 'all', measure: 'notionalEur' as const, bound: '3000000' }],
        };
        await seedReference({ ctx: fixture.as(TEST_ADMIN), input: bounds });
        await createWebhookEndpoint({ ctx: fixture.as(ADMIN), input: { url: 'https://example.com/', policy: { allowPrivate: false } } });
        const desk: Desk = { fixture, channel: new ScriptedChannel(), receipts: 0 };
        for (const name of ['capture', 'pass', 'capture', 'pass', 'capture']) await CALLS[name]?.(desk, done).catch(ignoreRefusal);
        for (const [name, pick, times] of calls) {
          const call = CALLS[name];
          if (call === undefined) throw new Error(name);
          const outcomes = await Promise.allSettled(Array.from({ length: times }, () => call(desk, pick)));
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') {
              // Two at once may stand in each other's way; the server then lets one go on.
              if (!(outcome.reason instanceof AppError) && !isDeadlock(outcome.reason)) throw outcome.reason;
              refused += 1;
            } else done += 1;
          }
          expect([name, await violationsOf(database.adminUrl)]).toEqual([name, []]);
        }
        await expectEventsToldOnce(fixture);
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(done).toBeGreaterThan(refused / 10);
}, 600_000);

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/** One endpoint: of each change that webhooks tell there is one delivery with one message. */
async function expectEventsToldOnce(fixture: TradeFixture): Promise<void> {
  const rows = await withTenant(database.db, fixture.tenantId, async (tx) => ({
    events: await tx
      .selectFrom('audit_events')
      .select('id')
      .where('action', 'in', ['trade.booked', 'obligation.accepted', 'obligation.rejected', 'exception.opened', 'cycle.invoiced'])
      .execute(),
    deliveries: await tx.selectFrom('webhook_deliveries').select('id').execute(),
    messages: await tx.selectFrom('outbox').select('payload').where('kind', '=', 'webhook').execute(),
  }));
  expect(rows.deliveries).toHaveLength(rows.events.length);
  expect(rows.messages).toHaveLength(rows.events.length);
}
