import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeBinary } from '../../../bin/stack/node-binary.ts';
import { type Tx, createDb, withTenant } from '../../../db/client.ts';
import { bookTrade } from '../../../services/booking/book-trade.ts';
import { type ServiceContext, SYSTEM_ACTOR } from '../../../services/context.ts';
import { closeCycle } from '../../../services/settlement/close-cycle.ts';
import { invoiceCycle } from '../../../services/settlement/invoice-cycle.ts';
import { recordPayment } from '../../../services/settlement/record-payment.ts';
import { seedReference } from '../../../services/reference/seed-reference.ts';
import { amendTrade } from '../../../services/trades/amend-trade.ts';
import { TEST_ADMIN, createTestContext } from '../../support/context.ts';
import { sampleDraft } from '../../support/sample-draft.ts';
import { SAMPLE_REFERENCE } from '../../support/sample-reference.ts';
import { type TradeFixture, createTradeFixture } from '../services/booking/trade-fixture.ts';
import { atEveryStatement } from './support/crashing-db.ts';
import { violationsOf } from './support/violations-of.ts';

const AFTER_OCTOBER = '2026-11-05T09:00:00.000Z';
const CHILD = path.join(import.meta.dirname, 'settlement-child.ts');
const CYCLES = 250;
const KILLS = 10;
let fixture: TradeFixture;
let backOffice: ServiceContext;
let counterparties = 0;

beforeAll(async () => {
  fixture = await createTradeFixture();
  backOffice = fixture.as({ id: 'user-back', role: 'backOffice' });
});
afterAll(async () => {
  await fixture.database.drop();
});

const plainPdf = (invoice: { number: string }): Uint8Array => Buffer.from(`%PDF ${invoice.number}`);
const read = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => withTenant(fixture.database.db, fixture.tenantId, work);
const sound = async (): Promise<void> => {
  expect(await violationsOf(fixture.database.adminUrl)).toEqual([]);
};

/** Counterparties of their own, so that each has a cycle of its own. */
async function newCounterparties(count: number): Promise<readonly string[]> {
  const [template] = SAMPLE_REFERENCE.counterparties ?? [];
  if (template === undefined) throw new Error('the sample has a counterparty');
  const ids = Array.from({ length: count }, (_, index) => `x${counterparties + index}`);
  counterparties += count;
  await seedReference({
    ctx: fixture.as(TEST_ADMIN),
    input: {
      counterparties: ids.map((id) => ({ ...template, id })),
      agreements: ids.map((id) => ({ id: `agr-${id}`, counterpartyId: id, name: 'EFET', dueDay: 20, calendar: 'TARGET' as const })),
    },
  });
  return ids;
}

/** A trade booked with each of the counterparties and side; gives the cycle of each. */
async function bookedWith(
  counterpartyId: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ tradeId: string; cycleId: string }> {
  fixture.system.clock.set('2026-09-29T08:00:00.000Z');
  const version = await fixture.capture({ counterpartyId, agreementId: `agr-${counterpartyId}`, ...changes });
  await fixture.pass(version);
  const { cycleIds } = await bookTrade({ ctx: fixture.system, input: version });
  return { tradeId: version.tradeId, cycleId: cycleIds[0] ?? '' };
}

async function closeAll(cycleIds: readonly string[]): Promise<void> {
  fixture.system.clock.set(AFTER_OCTOBER);
  for (const cycleId of cycleIds) await closeCycle({ ctx: fixture.system, input: { cycleId, reason: 'the month is over' } });
}

async function closedCycle(): Promise<string> {
  const [counterpartyId = ''] = await newCounterparties(1);
  const { cycleId } = await bookedWith(counterpartyId, { direction: 'sell' });
  await bookedWith(counterpartyId, { direction: 'buy', capacityMw: '3' });
  await closeAll([cycleId]);
  return cycleId;
}

const invoicesOf = (cycleId: string) =>
  read((tx) =>
    tx.selectFrom('invoices').select(['id', 'total', 'direction']).where('cycle_id', '=', cycleId).orderBy('direction').execute(),
  );

describe('a process that dies at any statement, and is replaced', () => {
  it('invoices a month once, without a gap', async () => {
    const crashes = await atEveryStatement({
      url: fixture.database.appUrl,
      prepare: closedCycle,
      act: (db, cycleId) => invoiceCycle({ ctx: { ...fixture.system, db }, input: { cycleId }, deps: { renderInvoice: plainPdf } }),
      check: async (cycleId, _, result) => {
        const invoices = await invoicesOf(cycleId);
        expect(invoices.map(({ direction }) => direction)).toEqual(['buy', 'sell']);
        expect(result).toMatchObject({ state: 'invoiced' });
      },
    });
    expect(crashes).toBeGreaterThan(20);
    await sound();
  });

  it('records a payment once', async () => {
    await atEveryStatement({
      url: fixture.database.appUrl,
      prepare: async () => {
        const cycleId = await closedCycle();
        await invoiceCycle({ ctx: fixture.system, input: { cycleId }, deps: { renderInvoice: plainPdf } });
        return { cycleId, invoices: await invoicesOf(cycleId) };
      },
      act: async (db, { cycleId, invoices }) => {
        for (const { id, total } of invoices) {
          const payment = { cycleId, invoiceId: id, amount: total, valueDate: '2026-11-20', bankReference: `pay ${id.slice(-8)}` };
          await recordPayment({ ctx: { ...backOffice, db }, input: payment });
        }
      },
      check: async ({ cycleId, invoices }) => {
        const rows = await read(async (tx) => ({
          payments: await tx
            .selectFrom('payments')
            .select('id')
            .where(
              'invoice_id',
              'in',
              invoices.map(({ id }) => id),
            )
            .execute(),
          cycle: await tx.selectFrom('settlement_cycles').select('state').where('id', '=', cycleId).executeTakeFirstOrThrow(),
        }));
        expect(rows.payments).toHaveLength(2);
        expect(rows.cycle.state).toBe('settled');
      },
    });
    await sound();
  });
});

describe('many at once', () => {
  it('pay an invoice once: the same payment twice is one, and another payment is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const cycleId = await closedCycle();
      await invoiceCycle({ ctx: fixture.system, input: { cycleId }, deps: { renderInvoice: plainPdf } });
      const [invoice] = await invoicesOf(cycleId);
      const pay = (bankReference: string) =>
        recordPayment({
          ctx: backOffice,
          input: { cycleId, invoiceId: invoice?.id ?? '', amount: invoice?.total ?? '', valueDate: '2026-11-20', bankReference },
        });
      const outcomes = await Promise.allSettled([pay('A'), pay('B'), pay('A'), pay('B')]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
    }
    await sound();
  });

  it('book and amend trades while their month is invoiced: each is on the invoice, or a person is told', async () => {
    for (let round = 0; round < 12; round += 1) {
      const [counterpartyId = ''] = await newCounterparties(1);
      const first = await bookedWith(counterpartyId);
      await closeAll([first.cycleId]);
      const revision = await read((tx) =>
        tx.selectFrom('trades').select('revision').where('id', '=', first.tradeId).executeTakeFirstOrThrow(),
      );
      const late = await fixture.capture({ counterpartyId, agreementId: `agr-${counterpartyId}`, capacityMw: '7' });
      await fixture.pass(late);
      const terms = sampleDraft({ counterpartyId, agreementId: `agr-${counterpartyId}`, capacityMw: '2' }).terms;
      const input = { tradeId: first.tradeId, expectedRevision: revision.revision, terms, reason: 'wrong volume' };
      const amended = await amendTrade({ ctx: fixture.as({ id: 'user-upstream', role: 'upstream' }), input });
      await fixture.pass({ tradeId: first.tradeId, version: amended.version });
      const cycle = { ctx: fixture.system, input: { cycleId: first.cycleId }, deps: { renderInvoice: plainPdf } };
      await Promise.all([
        sleep(round % 4).then(() => bookTrade({ ctx: fixture.system, input: late })),
        bookTrade({ ctx: fixture.system, input: { tradeId: first.tradeId, version: amended.version } }),
        sleep((round * 3) % 7).then(() => invoiceCycle(cycle)),
      ]);
      // What was undecided when it was looked at had blocked the month; now it is decided.
      await invoiceCycle(cycle);
      const rows = await read(async (tx) => ({
        lines: await tx
          .selectFrom('invoice_lines as l')
          .innerJoin('invoices as i', 'i.id', 'l.invoice_id')
          .select(['l.trade_id', 'l.trade_version'])
          .where('i.cycle_id', '=', first.cycleId)
          .execute(),
        exceptions: await tx
          .selectFrom('exceptions')
          .select('trade_id')
          .where('kind', '=', 'settlementBlocked')
          .where('state', '=', 'open')
          .execute(),
      }));
      for (const [tradeId, version] of [
        [late.tradeId, 1],
        [first.tradeId, 2],
      ] as const) {
        const isInvoiced = rows.lines.some((line) => line.trade_id === tradeId && line.trade_version === version);
        const isTold = rows.exceptions.some(({ trade_id }) => trade_id === tradeId);
        expect([round, tradeId, isInvoiced !== isTold]).toEqual([round, tradeId, true]);
      }
    }
    await sound();
  });
});

describe('kill -9 of workers that invoice', () => {
  it(`${KILLS} kills among ${CYCLES} months leave no gap and no month without its invoices`, async () => {
    const ids = await newCounterparties(CYCLES / 5);
    const cycleIds: string[] = [];
    // Ten documents of each counterparty: five months, two sides.
    for (const counterpartyId of ids) {
      const agreementId = `agr-${counterpartyId}`;
      fixture.system.clock.set('2026-09-29T08:00:00.000Z');
      for (const direction of ['sell', 'buy']) {
        const version = await fixture.capture({ counterpartyId, agreementId, direction, deliveryEndDate: '2027-02-28', capacityMw: '1' });
        await fixture.pass(version);
        const booked = await bookTrade({ ctx: fixture.system, input: version });
        if (direction === 'sell') cycleIds.push(...booked.cycleIds);
      }
    }
    expect(cycleIds).toHaveLength(CYCLES);
    const now = '2027-03-10T09:00:00.000Z';
    const db = createDb({ url: fixture.database.appUrl, maxConnections: 8, applicationName: 'closer' });
    const system = createTestContext({ db, tenantId: fixture.tenantId, actor: SYSTEM_ACTOR, now });
    await Promise.all(cycleIds.map((cycleId) => closeCycle({ ctx: system, input: { cycleId, reason: 'the month is over' } })));
    const children = new Set<ChildProcess>();
    const spawnChild = async (part: number): Promise<ChildProcess> => {
      const mine = cycleIds.slice(part * 50).concat(cycleIds.slice(0, part * 50));
      const args = [CHILD, fixture.database.appUrl, fixture.tenantId, now, mine.join(',')];
      const child = spawn(nodeBinary(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.add(child);
      child.once('exit', () => children.delete(child));
      if (child.stdout !== null) await once(child.stdout, 'data');
      return child;
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = await spawnChild(kill % 5);
      await sleep(20 + ((kill * 37) % 120));
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    // Two living workers with five lanes each finish the work.
    const last = await Promise.all([spawnChild(0), spawnChild(3)]);
    await Promise.all(last.map(async (child) => (child.exitCode === null ? await once(child, 'exit') : undefined)));
    expect(last.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const rows = await withTenant(db, fixture.tenantId, (tx) =>
      tx.selectFrom('invoices').select(['cycle_id', 'series', 'year', 'number']).where('cycle_id', 'in', cycleIds).execute(),
    );
    expect(rows).toHaveLength(2 * CYCLES);
    await db.destroy();
    await sound();
  }, 240_000);
});
