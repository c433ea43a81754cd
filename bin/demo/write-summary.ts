import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ApiClient } from '../client/api-client.ts';
import { listAll } from '../client/list-all.ts';
import type { RowResult } from '../client/submit-trade-file.ts';
import { PROJECT_DIR } from '../stack/stack-options.ts';
import type { CycleLine, DayView, ObligationLine, TradeLine } from './day-view.ts';

/** What the sample day came to. Paths are relative to the project. */
export type DaySummary = {
  readonly trades: readonly { readonly id: string; readonly sourceTradeId: string; readonly state: string; readonly waitingFor?: string }[];
  readonly obligations: readonly {
    readonly id: string;
    readonly tradeId: string;
    readonly uti: string;
    readonly action: string;
    readonly state: string;
    readonly receipt: string | null;
  }[];
  readonly cycles: readonly {
    readonly id: string;
    readonly deliveryMonth: string;
    readonly counterpartyId: string;
    readonly state: string;
    readonly invoice: string | null;
    readonly pdf: string | null;
    readonly documents: readonly { readonly invoice: string; readonly kind: string; readonly total: string; readonly pdf: string }[];
  }[];
  readonly rowsRefused: readonly RowResult[];
  readonly xmlFiles: readonly string[];
  readonly durationMs: number;
};

const submissionSchema = z.object({ id: z.string(), obligationId: z.string(), fileName: z.string(), state: z.string() });
const receiptsSchema = z.object({
  items: z.array(z.object({ id: z.string(), stage: z.string().nullable(), status: z.string().nullable() })),
});

/** Fetches every document over the API, writes it beside the summary, and the summary itself. */
export async function writeSummary(input: {
  api: ApiClient;
  view: DayView;
  folder: string;
  rows: readonly RowResult[];
  startedAtMs: number;
}): Promise<DaySummary> {
  for (const name of ['xml', 'receipts', 'invoices']) await mkdir(path.join(input.folder, name), { recursive: true });
  const trades = await input.view.trades();
  const obligations = await input.view.obligations();
  const { xmlFiles, receiptOf } = await writeReports(input);
  const cycles = await Promise.all((await input.view.cycles()).map((cycle) => writeInvoices(input, cycle)));
  const summary: DaySummary = {
    trades: trades.map(tradeEntry).toSorted((a, b) => a.sourceTradeId.localeCompare(b.sourceTradeId)),
    obligations: obligations.map((obligation) => obligationEntry(obligation, receiptOf)),
    cycles: cycles.toSorted((a, b) => `${a.deliveryMonth} ${a.counterpartyId}`.localeCompare(`${b.deliveryMonth} ${b.counterpartyId}`)),
    rowsRefused: input.rows.filter(({ outcome }) => outcome === 'refused'),
    xmlFiles,
    durationMs: Math.round(performance.now() - input.startedAtMs),
  };
  await writeFile(path.join(input.folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

async function writeReports(input: { api: ApiClient; folder: string }): Promise<{ xmlFiles: string[]; receiptOf: Map<string, string> }> {
  const xmlFiles: string[] = [];
  const receiptOf = new Map<string, string>();
  for await (const item of listAll(input.api, '/v1/submissions')) {
    const submission = submissionSchema.parse(item);
    const { bytes } = await input.api.request({ path: `/v1/submissions/${submission.id}/document` });
    xmlFiles.push(await write(input.folder, { name: `xml/${submission.fileName}`, bytes }));
    const receipts = receiptsSchema.parse((await input.api.request({ path: `/v1/submissions/${submission.id}/receipts` })).json);
    for (const receipt of receipts.items) {
      const document = await input.api.request({ path: `/v1/receipts/${receipt.id}/document` });
      const file = await write(input.folder, {
        name: `receipts/${submission.fileName.replace(/\.xml$/, '')}.${receipt.stage ?? 'unknown'}.${receipt.id}.xml`,
        bytes: document.bytes,
      });
      if (receipt.stage === 'aris' && receipt.status === 'accepted') receiptOf.set(submission.obligationId, file);
    }
  }
  return { xmlFiles: xmlFiles.toSorted(), receiptOf };
}

async function writeInvoices(input: { api: ApiClient; folder: string }, cycle: CycleLine): Promise<DaySummary['cycles'][number]> {
  const documents: { invoice: string; kind: string; total: string; pdf: string }[] = [];
  for (const invoice of cycle.invoices) {
    const { bytes } = await input.api.request({ path: `/v1/invoices/${invoice.id}/document` });
    const pdf = await write(input.folder, { name: `invoices/${invoice.invoiceNumber.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.pdf`, bytes });
    documents.push({ invoice: invoice.invoiceNumber, kind: invoice.kind, total: `${invoice.total} ${invoice.currency}`, pdf });
  }
  const { id, deliveryMonth, counterpartyId, state } = cycle;
  return { id, deliveryMonth, counterpartyId, state, invoice: documents[0]?.invoice ?? null, pdf: documents[0]?.pdf ?? null, documents };
}

async function write(folder: string, input: { name: string; bytes: Uint8Array }): Promise<string> {
  const file = path.join(folder, input.name);
  await writeFile(file, input.bytes);
  return path.relative(PROJECT_DIR, file);
}

function tradeEntry({ id, sourceTradeId, state, waitingFor }: TradeLine): DaySummary['trades'][number] {
  return { id, sourceTradeId, state, ...(waitingFor === null ? {} : { waitingFor }) };
}

function obligationEntry(
  { id, tradeId, uti, action, state }: ObligationLine,
  receiptOf: ReadonlyMap<string, string>,
): DaySummary['obligations'][number] {
  return { id, tradeId, uti, action, state, receipt: receiptOf.get(id) ?? null };
}
