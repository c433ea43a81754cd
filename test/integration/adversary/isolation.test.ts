import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb } from '../../../db/client.ts';
import { decideTrade } from '../../../services/approvals/decide-trade.ts';
import { escalateHeldTrade } from '../../../services/approvals/escalate-held-trade.ts';
import { holdTrade } from '../../../services/approvals/hold-trade.ts';
import { revokeKey } from '../../../services/auth/revoke-key.ts';
import { issueKey } from '../../../services/auth/issue-key.ts';
import { bookTrade } from '../../../services/booking/book-trade.ts';
import { rejectTrade } from '../../../services/booking/reject-trade.ts';
import { checkCompliance } from '../../../services/compliance/check-compliance.ts';
import type { ServiceContext } from '../../../services/context.ts';
import { getException, listExceptions } from '../../../services/exceptions/list-exceptions.ts';
import { resolveException } from '../../../services/exceptions/resolve-exception.ts';
import { createTenant } from '../../../services/reference/create-tenant.ts';
import { getObligation } from '../../../services/reporting/get-obligation.ts';
import { getReceipt } from '../../../services/reporting/get-receipt.ts';
import { getSubmissionDocument } from '../../../services/reporting/get-submission-document.ts';
import { getSubmission } from '../../../services/reporting/get-submission.ts';
import { listObligations } from '../../../services/reporting/list-obligations.ts';
import { listQuarantinedReceipts } from '../../../services/reporting/list-quarantined-receipts.ts';
import { listSubmissionReceipts } from '../../../services/reporting/list-submission-receipts.ts';
import { listSubmissions } from '../../../services/reporting/list-submissions.ts';
import { noteDeadline } from '../../../services/reporting/note-deadline.ts';
import { prepareNextSubmission } from '../../../services/reporting/prepare-next-submission.ts';
import { repairObligation } from '../../../services/reporting/repair-obligation.ts';
import { storeReceipt } from '../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../services/reporting/submit-artefact.ts';
import { assessRisk } from '../../../services/risk/assess-risk.ts';
import { closeCycle } from '../../../services/settlement/close-cycle.ts';
import { cycleSchedule } from '../../../services/settlement/cycle-schedule.ts';
import { getCycle } from '../../../services/settlement/get-cycle.ts';
import { getInvoicePdf } from '../../../services/settlement/get-invoice-pdf.ts';
import { getInvoice } from '../../../services/settlement/get-invoice.ts';
import { invoiceCycle } from '../../../services/settlement/invoice-cycle.ts';
import { listCycles } from '../../../services/settlement/list-cycles.ts';
import { recordPayment } from '../../../services/settlement/record-payment.ts';
import { amendTrade } from '../../../services/trades/amend-trade.ts';
import { cancelTrade } from '../../../services/trades/cancel-trade.ts';
import { getTrade } from '../../../services/trades/get-trade.ts';
import { listTrades } from '../../../services/trades/list-trades.ts';
import { getTradeTimeline } from '../../../services/trades/trade-timeline.ts';
import { explainTrade } from '../../../services/trades/why-waiting.ts';
import { createWebhookEndpoint, disableWebhookEndpoint, listEndpoints } from '../../../services/webhooks/endpoints.ts';
import { createOfficialSchemas } from '../../../reports/xml/official-xsd.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { sampleDraft } from '../../support/sample-draft.ts';
import { sampleTenant } from '../../support/sample-reference.ts';
import { arisReceipt } from '../services/reporting/receipt-bytes.ts';
import { ScriptedChannel } from '../services/reporting/scripted-channel.ts';
import { type TradeFixture, createTradeFixture } from '../services/booking/trade-fixture.ts';
import { violationsOf } from './support/violations-of.ts';

const UTI = 'UTIOFBOTHTENANTS01';
const secret = 'a secret of the server';
const schemas = createOfficialSchemas({});
let database: TestDatabase;
let ours: Made;
let theirs: Made;

/** Everything that a tenant can have, with the same ids from outside as the other tenant's. */
type Made = {
  readonly fixture: TradeFixture;
  readonly admin: ServiceContext;
  readonly tradeId: string;
  readonly heldId: string;
  readonly obligationId: string;
  readonly submissionId: string;
  readonly fileName: string;
  readonly receiptId: string;
  readonly quarantinedId: string;
  readonly exceptionId: string;
  readonly cycleId: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly endpointId: string;
  readonly keyId: string;
};

beforeAll(async () => {
  database = await createTestDatabase();
  ours = await make();
  theirs = await make();
});
afterAll(async () => {
  schemas[Symbol.dispose]();
  await database.drop();
});

async function make(): Promise<Made> {
  const fixture = await createTradeFixture(database);
  const { system } = fixture;
  const admin = fixture.as({ id: 'user-admin', role: 'admin' });
  await fixture.addLimits([{ id: 'limit-1', scope: 'tenant', scopeId: 'all', measure: 'notionalEur', bound: '1000000' }]);
  const booked = await fixture.capture({ sourceTradeId: 'T-1', uti: UTI, direction: 'sell' });
  await fixture.pass(booked);
  const { obligationIds, cycleIds } = await bookTrade({ ctx: system, input: booked });
  const held = await fixture.capture({
    sourceTradeId: 'T-2',
    capacityMw: '999',
    deliveryStartDate: '2027-10-01',
    deliveryEndDate: '2027-10-31',
  });
  await assessRisk({ ctx: system, input: held });
  const { exceptionId } = await holdTrade({ ctx: system, input: { ...held, reasons: ['a limit is breached'] } });
  const next = await prepareNextSubmission({ ctx: system, input: { regime: 'REMIT', uti: UTI }, deps: { schemas } });
  if (next.kind !== 'ready') throw new Error(next.kind);
  await submitArtefact({ ctx: system, input: { submissionId: next.submissionId }, deps: { channel: new ScriptedChannel() } });
  const { fileName } = await getSubmission({ ctx: admin, input: { submissionId: next.submissionId } });
  const receipt = { channelId: 'sandbox', messageId: 'm-1', fileName };
  const kept = await storeReceipt({ ctx: system, input: { ...receipt, bytes: arisReceipt({ fileName, records: [{ seq: 1 }] }) } });
  const odd = await storeReceipt({ ctx: system, input: { ...receipt, messageId: 'm-2', bytes: new Uint8Array([1, 2, 3]) } });
  system.clock.set('2026-11-05T09:00:00.000Z');
  const [cycleId = ''] = cycleIds;
  await closeCycle({ ctx: system, input: { cycleId, reason: 'the month is over' } });
  const renderInvoice = (invoice: { number: string }): Uint8Array => Buffer.from(`%PDF ${invoice.number}`);
  const invoiced = await invoiceCycle({ ctx: system, input: { cycleId }, deps: { renderInvoice } });
  const [invoiceId = ''] = invoiced.invoiceIds;
  const { invoices } = await getCycle({ ctx: admin, input: { cycleId } });
  const endpoint = await createWebhookEndpoint({
    ctx: admin,
    input: { url: 'https://example.com/hooks', policy: { allowPrivate: false } },
  });
  const { keyId } = await issueKey({ ctx: admin, input: { userId: 'user-upstream' } });
  return {
    fixture,
    admin,
    tradeId: booked.tradeId,
    heldId: held.tradeId,
    obligationId: obligationIds[0] ?? '',
    submissionId: next.submissionId,
    fileName,
    receiptId: kept.receiptId,
    quarantinedId: odd.receiptId,
    exceptionId,
    cycleId,
    invoiceId,
    invoiceNumber: invoices[0]?.invoiceNumber ?? '',
    endpointId: endpoint.id,
    keyId,
  };
}

describe('two tenants with the same ids from outside', () => {
  it('share none of their own', () => {
    expect(theirs.tradeId).not.toBe(ours.tradeId);
    expect(theirs.fileName).not.toBe(ours.fileName);
    // Derived from the UTI, which both have: the same id, in two tenants.
    expect(theirs.submissionId).toBe(ours.submissionId);
    expect(theirs.invoiceNumber).toBe(ours.invoiceNumber);
  });

  it('get by the id that both have what is their own', async () => {
    for (const mine of [ours, theirs]) {
      const { fileName } = await getSubmission({ ctx: mine.admin, input: { submissionId: mine.submissionId } });
      expect(fileName).toBe(mine.fileName);
      const document = await getSubmissionDocument({ ctx: mine.admin, input: { submissionId: mine.submissionId } });
      const other = mine === ours ? theirs : ours;
      expect(Buffer.from(document.bytes).toString()).not.toContain(other.fileName.split('_')[3] ?? '-');
    }
  });

  it('see each other in no list', async () => {
    const page = { secret };
    for (const [mine, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const ctx = mine.admin;
      const lists = [
        await listTrades({ ctx, input: { filters: {}, page } }),
        await listExceptions({ ctx, input: { filters: {}, page } }),
        await listObligations({ ctx, input: { filter: {}, page } }),
        await listSubmissions({ ctx, input: { filter: {}, page } }),
        await listQuarantinedReceipts({ ctx, input: { page } }),
        await listCycles({ ctx, input: { filter: {}, page } }),
        await listEndpoints({ ctx }),
        await listSubmissionReceipts({ ctx, input: { submissionId: mine.submissionId } }),
      ];
      for (const list of lists) expect(JSON.stringify(list).length).toBeGreaterThan(60);
      const seen = JSON.stringify(lists);
      const { tradeId, heldId, obligationId, receiptId, quarantinedId, exceptionId, cycleId, invoiceId, endpointId, fileName } = other;
      for (const id of [tradeId, heldId, obligationId, receiptId, quarantinedId, exceptionId, cycleId, invoiceId, endpointId, fileName]) {
        expect(seen).not.toContain(id);
      }
    }
  });

  const verbs: readonly [string, (ctx: ServiceContext, of: Made) => Promise<unknown>][] = [
    ['getTrade', (ctx, of) => getTrade({ ctx, input: { tradeId: of.tradeId } })],
    ['getTradeTimeline', (ctx, of) => getTradeTimeline({ ctx, input: { tradeId: of.tradeId } })],
    ['explainTrade', (ctx, of) => explainTrade({ ctx, input: { tradeId: of.tradeId } })],
    ['getException', (ctx, of) => getException({ ctx, input: { exceptionId: of.exceptionId } })],
    ['resolveException', (ctx, of) => resolveException({ ctx, input: { exceptionId: of.exceptionId, reason: 'r' } })],
    ['getObligation', (ctx, of) => getObligation({ ctx, input: { obligationId: of.obligationId } })],
    ['getReceipt', (ctx, of) => getReceipt({ ctx, input: { receiptId: of.receiptId } })],
    ['getReceipt, quarantined', (ctx, of) => getReceipt({ ctx, input: { receiptId: of.quarantinedId } })],
    ['getCycle', (ctx, of) => getCycle({ ctx, input: { cycleId: of.cycleId } })],
    ['getInvoice', (ctx, of) => getInvoice({ ctx, input: { invoiceId: of.invoiceId } })],
    ['getInvoicePdf', (ctx, of) => getInvoicePdf({ ctx, input: { invoiceId: of.invoiceId } })],
    ['disableWebhookEndpoint', (ctx, of) => disableWebhookEndpoint({ ctx, input: { endpointId: of.endpointId, reason: 'r' } })],
    ['revokeKey', (ctx, of) => revokeKey({ ctx, input: { keyId: of.keyId, reason: 'r' } })],
    ['repairObligation', (ctx, of) => repairObligation({ ctx, input: { obligationId: of.obligationId, overrides: {}, reason: 'r' } })],
    ['closeCycle', (ctx, of) => closeCycle({ ctx, input: { cycleId: of.cycleId, reason: 'r' } })],
    [
      'recordPayment',
      (ctx, of) =>
        recordPayment({
          ctx,
          input: { cycleId: of.cycleId, invoiceId: of.invoiceId, amount: '1', valueDate: '2026-11-20', bankReference: 'b' },
        }),
    ],
    [
      'amendTrade',
      (ctx, of) => amendTrade({ ctx, input: { tradeId: of.tradeId, expectedRevision: 1, terms: sampleDraft().terms, reason: 'r' } }),
    ],
    ['cancelTrade', (ctx, of) => cancelTrade({ ctx, input: { tradeId: of.tradeId, expectedRevision: 1, reason: 'r' } })],
    ['decideTrade', (ctx, of) => decideTrade({ ctx, input: { tradeId: of.heldId, version: 1, decision: 'approve', reason: 'r' } })],
  ];
  it.each(verbs)('are refused the other’s by %s as something that is not there', async (_, verb) => {
    const error = await verb(theirs.admin, ours).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'not-found' });
  });

  const steps: readonly [string, (ctx: ServiceContext, of: Made) => Promise<unknown>][] = [
    ['assessRisk', (ctx, of) => assessRisk({ ctx, input: { tradeId: of.heldId, version: 1 } })],
    ['checkCompliance', (ctx, of) => checkCompliance({ ctx, input: { tradeId: of.heldId, version: 1 } })],
    ['holdTrade', (ctx, of) => holdTrade({ ctx, input: { tradeId: of.heldId, version: 1, reasons: ['r'] } })],
    ['escalateHeldTrade', (ctx, of) => escalateHeldTrade({ ctx, input: { tradeId: of.heldId, version: 1 } })],
    ['bookTrade', (ctx, of) => bookTrade({ ctx, input: { tradeId: of.heldId, version: 1 } })],
    ['rejectTrade', (ctx, of) => rejectTrade({ ctx, input: { tradeId: of.heldId, version: 1, reason: 'r' } })],
    ['noteDeadline', (ctx, of) => noteDeadline({ ctx, input: { obligationId: of.obligationId } })],
    ['cycleSchedule', (ctx, of) => cycleSchedule({ ctx, input: { cycleId: of.cycleId } })],
    ['invoiceCycle', (ctx, of) => invoiceCycle({ ctx, input: { cycleId: of.cycleId }, deps: { renderInvoice: () => new Uint8Array() } })],
  ];
  it.each(steps)('are refused the other’s by the step %s of a workflow that was given wrong ids', async (_, step) => {
    await expect(step(theirs.fixture.system, ours)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('quarantine a receipt about the other’s file', async () => {
    const bytes = arisReceipt({ fileName: ours.fileName, records: [{ seq: 1, error: { ruleId: 'R', text: 'no' } }] });
    const message = { channelId: 'sandbox', messageId: 'm-9', fileName: ours.fileName, bytes };
    expect(await storeReceipt({ ctx: theirs.fixture.system, input: message })).toMatchObject({ state: 'quarantined' });
    expect(await getObligation({ ctx: ours.admin, input: { obligationId: ours.obligationId } })).toMatchObject({ state: 'accepted' });
  });
});

it('the independent checker finds no trace of one tenant in the other', async () => {
  // The fixture puts limits in without an event of their creation.
  expect((await violationsOf(database.adminUrl)).filter((each) => !each.startsWith('I4: limit'))).toEqual([]);
});

it('a second tenant with the sender of the first is refused at the same channel', async () => {
  const adminDb = createDb({ url: database.adminUrl, maxConnections: 1, applicationName: 'test-admin' });
  const input = { ...sampleTenant('t-second'), reportingEntityAcerCode: sampleTenant(ours.fixture.tenantId).reportingEntityAcerCode };
  try {
    await expect(createTenant({ adminDb, clock: ours.fixture.system.clock, input })).rejects.toMatchObject({ code: 'conflict' });
    const elsewhere = { ...input, channelId: 'another-rrm' };
    expect(await createTenant({ adminDb, clock: ours.fixture.system.clock, input: elsewhere })).toEqual({
      tenantId: 't-second',
      created: true,
    });
  } finally {
    await adminDb.destroy();
  }
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query(`select 1 from tenants where id = 't-second'`);
  await client.end();
  expect(rows).toHaveLength(1);
});
