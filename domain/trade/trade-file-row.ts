import type { FieldIssue } from '../errors/app-error.ts';
import type { TradeDraft } from './parse-trade-draft.ts';
import { isStorableText } from './storable-text.ts';

/** One row of a trade file: an event that can be carried out, or a refusal that says why. `line` counts from 1, the header included. */
export type TradeFileRow =
  | { readonly line: number; readonly kind: 'new'; readonly draft: TradeDraft }
  | { readonly line: number; readonly kind: 'amend'; readonly draft: TradeDraft; readonly reason: string }
  | {
      readonly line: number;
      readonly kind: 'cancel';
      readonly sourceSystem: string;
      readonly sourceTradeId: string;
      readonly reason: string;
    }
  | {
      readonly line: number;
      readonly kind: 'refused';
      /** Where the row got as far as naming its trade. */
      readonly sourceTradeId?: string;
      readonly issues: readonly FieldIssue[];
    };

/** A whole file, or why none of it was read. */
export type TradeFile =
  | { readonly ok: true; readonly rows: readonly TradeFileRow[] }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

export const TRADE_FILE_ROWS_MAX = 10_000;
export const TRADE_FILE_BYTES_MAX = 5_000_000;
export const REASON_LENGTH_MAX = 2_000;

/** The lines of a file that is small enough; line ends of every system, a byte order mark is dropped. */
export function linesOfTradeFile(text: string): { ok: true; lines: readonly string[] } | { ok: false; issues: readonly FieldIssue[] } {
  if (Buffer.byteLength(text, 'utf8') > TRADE_FILE_BYTES_MAX) {
    const message = `The file is larger than ${TRADE_FILE_BYTES_MAX} bytes.`;
    return { ok: false, issues: [{ field: '', code: 'file.tooLarge', message, fix: 'Split it into smaller files.' }] };
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const rows = lines.filter((line) => line.trim() !== '').length;
  if (rows > TRADE_FILE_ROWS_MAX + 1) {
    const message = `The file has more than ${TRADE_FILE_ROWS_MAX} rows.`;
    return { ok: false, issues: [{ field: '', code: 'file.tooManyRows', message, fix: 'Split it into smaller files.' }] };
  }
  return { ok: true, lines };
}

/** What a reason must be: amendments and cancellations say why. */
export function reasonIssues(reason: string): readonly FieldIssue[] {
  if (!isStorableText(reason)) {
    const message = 'The reason has U+0000 or half of a character in it.';
    return [{ field: '/reason', code: 'text.notStorable', message, fix: 'Remove it.' }];
  }
  if (reason.trim() !== '' && reason.length <= REASON_LENGTH_MAX) return [];
  return [
    {
      field: '/reason',
      code: 'reason.missing',
      message: `An amendment or a cancellation has a reason of 1 to ${REASON_LENGTH_MAX} characters.`,
      fix: 'Say in a sentence why the trade changes.',
    },
  ];
}
