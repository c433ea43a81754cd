import { withTenant } from '../../../db/client.ts';
import { insertMissingCycles } from '../../../db/queries/settlement-cycles.ts';
import { renderInvoicePdf } from '../../../reports/templates/invoice-v1/render-invoice.ts';
import { prepareNextSubmission } from '../../../services/reporting/prepare-next-submission.ts';
import { storeReceipt } from '../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../services/reporting/submit-artefact.ts';
import { closeCycle } from '../../../services/settlement/close-cycle.ts';
import { invoiceCycle } from '../../../services/settlement/invoice-cycle.ts';
import { arisReceipt } from '../../integration/services/reporting/receipt-bytes.ts';
import { CHANNEL_ID, addBookedTrade, addObligation, submissionOf } from '../../integration/services/reporting/reporting-world.ts';
import type { World } from '../../integration/services/reporting/reporting-world.ts';
import { ScriptedChannel } from '../../integration/services/reporting/scripted-channel.ts';

/** Ids of one record of each kind, made by the services that make them in life. */
export type Evidence = {
  readonly tradeId: string;
  readonly obligationId: string;
  readonly submissionId: string;
  readonly receiptId: string;
  readonly quarantinedId: string;
  readonly cycleId: string;
  readonly invoiceId: string;
};

const UTI = `UTI${'7'.padStart(42, '0')}`;
const AFTER_OCTOBER = '2026-11-05T09:00:00.000Z';

/** A booked trade whose report was sent and rejected, a receipt that nobody believes, and its October, invoiced. Moves the clock there. */
export async function createEvidence(world: World): Promise<Evidence> {
  const { ctx } = world;
  const tradeId = await addBookedTrade(world, { direction: 'sell' });
  const obligationId = await addObligation(world, { tradeId, uti: UTI });
  const prepared = await prepareNextSubmission({ ctx, input: { regime: 'REMIT', uti: UTI }, deps: { schemas: world.schemas } });
  if (prepared.kind !== 'ready') throw new Error(JSON.stringify(prepared));
  const { submissionId } = prepared;
  await submitArtefact({ ctx, input: { submissionId }, deps: { channel: new ScriptedChannel() } });
  const { file_name: fileName, sha256 } = await submissionOf(world, submissionId);
  const error = { ruleId: 'REJ-1', text: 'the delivery point is not known' };
  const rejected = arisReceipt({ fileName, sha256, records: [{ seq: 1, error }] });
  const bound = await storeReceipt({ ctx, input: { channelId: CHANNEL_ID, messageId: 'm-1', fileName, bytes: rejected } });
  const doctype = new TextEncoder().encode('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>');
  const kept = await storeReceipt({ ctx, input: { channelId: CHANNEL_ID, messageId: 'm-2', fileName, bytes: doctype } });
  const cycleId = await addCycle(world);
  ctx.clock.set(AFTER_OCTOBER);
  await closeCycle({ ctx, input: { cycleId, reason: 'the month is over' } });
  const invoiced = await invoiceCycle({ ctx, input: { cycleId }, deps: { renderInvoice: renderInvoicePdf } });
  const [invoiceId] = invoiced.invoiceIds;
  if (invoiceId === undefined) throw new Error(JSON.stringify(invoiced));
  return { tradeId, obligationId, submissionId, receiptId: bound.receiptId, quarantinedId: kept.receiptId, cycleId, invoiceId };
}

/** An open cycle of one delivery month. */
export async function addCycle(world: World, deliveryMonth = '2026-10'): Promise<string> {
  const { ctx, tenantId } = world;
  const at = ctx.clock.now();
  const id = ctx.ids.next('stl');
  await withTenant(ctx.db, tenantId, (tx) =>
    insertMissingCycles(tx, [
      {
        tenant_id: tenantId,
        id,
        counterparty_id: 'cp-nord',
        agreement_id: 'efet-nord',
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
