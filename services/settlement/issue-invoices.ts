import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import { insertInvoiceLines, insertInvoices, takeInvoiceNumber } from '../../db/queries/invoices.ts';
import { type NewJournal, insertJournals } from '../../db/queries/ledger.ts';
import type { CycleRow } from '../../db/queries/settlement-cycles.ts';
import { assertNever, invariant } from '../../domain/errors/app-error.ts';
import { type Invoice, buildInvoice } from '../../domain/settlement/invoice.ts';
import { journalOfInvoice } from '../../domain/settlement/ledger.ts';
import type { Direction } from '../../domain/trade/trade-terms.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ServiceContext } from '../context.ts';
import type { InvoiceDraft } from './draft-invoices.ts';
import type { RenderInvoice } from './invoice-cycle.ts';

/** Series of our numbers, in the order in which their counters are locked. */
const SERIES: Readonly<Record<Direction, string>> = { sell: 'INV', buy: 'SBI' };
const NUMBER_DIGITS = 6;

type Issued = {
  readonly id: string;
  readonly draft: InvoiceDraft;
  readonly invoice: Invoice;
  readonly number: { readonly series: string; readonly year: number; readonly value: number };
  readonly document: Uint8Array;
};

/**
 * Gives the drafts their numbers and stores them with PDF, lines, journals and audit events. Numbers are taken after everything that
 * does not need them, as the counters stay locked until the commit; a transaction that fails leaves no gap.
 */
export async function issueInvoices(
  ctx: ServiceContext,
  tx: Tx,
  input: { cycle: CycleRow; drafts: readonly InvoiceDraft[]; invoiceIds: readonly string[]; renderInvoice: RenderInvoice },
): Promise<void> {
  const { cycle, drafts, invoiceIds, renderInvoice } = input;
  await insertJournals(tx, journalsOf(ctx, { cycle, drafts, invoiceIds }));
  const issued: Issued[] = [];
  for (const [index, draft] of drafts.entries()) {
    const number = await takeNumber(ctx, tx, draft);
    const invoice = buildInvoice({ ...draft.input, number: invoiceNumberText(number) });
    issued.push({ id: idAt(invoiceIds, index), draft, invoice, number, document: await renderInvoice(invoice) });
  }
  await insertInvoices(
    tx,
    issued.map((one) => invoiceRow(ctx, { cycle, issued: one })),
  );
  await insertInvoiceLines(
    tx,
    issued.flatMap((one) => lineRows(ctx, one)),
  );
  await writeAudit(
    ctx,
    tx,
    issued.map(({ id, invoice }) => ({
      subjectKind: 'invoice',
      subjectId: id,
      revision: 1,
      action: 'invoice.issued',
      after: { number: invoice.number, cycleId: cycle.id, kind: invoice.kind, total: invoice.total, currency: invoice.currency },
    })),
  );
}

/** `INV-2026-000042`: unique by tenant, and its series and year can be read off. */
function invoiceNumberText(number: Issued['number']): string {
  return `${number.series}-${number.year}-${String(number.value).padStart(NUMBER_DIGITS, '0')}`;
}

async function takeNumber(ctx: ServiceContext, tx: Tx, draft: InvoiceDraft): Promise<Issued['number']> {
  const series = SERIES[draft.group.direction];
  const year = Number(draft.input.issuedOn.slice(0, 4));
  return { series, year, value: await takeInvoiceNumber(tx, { tenantId: ctx.tenantId, series, year }) };
}

function journalsOf(
  ctx: ServiceContext,
  input: { cycle: CycleRow; drafts: readonly InvoiceDraft[]; invoiceIds: readonly string[] },
): readonly NewJournal[] {
  return input.drafts.flatMap(({ unnumbered }, index) => {
    const { postings } = journalOfInvoice(unnumbered);
    // A document over nothing moves no account.
    if (postings.length === 0) return [];
    return [
      {
        head: {
          tenant_id: ctx.tenantId,
          id: ctx.ids.next('jrn'),
          source_kind: 'invoice' as const,
          source_id: idAt(input.invoiceIds, index),
          value_date: unnumbered.issuedOn,
          created_at: ctx.clock.now(),
        },
        postings: postings.map((posting) => ({ ...posting, counterpartyId: input.cycle.counterparty_id })),
      },
    ];
  });
}

function invoiceRow(ctx: ServiceContext, input: { cycle: CycleRow; issued: Issued }): Parameters<typeof insertInvoices>[1][number] {
  const { id, draft, invoice, number, document } = input.issued;
  return {
    tenant_id: ctx.tenantId,
    id,
    cycle_id: input.cycle.id,
    series: number.series,
    year: number.year,
    number: number.value,
    invoice_number: invoice.number,
    kind: storedKindOf(invoice),
    direction: draft.group.direction,
    commodity: invoice.commodity,
    currency: invoice.currency,
    net: invoice.net,
    vat: invoice.vat,
    total: invoice.total,
    issued_on: invoice.issuedOn,
    due_on: invoice.dueOn,
    model: JSON.stringify(invoice),
    document,
    sha256: createHash('sha256').update(document).digest('hex'),
    created_at: ctx.clock.now(),
  };
}

function lineRows(ctx: ServiceContext, issued: Issued): Parameters<typeof insertInvoiceLines>[1] {
  return issued.invoice.lines.map((line, index) => {
    const source = issued.draft.group.lines[index];
    invariant(source !== undefined && source.tradeId === line.tradeId, 'a document has the lines of its draft, in their order');
    return {
      tenant_id: ctx.tenantId,
      invoice_id: issued.id,
      line_number: line.lineNumber,
      trade_id: line.tradeId,
      trade_version: source.tradeVersion,
      description: line.text,
      energy_mwh: source.energyMwh,
      price: source.price,
      net: line.net,
      formula: line.formula,
    };
  });
}

function storedKindOf(invoice: Invoice): 'invoice' | 'selfBill' | 'creditNote' | 'selfBillCreditNote' {
  switch (invoice.kind) {
    case 'invoice':
    case 'selfBill':
      return invoice.kind;
    case 'creditNote':
      return invoice.issuer === 'seller' ? 'creditNote' : 'selfBillCreditNote';
    default:
      return assertNever(invoice.kind);
  }
}

function idAt(ids: readonly string[], index: number): string {
  const id = ids[index];
  invariant(id !== undefined, 'every draft has an id');
  return id;
}
