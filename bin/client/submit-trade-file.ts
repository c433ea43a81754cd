import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import { parseTradeCsv } from '../../domain/trade/parse-trade-csv.ts';
import { parseTradeNdjson } from '../../domain/trade/parse-trade-ndjson.ts';
import type { TradeFile, TradeFileRow } from '../../domain/trade/trade-file-row.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { listAll } from './list-all.ts';
import { refusalsOf } from './refusals.ts';

/** What became of one row: accepted with its trade, or refused with every field that is wrong. */
export type RowResult =
  | {
      readonly line: number;
      readonly outcome: 'accepted';
      readonly event: 'new' | 'amend' | 'cancel';
      readonly sourceTradeId: string;
      readonly tradeId: string;
    }
  | { readonly line: number; readonly outcome: 'refused'; readonly sourceTradeId?: string; readonly issues: readonly FieldIssue[] };

export type FileResult = { readonly accepted: number; readonly refused: number; readonly rows: readonly RowResult[] };

const acceptedSchema = z.object({ tradeId: z.string() });
const sourceSchema = z.looseObject({ id: z.string(), sourceSystem: z.string() });

/** Reads a file of trades, CSV or NDJSON, told apart by its first character where `format` is `detect`. */
export function parseTradeFile(input: { text: string; format: 'csv' | 'detect'; now: Date }): TradeFile {
  const isNdjson = input.format === 'detect' && input.text.trimStart().startsWith('{');
  return isNdjson ? parseTradeNdjson(input.text, { now: input.now }) : parseTradeCsv(input.text, { now: input.now });
}

/**
 * Hands a file to the API row by row, in the order of the file. The idempotency key of a row is derived from its content, so that the
 * same file again makes nothing twice. A refused row never stops the others.
 */
export async function submitTradeFile(input: {
  api: ApiClient;
  text: string;
  format: 'csv' | 'detect';
  now?: Date;
  onRow?: (row: RowResult) => void;
}): Promise<FileResult> {
  const file = parseTradeFile({ text: input.text, format: input.format, now: input.now ?? new Date() });
  if (!file.ok) {
    const row: RowResult = { line: 1, outcome: 'refused', issues: file.issues };
    input.onRow?.(row);
    return { accepted: 0, refused: 1, rows: [row] };
  }
  const rows: RowResult[] = [];
  for (const row of file.rows) {
    const result = await submitTradeRow(input.api, row);
    rows.push(result);
    input.onRow?.(result);
  }
  const accepted = rows.filter(({ outcome }) => outcome === 'accepted').length;
  return { accepted, refused: rows.length - accepted, rows };
}

/** Hands one row to the API. An amendment or a cancellation goes to the trade that its source names, as it stands now. */
export async function submitTradeRow(api: ApiClient, row: TradeFileRow): Promise<RowResult> {
  if (row.kind === 'refused') {
    return {
      line: row.line,
      outcome: 'refused',
      issues: row.issues,
      ...(row.sourceTradeId === undefined ? {} : { sourceTradeId: row.sourceTradeId }),
    };
  }
  if (row.kind === 'new') {
    const { sourceSystem, sourceTradeId, terms } = row.draft;
    const body = { sourceSystem, sourceTradeId, ...terms };
    const answer = await api.request({ method: 'POST', path: '/v1/trades', body, idempotencyKey: keyOf(body) });
    return resultOf(row, { answer, sourceTradeId });
  }
  const source = row.kind === 'amend' ? row.draft : row;
  const tradeId = await findTradeId(api, source);
  if (tradeId === undefined) return unknownTrade(row.line, source.sourceTradeId);
  const { headers } = await api.request({ path: `/v1/trades/${tradeId}` });
  const body = row.kind === 'amend' ? { terms: row.draft.terms, reason: row.reason } : { reason: row.reason };
  const answer = await api.request({
    method: 'POST',
    path: `/v1/trades/${tradeId}/${row.kind}`,
    body,
    ifMatch: headers.get('ETag') ?? '',
    idempotencyKey: keyOf({ tradeId, ...body }),
  });
  return resultOf(row, { answer, sourceTradeId: source.sourceTradeId });
}

async function findTradeId(api: ApiClient, source: { sourceSystem: string; sourceTradeId: string }): Promise<string | undefined> {
  for await (const item of listAll(api, `/v1/trades?sourceTradeId=${encodeURIComponent(source.sourceTradeId)}`)) {
    const trade = sourceSchema.parse(item);
    if (trade.sourceSystem === source.sourceSystem) return trade.id;
  }
  return undefined;
}

function resultOf(row: TradeFileRow, input: { answer: ApiAnswer; sourceTradeId: string }): RowResult {
  const { answer, sourceTradeId } = input;
  if (answer.status !== 202 || row.kind === 'refused')
    return { line: row.line, outcome: 'refused', sourceTradeId, issues: refusalsOf(answer) };
  return { line: row.line, outcome: 'accepted', event: row.kind, sourceTradeId, tradeId: acceptedSchema.parse(answer.json).tradeId };
}

function unknownTrade(line: number, sourceTradeId: string): RowResult {
  const message = `There is no trade '${sourceTradeId}' to change.`;
  return {
    line,
    outcome: 'refused',
    sourceTradeId,
    issues: [{ field: '/sourceTradeId', code: 'trade.unknown', message, fix: 'Enter the deal as new first.' }],
  };
}

function keyOf(body: object): string {
  return `file-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 40)}`;
}
