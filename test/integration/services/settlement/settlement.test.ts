import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTenant } from '../../../../db/client.ts';
import { insertMissingCycles } from '../../../../db/queries/settlement-cycles.ts';
import type { Row } from '../../../../db/schema.ts';
import { renderInvoicePdf } from '../../../../reports/templates/invoice-v1/render-invoice.ts';
import { seedReference } from '../../../../services/reference/seed-reference.ts';
import { prepareNextSubmission } from '../../../../services/reporting/prepare-next-submission.ts';
import { storeReceipt } from '../../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../../services/reporting/submit-artefact.ts';
import { closeCycle } from '../../../../services/settlement/close-cycle.ts';
import { cycleSchedule } from '../../../../services/settlement/cycle-schedule.ts';
import { getCycle } from '../../../../services/settlement/get-cycle.ts';
import { getInvoicePdf } from '../../../../services/settlement/get-invoice-pdf.ts';
import { getInvoice } from '../../../../services/settlement/get-invoice.ts';
import { getTrialBalance } from '../../../../services/settlement/get-trial-balance.ts';
import { type InvoiceCycleResult, type RenderInvoice, invoiceCycle } from '../../../../services/settlement/invoice-cycle.ts';
import { listCycles } from '../../../../services/settlement/list-cycles.ts';
import { recordPayment } from '../../../../services/settlement/record-payment.ts';
import { createTestContext } from '../../../support/context.ts';
import { SAMPLE_REFERENCE } from '../../../support/sample-reference.ts';
import { arisReceipt } from '../reporting/receipt-bytes.ts';
import {
  BACK_OFFICE,
  type World,
  addBookedTrade,
  addObligation,
  auditedActions,
  createWorld,
  inTenant,
  openExceptionsOf,
  submissionOf,
} from '../reporting/reporting-world.ts';
import { ScriptedChannel } from '../reporting/scripted-channel.ts';

const AFTER_OCTOBER = '2026-11-05T09:00:00.000Z';
let world: World;
let counterparties = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
});

/** A counterparty of its own, so that cycles of the tests do not meet. */
async function newCounterparty(
  changes: Readonly<Record<string, unknown>> = {},
  agreement: Readonly<Record<string, unknown>> = {},
): Promise<{ counterpartyId: string; agreementId: string }> {
  counterparties += 1;
  const [template] = SAMPLE_REFERENCE.counterparties ?? [];
  if (template === undefined) throw new Error('the sample has a counterparty');
  const counterpartyId = `cp-${counterparties}`;
  const agreementId = `agr-${counterparties}`;
  const ctx = createTestContext({ db: world.ctx.db, tenantId: world.tenantId, clock: world.ctx.clock });
  await seedReference({
    ctx,
    input: {
      ...SAMPLE_REFERENCE,
      counterparties: [{ ...template, id: counterpartyId, ...changes }],
      agreements: [{ id: agreementId, counterpartyId, name: 'EFET', dueDay: 20, calendar: 'TARGET', ...agreement }],
    },
  });
  return { counterpartyId, agreementId };
}

async function addCycle(of: { counterpartyId: string; agreementId: string }, deliveryMonth = '2026-10'): Promise<string> {
  const at = world.ctx.clock.now();
  const id = world.ctx.ids.next('stl');
  await withTenant(world.ctx.db, world.tenantId, (tx) =>
    insertMissingCycles(tx, [
      {
        tenant_id: world.tenantId,
        id,
        counterparty_id: of.counterpartyId,
        agreement_id: of.agreementId,
        delivery_month: deliveryMonth,
        state: 'open',
        closes_at: new Date('2026-11-04T08:00:00.000Z'),
        invoice_on: '2026-11-04',
        blocked_reason: null,
        created_at: at,
        updated_at: at,
      },
    ]),
  );
  return id;
}

async function close(cycleId: string): Promise<unknown> {
  world.ctx.clock.set(AFTER_OCTOBER);
  return await closeCycle({ ctx: world.ctx, input: { cycleId, reason: 'the month is over' } });
}

const plainPdf: RenderInvoice = (invoice) => Buffer.from(`%PDF ${invoice.number}`);

async function invoice(cycleId: string, renderInvoice: RenderInvoice = plainPdf): Promise<InvoiceCycleResult> {
  return await invoiceCycle({ ctx: world.ctx, input: { cycleId }, deps: { renderInvoice } });
}

async function tradeState(id: string): Promise<string> {
  return (await inTenant(world, (db) => db.selectFrom('trades').select('state').where('id', '=', id).executeTakeFirstOrThrow())).state;
}

async function invoiceRows(): Promise<Pick<Row<'invoices'>, 'series' | 'number' | 'invoice_number'>[]> {
  return await inTenant(world, (db) =>
    db.selectFrom('invoices').select(['series', 'number', 'invoice_number']).orderBy('number').execute(),
  );
}

describe('closeCycle', () => {
  it('is refused while the month is not over, by the clock of the market', async () => {
    const of = await newCounterparty();
    world.ctx.clock.set('2026-09-29T08:00:00.000Z');
    await addBookedTrade(world, of);
    const cycleId = await addCycle(of);
    expect(await cycleSchedule({ ctx: world.ctx, input: { cycleId } })).toEqual({ closesInMs: 36 * 86_400_000, state: 'open' });
    // German October ends at 2026-11-01T00:00+01:00, which is 23:00 UTC of 31 October.
    world.ctx.clock.set('2026-10-31T22:59:59.999Z');
    await expect(closeCycle({ ctx: world.ctx, input: { cycleId, reason: 'r' } })).rejects.toMatchObject({
      code: 'illegal-transition',
      message: expect.stringContaining('2026-10-31T23:00:00.000Z') as string,
    });
    world.ctx.clock.set('2026-10-31T23:00:00.000Z');
    expect(await closeCycle({ ctx: world.ctx, input: { cycleId, reason: 'r' } })).toEqual({ state: 'closing' });
    expect(await closeCycle({ ctx: world.ctx, input: { cycleId, reason: 'r' } })).toEqual({ state: 'closing' });
    expect(await auditedActions(world, cycleId)).toEqual(['2 cycle.closing']);
  });

  it.each(['checking', 'held'] as const)('is refused while a trade of the month is %s, and names it', async (state) => {
    const of = await newCounterparty();
    const tradeId = await addBookedTrade(world, of, state);
    const cycleId = await addCycle(of);
    await expect(close(cycleId)).rejects.toMatchObject({
      code: 'illegal-transition',
      message: expect.stringContaining(`${tradeId} is ${state}`) as string,
    });
  });
});

describe('invoiceCycle', () => {
  it('invoices by hand-computed figures, one document a side and commodity', async () => {
    const of = await newCounterparty();
    world.ctx.clock.set('2026-09-29T08:00:00.000Z');
    await addBookedTrade(world, { ...of, direction: 'sell', capacityMw: '10', price: { fixed: '82.50' } });
    await addBookedTrade(world, { ...of, direction: 'buy', capacityMw: '5', price: { fixed: '80' } });
    const gas = {
      commodity: 'gas',
      market: 'THE',
      deliveryPoint: '37Y005053MH0000R',
      profile: 'gasDay',
      capacityMw: '1',
      bookId: 'book-gas',
    };
    await addBookedTrade(world, { ...of, ...gas, direction: 'buy', price: { fixed: '30' } });
    const cycleId = await addCycle(of);
    await close(cycleId);
    const result = await invoice(cycleId, renderInvoicePdf);
    expect(result.state).toBe('invoiced');
    const cycle = await getCycle({ ctx: world.ctx, input: { cycleId } });
    // October 2026 has 745 hours: 10 × 745 × 82.50, 5 × 745 × 80, 1 × 745 × 30. Both are German dealers: reverse charge until end of 2026.
    expect(
      cycle.invoices.map(({ direction, commodity, kind, net, vat, total, dueOn }) => [direction, commodity, kind, net, vat, total, dueOn]),
    ).toEqual([
      ['sell', 'power', 'invoice', '614625.00', '0.00', '614625.00', '2026-11-20'],
      ['buy', 'power', 'selfBill', '298000.00', '0.00', '298000.00', '2026-11-20'],
      ['buy', 'gas', 'selfBill', '22350.00', '0.00', '22350.00', '2026-11-20'],
    ]);
    expect(new Set(result.invoiceIds)).toEqual(new Set(cycle.invoices.map(({ id }) => id)));
    expect(await invoice(cycleId)).toMatchObject({ state: 'invoiced' });
    expect((await invoice(cycleId)).invoiceIds.toSorted()).toEqual(result.invoiceIds.toSorted());
    const [first] = cycle.invoices;
    const pdf = await getInvoicePdf({ ctx: world.ctx, input: { invoiceId: first?.id ?? '' } });
    expect(pdf.sha256).toBe(createHash('sha256').update(pdf.bytes).digest('hex'));
    expect(Buffer.from(pdf.bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.fileName).toBe(`${first?.invoiceNumber}.pdf`);
    expect(await getInvoice({ ctx: world.ctx, input: { invoiceId: first?.id ?? '' } })).toMatchObject({ model: { total: '614625.00' } });
    const balance = await getTrialBalance({ ctx: world.ctx, input: { counterpartyId: of.counterpartyId } });
    expect(balance.sums).toEqual({ EUR: '0' });
    // Self-assessed VAT of 19 % on 298,000.00 and 22,350.00 is 56,620.00 + 4,246.50.
    expect(Object.fromEntries(balance.accounts.map(({ account, balance: amount }) => [account, amount]))).toEqual({
      '1100': '614625.00',
      '1510': '60866.50',
      '2100': '-320350.00',
      '2220': '-60866.50',
      '4000': '-614625.00',
      '5000': '298000.00',
      '5100': '22350.00',
    });
  });

  it('turns a month of negative prices into a credit note', async () => {
    const of = await newCounterparty();
    await addBookedTrade(world, { ...of, direction: 'sell', price: { fixed: '-12.50' } });
    const cycleId = await addCycle(of);
    await close(cycleId);
    await invoice(cycleId);
    const { invoices } = await getCycle({ ctx: world.ctx, input: { cycleId } });
    expect(invoices).toMatchObject([{ kind: 'creditNote', direction: 'sell', total: '93125.00' }]);
  });

  it('rounds lines and sets the due day as the agreement says', async () => {
    // 745 h × 10 MW × 82.5001 = 614,625.745, in whole euros 614,626; the 15th of November 2026 is a Sunday.
    const of = await newCounterparty({}, { roundingPlaces: 0, dueDay: 15 });
    await addBookedTrade(world, { ...of, direction: 'sell', price: { fixed: '82.5001' } });
    const cycleId = await addCycle(of);
    await close(cycleId);
    await invoice(cycleId);
    const { invoices } = await getCycle({ ctx: world.ctx, input: { cycleId } });
    expect(invoices).toMatchObject([{ net: '614626.00', total: '614626.00', dueOn: '2026-11-16' }]);
  });

  it('is empty where nothing was delivered, and leaves cancelled trades out', async () => {
    const of = await newCounterparty();
    await addBookedTrade(world, of, 'cancelled');
    const cycleId = await addCycle(of);
    await close(cycleId);
    expect(await invoice(cycleId)).toEqual({ state: 'empty', invoiceIds: [] });
    expect(await invoice(cycleId)).toEqual({ state: 'empty', invoiceIds: [] });
  });

  it('blocks with an exception where no VAT rule is known, and goes on once the cause is mended', async () => {
    const address = { street: '1 Example St', postCode: 'E1', city: 'London', country: 'GB' };
    const of = await newCounterparty({ address });
    await addBookedTrade(world, { ...of, direction: 'sell' });
    const cycleId = await addCycle(of);
    await close(cycleId);
    expect(await invoice(cycleId)).toEqual({ state: 'blocked', invoiceIds: [] });
    expect(await invoice(cycleId)).toEqual({ state: 'blocked', invoiceIds: [] });
    expect(await openExceptionsOf(world, cycleId)).toMatchObject([{ kind: 'settlementBlocked', owner_role: 'backOffice' }]);
    expect((await getCycle({ ctx: world.ctx, input: { cycleId } })).blockedReason).toContain("'GB'");
    await inTenant(world, (db) =>
      db
        .updateTable('counterparties')
        .set({ address: JSON.stringify({ ...address, country: 'FR' }) })
        .where('id', '=', of.counterpartyId)
        .execute(),
    );
    expect((await invoice(cycleId)).state).toBe('invoiced');
    expect(await openExceptionsOf(world, cycleId)).toEqual([]);
  });

  it('is refused before the cycle is closed', async () => {
    const cycleId = await addCycle(await newCounterparty());
    await expect(invoice(cycleId)).rejects.toMatchObject({ code: 'illegal-transition' });
  });

  it('numbers without a gap through 20 parallel cycles of which some fail at every point', async () => {
    const cycles: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const of = await newCounterparty();
      await addBookedTrade(world, { ...of, direction: 'sell', deliveryStartDate: '2026-10-01', deliveryEndDate: '2026-10-01' });
      cycles.push(await addCycle(of));
    }
    for (const cycleId of cycles) await close(cycleId);
    const failing: RenderInvoice = () => {
      throw new Error('the renderer died');
    };
    const results = await Promise.allSettled(
      cycles.map((cycleId, index) => invoice(cycleId, index % 3 === 0 ? failing : renderInvoicePdf)),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(7);
    await Promise.all(cycles.map((cycleId) => invoice(cycleId, renderInvoicePdf)));
    const numbers = (await invoiceRows()).filter(({ series }) => series === 'INV').map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(20);
  });

  it('makes one document where the same cycle is invoiced several times at once', async () => {
    const of = await newCounterparty();
    await addBookedTrade(world, { ...of, direction: 'sell' });
    const cycleId = await addCycle(of);
    await close(cycleId);
    const results = await Promise.all(Array.from({ length: 5 }, () => invoice(cycleId)));
    expect(new Set(results.flatMap(({ invoiceIds }) => invoiceIds)).size).toBe(1);
  });
});

describe('recordPayment', () => {
  async function invoiced(
    direction: 'buy' | 'sell',
  ): Promise<{ cycleId: string; invoiceId: string; tradeId: string; counterpartyId: string }> {
    const of = await newCounterparty();
    world.ctx.clock.set('2026-09-29T08:00:00.000Z');
    const tradeId = await addBookedTrade(world, { ...of, direction, capacityMw: '1', price: { fixed: '100' } });
    const cycleId = await addCycle(of);
    await close(cycleId);
    const [invoiceId = ''] = (await invoice(cycleId)).invoiceIds;
    return { cycleId, invoiceId, tradeId, counterpartyId: of.counterpartyId };
  }

  const paid = { amount: '74500.00', valueDate: '2026-11-20', bankReference: 'STMT-1' };

  it('settles the cycle and the trade, once', async () => {
    const { cycleId, invoiceId, tradeId, counterpartyId } = await invoiced('sell');
    const ctx = world.as(BACK_OFFICE);
    expect(await recordPayment({ ctx, input: { cycleId, invoiceId, ...paid } })).toEqual({ state: 'settled' });
    expect(await recordPayment({ ctx, input: { cycleId, invoiceId, ...paid } })).toEqual({ state: 'settled' });
    expect(await tradeState(tradeId)).toBe('settled');
    expect(await auditedActions(world, tradeId)).toEqual(['2 trade.settled']);
    const balance = await getTrialBalance({ ctx, input: { counterpartyId } });
    expect(balance.accounts.map(({ account, balance: amount }) => [account, amount])).toEqual([
      ['1000', '74500.00'],
      ['1100', '0.00'],
      ['4000', '-74500.00'],
    ]);
    const { items } = await listCycles({ ctx, input: { filter: { counterpartyId, state: 'settled' }, page: { secret: 's' } } });
    expect(items).toMatchObject([{ id: cycleId, invoices: [{ payment: { bankReference: 'STMT-1' } }] }]);
  });

  it('takes our own payment of a self-bill through transit', async () => {
    const { cycleId, invoiceId, counterpartyId } = await invoiced('buy');
    await recordPayment({ ctx: world.as(BACK_OFFICE), input: { cycleId, invoiceId, ...paid } });
    const { accounts } = await getTrialBalance({ ctx: world.ctx, input: { counterpartyId } });
    expect(Object.fromEntries(accounts.map(({ account, balance }) => [account, balance]))).toMatchObject({
      '1000': '-74500.00',
      '1050': '0.00',
      '2100': '0.00',
    });
  });

  it('names the open amount where another is given, and every field that is wrong', async () => {
    const { cycleId, invoiceId } = await invoiced('sell');
    const ctx = world.as(BACK_OFFICE);
    await expect(recordPayment({ ctx, input: { cycleId, invoiceId, ...paid, amount: '74499.99' } })).rejects.toMatchObject({
      code: 'validation-failed',
      issues: [{ field: '/amount', message: expect.stringContaining('74500.00 EUR open') as string }],
    });
    const wrong = { amount: '1e3', valueDate: '2026-11-31', bankReference: ' ' };
    await expect(recordPayment({ ctx, input: { cycleId, invoiceId, ...wrong } })).rejects.toMatchObject({
      issues: [{ field: '/amount' }, { field: '/valueDate' }, { field: '/bankReference' }],
    });
    await expect(
      recordPayment({ ctx: world.as({ id: 'u', role: 'compliance' }), input: { cycleId, invoiceId, ...paid } }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('refuses another payment of a paid invoice, and an invoice of another cycle', async () => {
    const one = await invoiced('sell');
    const two = await invoiced('sell');
    const ctx = world.as(BACK_OFFICE);
    await recordPayment({ ctx, input: { cycleId: one.cycleId, invoiceId: one.invoiceId, ...paid } });
    const again = { cycleId: one.cycleId, invoiceId: one.invoiceId, ...paid, bankReference: 'STMT-2' };
    await expect(recordPayment({ ctx, input: again })).rejects.toMatchObject({ code: 'conflict' });
    const mixed = { cycleId: one.cycleId, invoiceId: two.invoiceId, ...paid };
    await expect(recordPayment({ ctx, input: mixed })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('records one payment where the same comes in parallel', async () => {
    const { cycleId, invoiceId } = await invoiced('sell');
    const input = { cycleId, invoiceId, ...paid };
    const results = await Promise.all(Array.from({ length: 5 }, () => recordPayment({ ctx: world.as(BACK_OFFICE), input })));
    expect(results).toEqual(Array.from({ length: 5 }, () => ({ state: 'settled' })));
    const payments = await inTenant(world, (db) => db.selectFrom('payments').select('id').where('invoice_id', '=', invoiceId).execute());
    expect(payments).toHaveLength(1);
  });

  it('leaves the trade booked until its report is accepted, which then settles it', async () => {
    const { cycleId, invoiceId, tradeId } = await invoiced('sell');
    const uti = 'SETTLES'.padEnd(45, '0');
    await addObligation(world, { tradeId, uti });
    await recordPayment({ ctx: world.as(BACK_OFFICE), input: { cycleId, invoiceId, ...paid } });
    expect(await tradeState(tradeId)).toBe('booked');
    const ready = await prepareNextSubmission({ ctx: world.ctx, input: { regime: 'REMIT', uti }, deps: { schemas: world.schemas } });
    if (ready.kind !== 'ready') throw new Error(ready.kind);
    await submitArtefact({ ctx: world.ctx, input: { submissionId: ready.submissionId }, deps: { channel: new ScriptedChannel() } });
    const { file_name: fileName } = await submissionOf(world, ready.submissionId);
    const bytes = arisReceipt({ fileName, records: [{ seq: 1 }] });
    await storeReceipt({ ctx: world.ctx, input: { channelId: 'sandbox', messageId: 'last', fileName, bytes } });
    expect(await tradeState(tradeId)).toBe('settled');
  });

  it('leaves the trade booked while another of its months is open', async () => {
    const of = await newCounterparty();
    world.ctx.clock.set('2026-09-29T08:00:00.000Z');
    const tradeId = await addBookedTrade(world, { ...of, direction: 'sell', deliveryEndDate: '2026-11-30' });
    const october = await addCycle(of);
    await addCycle(of, '2026-11');
    await close(october);
    const [invoiceId = ''] = (await invoice(october)).invoiceIds;
    const { invoices } = await getCycle({ ctx: world.ctx, input: { cycleId: october } });
    const amount = invoices[0]?.total ?? '';
    await recordPayment({ ctx: world.as(BACK_OFFICE), input: { ...paid, cycleId: october, invoiceId, amount } });
    expect(await tradeState(tradeId)).toBe('booked');
  });
});
