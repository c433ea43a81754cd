import { type Tx, withTenant } from '../../db/client.ts';
import { listInvoicesOfCycles } from '../../db/queries/invoices.ts';
import { type CycleRow, lockCycle } from '../../db/queries/settlement-cycles.ts';
import { ConflictError, assertNever } from '../../domain/errors/app-error.ts';
import type { Invoice } from '../../domain/settlement/invoice.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { resolveOpenException } from '../exceptions/resolve-open-exception.ts';
import { getCycleParties } from './cycle-parties.ts';
import { collectDeliveredGroups } from './delivered-lines.ts';
import { draftInvoices } from './draft-invoices.ts';
import { issueInvoices } from './issue-invoices.ts';
import { moveCycle } from './move-cycle.ts';
import { describeUndecidedTrades } from './undecided-trades.ts';

/** Draws a document: the same model gives the same bytes. */
export type RenderInvoice = (invoice: Invoice) => Promise<Uint8Array> | Uint8Array;

export type InvoiceCycleResult = {
  /** `empty` where nothing was delivered; `blocked` where something has to be mended first, as the open exception says. */
  readonly state: 'invoiced' | 'empty' | 'blocked';
  readonly invoiceIds: readonly string[];
};

/**
 * Invoices a closed cycle: one document for each side and commodity, from the stored delivery intervals of booked trades, with a gapless
 * number, PDF, lines and a balanced journal, all in one transaction. Called again it gives the same documents.
 *
 * Throws `not-found`, and `illegal-transition` where the cycle was not closed. Missing reference data (a VAT rule, a calendar) blocks the
 * cycle with an exception instead of throwing.
 */
export async function invoiceCycle(input: {
  ctx: ServiceContext;
  input: { cycleId: string };
  deps: { renderInvoice: RenderInvoice };
}): Promise<InvoiceCycleResult> {
  const { ctx, deps } = input;
  const { cycleId } = input.input;
  authorise(ctx, { allowed: [], action: 'invoice settlement cycles' });
  return await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const cycle = await lockCycle(tx, { tenantId: ctx.tenantId, id: cycleId });
    switch (cycle.state) {
      case 'invoiced':
      case 'settled': {
        const invoices = await listInvoicesOfCycles(tx, { tenantId: ctx.tenantId, cycleIds: [cycleId] });
        return { state: 'invoiced', invoiceIds: invoices.map(({ id }) => id) };
      }
      case 'empty':
        return { state: 'empty', invoiceIds: [] };
      case 'closing':
      case 'blocked':
        return await invoiceClosed(ctx, tx, { cycle, renderInvoice: deps.renderInvoice });
      case 'open':
        throw new ConflictError({
          code: 'illegal-transition',
          message: `The settlement cycle '${cycleId}' is open; close it before it is invoiced.`,
          details: { state: cycle.state, allowedFrom: ['closing', 'blocked'] },
        });
      default:
        return assertNever(cycle.state);
    }
  });
}

async function invoiceClosed(
  ctx: ServiceContext,
  tx: Tx,
  input: { cycle: CycleRow; renderInvoice: RenderInvoice },
): Promise<InvoiceCycleResult> {
  const { cycle, renderInvoice } = input;
  const undecided = await describeUndecidedTrades(tx, cycle);
  if (undecided !== undefined) return await block(ctx, tx, { cycle, reason: undecided });
  const parties = await getCycleParties(tx, cycle);
  const groups = await collectDeliveredGroups(tx, { cycle, roundingPlaces: parties.roundingPlaces });
  const resolution = groups.length === 0 ? 'Nothing was delivered.' : 'Invoiced.';
  if (groups.length === 0) {
    await moveCycle(ctx, tx, { cycle, to: 'empty' });
    await resolveOpenException(ctx, tx, { kind: 'settlementBlocked', subjectId: cycle.id, resolution });
    return { state: 'empty', invoiceIds: [] };
  }
  const drafts = draftInvoices({ cycle, groups, parties, now: ctx.clock.now() });
  if (drafts.kind === 'blocked') return await block(ctx, tx, { cycle, reason: drafts.reason });
  await resolveOpenException(ctx, tx, { kind: 'settlementBlocked', subjectId: cycle.id, resolution });
  const invoiceIds = drafts.drafts.map(() => ctx.ids.next('inv'));
  await moveCycle(ctx, tx, { cycle, to: 'invoiced', after: { invoiceIds } });
  // Numbers come last: from here on every other cycle of this tenant waits for the commit.
  await issueInvoices(ctx, tx, { cycle, drafts: drafts.drafts, invoiceIds, renderInvoice });
  return { state: 'invoiced', invoiceIds };
}

async function block(ctx: ServiceContext, tx: Tx, input: { cycle: CycleRow; reason: string }): Promise<InvoiceCycleResult> {
  const { cycle, reason } = input;
  if (cycle.state !== 'blocked' || cycle.blocked_reason !== reason) await moveCycle(ctx, tx, { cycle, to: 'blocked', reason });
  await openException(ctx, tx, {
    kind: 'settlementBlocked',
    subjectKind: 'cycle',
    subjectId: cycle.id,
    reason: `The month ${cycle.delivery_month} with ${cycle.counterparty_id} cannot be invoiced. ${reason}`,
    nextAction: 'Mend what the reason names, then close the cycle again.',
    ownerRole: 'backOffice',
  });
  return { state: 'blocked', invoiceIds: [] };
}
