import type { FieldIssue } from '../errors/app-error.ts';
import { parseTradeDraft } from './parse-trade-draft.ts';
import { type TradeFile, type TradeFileRow, linesOfTradeFile, reasonIssues } from './trade-file-row.ts';

/** Members that hold decimals: a JSON number there is taken digit by digit, never through a binary float. */
const DECIMAL_MEMBERS: ReadonlySet<string> = new Set(['fixed', 'capacityMw', 'quantityMw']);

/**
 * Reads NDJSON, one trade a line: the fields of a trade draft, and `event` (new, amend, cancel) with `reason` where it is not new.
 * A cancel has sourceSystem, sourceTradeId and reason only. Broken lines are reported and stop no other. Bounds as for CSV.
 */
export function parseTradeNdjson(text: string, { now }: { now: Date }): TradeFile {
  const split = linesOfTradeFile(text);
  if (!split.ok) return split;
  const rows = split.lines.flatMap((line, index) => (line.trim() === '' ? [] : [readLine({ text: line, line: index + 1, now })]));
  return { ok: true, rows };
}

function readLine({ text, line, now }: { text: string; line: number; now: Date }): TradeFileRow {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(line, [{ field: '', code: 'json.broken', message: 'This line is not a JSON object.', fix: 'Write one object a line.' }]);
  }
  const { event = 'new', reason = '', ...draft } = Object.fromEntries(Object.entries(value));
  const sourceTradeId = typeof draft['sourceTradeId'] === 'string' ? draft['sourceTradeId'] : undefined;
  if ((event !== 'new' && event !== 'amend' && event !== 'cancel') || typeof reason !== 'string') {
    return refused(line, [{ field: '/event', code: 'field.unknownValue', message: 'The event or its reason is not known.', fix: "Use 'new', 'amend' or 'cancel', and a text as reason." }], sourceTradeId); // prettier-ignore
  }
  const reasons = event === 'new' ? [] : reasonIssues(reason);
  if (event === 'cancel') return readCancel({ line, draft, reason, reasons });
  const parsed = parseTradeDraft(draft, { now });
  if (!parsed.ok || reasons.length > 0) return refused(line, [...(parsed.ok ? [] : parsed.issues), ...reasons], sourceTradeId);
  return event === 'new' ? { line, kind: 'new', draft: parsed.draft } : { line, kind: 'amend', draft: parsed.draft, reason };
}

function readCancel(input: { line: number; draft: Record<string, unknown>; reason: string; reasons: readonly FieldIssue[] }): TradeFileRow {
  const { sourceSystem, sourceTradeId, ...others } = input.draft;
  const unknown = Object.keys(others).map((key) => ({
    field: `/${key}`,
    code: 'field.unknown',
    message: 'A cancel has no terms.',
    fix: 'Remove it.',
  }));
  if (typeof sourceSystem === 'string' && typeof sourceTradeId === 'string' && unknown.length + input.reasons.length === 0) {
    return { line: input.line, kind: 'cancel', sourceSystem, sourceTradeId, reason: input.reason };
  }
  const nameless = typeof sourceSystem === 'string' && typeof sourceTradeId === 'string' ? [] : [
    { field: '/sourceTradeId', code: 'field.missing', message: 'A cancel names its trade.', fix: 'Give sourceSystem and sourceTradeId.' },
  ]; // prettier-ignore
  return refused(input.line, [...nameless, ...unknown, ...input.reasons]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key: string, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && DECIMAL_MEMBERS.has(key) ? (context?.source ?? value) : value,
    );
  } catch {
    return undefined;
  }
}

function refused(line: number, issues: readonly FieldIssue[], sourceTradeId?: string): TradeFileRow {
  return { line, kind: 'refused', issues, ...(sourceTradeId === undefined ? {} : { sourceTradeId }) };
}
