import { parse } from 'csv-parse/sync';
import type { FieldIssue } from '../errors/app-error.ts';
import { isMarketCode, marketOf } from '../market/markets.ts';
import { type TradeDraftParsing, parseTradeDraft } from './parse-trade-draft.ts';
import { type TradeFile, type TradeFileRow, linesOfTradeFile, reasonIssues } from './trade-file-row.ts';

/** The columns of the header line, in any order. Those of `OPTIONAL_COLUMNS` may be left out. */
export const TRADE_CSV_COLUMNS = [
  'sourceSystem',
  'sourceTradeId',
  'direction',
  'commodity',
  'market',
  'deliveryPoint',
  'venueKind',
  'mic',
  'contractId',
  'contractName',
  'traderIdAtVenue',
  'orderId',
  'aggressor',
  'voiceBrokered',
  'contractType',
  'settlementMethod',
  'profile',
  'capacityMw',
  'shape',
  'deliveryStartDate',
  'deliveryEndDate',
  'price',
  'currency',
  'concludedAt',
  'counterpartyId',
  'bookId',
  'traderId',
  'agreementId',
  'uti',
  'event',
  'reason',
] as const;

type Column = (typeof TRADE_CSV_COLUMNS)[number];
type Cells = Partial<Record<Column, string>>;

const OPTIONAL_COLUMNS: ReadonlySet<string> = new Set<Column>([
  'deliveryPoint', 'mic', 'contractId', 'contractName', 'traderIdAtVenue', 'orderId', 'aggressor', 'voiceBrokered',
  'capacityMw', 'shape', 'uti', 'event', 'reason',
]); // prettier-ignore

/**
 * Reads a CSV file of trades, one row a trade: a header line with the names of `TRADE_CSV_COLUMNS`, then rows. A row is one line; quotes
 * are `"`, doubled inside quotes; empty cells are absent; empty lines and lines that begin with `#` are passed over. `deliveryPoint`
 * defaults to that of the market; `shape` is `from/to=quantityMw` steps with `;` between; `event` is new (the default), amend or cancel,
 * and a cancel needs only sourceSystem, sourceTradeId and reason. A broken row is reported by its line and stops no other row.
 * At most 10,000 rows and 5 MB. A header that is wrong refuses the file.
 *
 * @example shape: 2026-10-01T06:00:00Z/2026-10-01T07:00:00Z=12.5;2026-10-01T07:00:00Z/2026-10-01T08:00:00Z=8
 */
export function parseTradeCsv(text: string, { now }: { now: Date }): TradeFile {
  const split = linesOfTradeFile(text);
  if (!split.ok) return split;
  const numbered = split.lines
    .map((line, index) => ({ text: line, line: index + 1 }))
    .filter((row) => row.text.trim() !== '' && !row.text.startsWith('#'));
  const [headerRow, ...rows] = numbered;
  const header = readHeader(headerRow?.text ?? '');
  if (!header.ok) return header;
  return { ok: true, rows: rows.map((row) => readRow({ ...row, columns: header.columns, now })) };
}

function readHeader(text: string): { ok: true; columns: readonly Column[] } | { ok: false; issues: readonly FieldIssue[] } {
  const names = splitLine(text) ?? [];
  const columns = TRADE_CSV_COLUMNS.filter((column) => names.includes(column));
  const missing = TRADE_CSV_COLUMNS.filter((column) => !names.includes(column) && !OPTIONAL_COLUMNS.has(column));
  const unknown = names.filter((name) => !columns.some((column) => column === name));
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  const issues: FieldIssue[] = [
    ...missing.map((name) => headerIssue({ name, code: 'csv.columnMissing', message: `The column '${name}' is missing.`, fix: 'Add it.' })),
    ...unknown.map((name) =>
      headerIssue({ name, code: 'csv.columnUnknown', message: `There is no column '${name}'.`, fix: 'Remove it, or correct its name.' }),
    ),
    ...doubled.map((name) =>
      headerIssue({ name, code: 'csv.columnDoubled', message: `The column '${name}' is there twice.`, fix: 'Keep one.' }),
    ),
  ];
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, columns: names.flatMap((name) => columns.filter((column) => column === name)) };
}

function headerIssue(input: { name: string; code: string; message: string; fix: string }): FieldIssue {
  return { field: `/${input.name}`, code: input.code, message: input.message, fix: input.fix };
}

type RowInput = { readonly text: string; readonly line: number; readonly columns: readonly Column[]; readonly now: Date };

function readRow({ text, line, columns, now }: RowInput): TradeFileRow {
  const values = splitLine(text);
  if (values === undefined) {
    return refused(line, [
      {
        field: '',
        code: 'csv.quotes',
        message: 'The quotes of this row do not match.',
        fix: 'Close every quote; write a quote inside as "".',
      },
    ]);
  }
  if (values.length !== columns.length) {
    const message = `This row has ${values.length} cells; the header has ${columns.length}.`;
    return refused(line, [
      { field: '', code: 'csv.cellCount', message, fix: 'Give one cell for each column; put cells with commas into quotes.' },
    ]);
  }
  const cells: Cells = Object.fromEntries(
    columns.map((column, index) => [column, values[index] ?? '']).filter(([, value]) => value !== ''),
  );
  return readEvent({ line, cells, now });
}

function readEvent({ line, cells, now }: { line: number; cells: Cells; now: Date }): TradeFileRow {
  const { event = 'new', sourceSystem, sourceTradeId, reason = '' } = cells;
  if (event !== 'new' && event !== 'amend' && event !== 'cancel') {
    const issue = {
      field: '/event',
      code: 'field.unknownValue',
      message: `There is no event '${event}'.`,
      fix: "Use 'new', 'amend' or 'cancel'.",
    };
    return refused(line, [issue], sourceTradeId);
  }
  const reasons = event === 'new' ? [] : reasonIssues(reason);
  if (event === 'cancel') {
    const missing = (['sourceSystem', 'sourceTradeId'] as const)
      .filter((column) => cells[column] === undefined)
      .map((column) => ({ field: `/${column}`, code: 'field.missing', message: 'This cell is empty.', fix: 'Name the trade.' }));
    if (missing.length + reasons.length > 0 || sourceSystem === undefined || sourceTradeId === undefined) {
      return refused(line, [...missing, ...reasons], sourceTradeId);
    }
    return { line, kind: 'cancel', sourceSystem, sourceTradeId, reason };
  }
  const parsed = parseCells(cells, now);
  if (!parsed.ok || reasons.length > 0) return refused(line, [...(parsed.ok ? [] : parsed.issues), ...reasons], sourceTradeId);
  return event === 'new' ? { line, kind: 'new', draft: parsed.draft } : { line, kind: 'amend', draft: parsed.draft, reason };
}

function parseCells(cells: Cells, now: Date): TradeDraftParsing {
  const parsed = parseTradeDraft(draftOfCells(cells), { now });
  return parsed.ok ? parsed : { ok: false, issues: parsed.issues.map((issue) => ({ ...issue, field: columnPointer(issue.field) })) };
}

function draftOfCells(cells: Cells): unknown {
  const {
    venueKind,
    mic,
    contractId,
    contractName,
    traderIdAtVenue,
    orderId,
    aggressor,
    voiceBrokered,
    price,
    shape,
    event: _,
    reason: __,
    ...rest
  } = cells;
  const market = cells.market;
  return {
    ...rest,
    deliveryPoint: cells.deliveryPoint ?? (market !== undefined && isMarketCode(market) ? marketOf(market).deliveryPoint : undefined),
    venue: present({
      kind: venueKind,
      mic,
      contractId,
      contractName,
      traderIdAtVenue,
      orderId,
      aggressor,
      voiceBrokered: truth(voiceBrokered),
    }),
    ...present({ price: price === undefined ? undefined : { fixed: price }, shape: shape === undefined ? undefined : stepsOf(shape) }),
  };
}

function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** `true` and `false` become booleans; any other text stays, for the schema to refuse. */
function truth(cell: string | undefined): unknown {
  return cell === 'true' ? true : cell === 'false' ? false : cell;
}

function stepsOf(cell: string): readonly unknown[] {
  return cell
    .split(';')
    .filter((step) => step.trim() !== '')
    .map((step) => {
      const [from, to, quantityMw] = step.trim().split(/[/=]/);
      return present({ from, to, quantityMw });
    });
}

/** The pointer of the draft as a column: `/venue/mic` is the column `mic`, `/price/fixed` is `price`. */
function columnPointer(field: string): string {
  if (field === '/venue' || field === '/venue/kind') return '/venueKind';
  if (field.startsWith('/venue/')) return field.slice('/venue'.length);
  return field === '/price/fixed' ? '/price' : field;
}

/** The cells of one line, blanks at their ends cut; nothing where its quotes are broken. */
function splitLine(text: string): readonly string[] | undefined {
  try {
    const records: unknown = parse(text, { trim: true, relax_column_count: true });
    const [cells] = Array.isArray(records) ? records : [];
    return Array.isArray(cells) ? cells.map(String) : [];
  } catch {
    return undefined;
  }
}

function refused(line: number, issues: readonly FieldIssue[], sourceTradeId?: string): TradeFileRow {
  return { line, kind: 'refused', issues, ...(sourceTradeId === undefined ? {} : { sourceTradeId }) };
}
