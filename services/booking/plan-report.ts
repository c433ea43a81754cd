import { assertNever } from '../../domain/errors/app-error.ts';
import type { TradeEventKind } from '../../domain/trade/trade-terms.ts';

/** One thing that was to be reported of this trade before. */
export type PastReport = {
  readonly uti: string;
  readonly action: 'N' | 'M' | 'C' | 'E';
  readonly sequence: number;
  readonly state: string;
};

/** What a booked version asks to be reported. `uti` and `sequence` go on where a report of the trade is alive. */
export type ReportPlan =
  | { readonly kind: 'new' }
  | { readonly kind: 'follow'; readonly action: 'M' | 'C'; readonly uti: string; readonly sequence: number }
  | { readonly kind: 'nothing'; readonly rule: string; readonly reason: string };

/**
 * Chooses the action: N for a trade that is not reported yet, M for an amendment and C for the end of one that is, each with the UTI of
 * the first report. A withdrawn obligation never happened. A trade that an amendment takes out of the regime is ended there.
 *
 * @source ACER TRUM v6.0 chapter 4.7: lifecycle events keep the UTI
 */
export function planReport(input: { kind: TradeEventKind; isReportable: boolean; history: readonly PastReport[] }): ReportPlan {
  const live = liveReport(input.history);
  if (!input.isReportable) return live === undefined ? nothing('The trade is not reportable.') : follow('C', live);
  switch (input.kind) {
    case 'new':
    case 'amend':
      return live === undefined ? { kind: 'new' } : follow('M', live);
    case 'cancel':
      return live === undefined ? nothing('Nothing of this trade was to be reported, so its end is not either.') : follow('C', live);
    default:
      return assertNever(input.kind);
  }
}

type LiveReport = { readonly uti: string; readonly nextSequence: number };

function liveReport(history: readonly PastReport[]): LiveReport | undefined {
  const last = history.findLast(({ state }) => state !== 'withdrawn');
  if (last === undefined || last.action === 'C' || last.action === 'E') return undefined;
  const sequences = history.filter(({ uti }) => uti === last.uti).map(({ sequence }) => sequence);
  return { uti: last.uti, nextSequence: Math.max(...sequences) + 1 };
}

function follow(action: 'M' | 'C', { uti, nextSequence }: LiveReport): ReportPlan {
  return { kind: 'follow', action, uti, sequence: nextSequence };
}

function nothing(reason: string): ReportPlan {
  return { kind: 'nothing', rule: 'remit.nothing-to-report', reason };
}
