import { assertNever } from '../errors/app-error.ts';

/**
 * REMIT field 58: N reports a transaction for the first time, M reports an intended change, C ends it, E says that one record was wrong
 * and takes it back.
 *
 * @source ACER TRUM v6.0 chapter 4.7
 */
export const REPORT_ACTIONS = ['N', 'M', 'C', 'E'] as const;
export type ReportAction = (typeof REPORT_ACTIONS)[number];

/** `pending` is sent, or of unknown fate, and not judged yet; `rejected` was never stored by the regulator. */
export type ActionOutcome = 'pending' | 'accepted' | 'rejected';

/** One action of a UTI in the order in which they were sent. */
export type ReportedAction = { readonly action: ReportAction; readonly outcome: ActionOutcome };

/** What the business wants to say about a trade whose UTI this is. */
export type ReportIntent = 'report' | 'amend' | 'cancel' | 'correct' | 'withdraw';

/** What may be done next. `sequence` is the position in the history, from 1: with it every artefact has a submission id of its own. */
export type NextAction =
  | { readonly kind: 'send'; readonly action: ReportAction; readonly sequence: number }
  /** The same action with mended content and a new file name: a new artefact, so that the sequence moves on. */
  | { readonly kind: 'resend'; readonly action: ReportAction; readonly sequence: number }
  | { readonly kind: 'wait'; readonly for: ReportAction; readonly reason: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * What the regulator holds of a UTI after the accepted actions: nothing, a live chain of records, or a cancelled one.
 * `records` counts those that an E each would take back.
 */
export type RegulatorView = { readonly state: 'absent' | 'live' | 'cancelled'; readonly records: number };

/** More than any trade has: a history that is longer is a loop in the caller. */
export const HISTORY_LENGTH_MAX = 1_000;

/** Applies the accepted actions. Throws where the history is one that no sequence of legal steps can give. */
export function regulatorViewOf(history: readonly ReportedAction[]): RegulatorView {
  if (history.length > HISTORY_LENGTH_MAX) throw new Error(`a history of ${history.length} actions is out of range`);
  let stored: readonly ReportAction[] = [];
  for (const { action, outcome } of history) {
    if (!mayFollow(viewOf(stored), action)) throw new Error(`impossible history: ${action} on a UTI that is ${viewOf(stored).state}`);
    if (outcome === 'accepted') stored = action === 'E' ? stored.slice(0, -1) : [...stored, action];
  }
  return viewOf(stored);
}

/**
 * What to do next for one UTI to carry out `intent`. A step is only given where the one before has been judged: an unjudged action
 * means wait, a rejected one is sent again as it was.
 *
 * `report`: N. `amend`: M. `cancel`: C. `correct`: E, and once that is accepted N, until the corrected N is in; the caller starts a new
 * correction by passing how many actions the history had at that moment (`correctionFrom`). `withdraw`: one E for every record.
 *
 * @source ACER TRUM v6.0 chapter 4.7; Equias eRR guide (E one by one, N after its acceptance)
 */
export function nextAction(input: {
  readonly history: readonly ReportedAction[];
  readonly intent: ReportIntent;
  /** Length of the history when this intent arose; 0 by default. */
  readonly intentFrom?: number;
}): NextAction {
  const { history, intent, intentFrom = 0 } = input;
  const last = history.at(-1);
  if (last?.outcome === 'pending') return { kind: 'wait', for: last.action, reason: `${last.action} has no receipt yet.` };
  const view = regulatorViewOf(history);
  const sequence = history.length + 1;
  // A rejected step of an older intent was never stored and is dropped, but a transaction must have been reported before anything else.
  const isOurs = history.length > intentFrom || last?.action === 'N';
  if (last?.outcome === 'rejected' && isOurs) return { kind: 'resend', action: last.action, sequence };
  const since = history.slice(intentFrom).filter(({ outcome }) => outcome === 'accepted');
  const send = (action: ReportAction): NextAction =>
    mayFollow(view, action)
      ? { kind: 'send', action, sequence }
      : { kind: 'refuse', reason: `${action} is not possible: the regulator's record of this UTI is ${view.state}.` };
  switch (intent) {
    case 'report':
      return since.some(({ action }) => action === 'N') ? { kind: 'done' } : send('N');
    case 'amend':
      return since.some(({ action }) => action === 'M') ? { kind: 'done' } : send('M');
    case 'cancel':
      return since.some(({ action }) => action === 'C') ? { kind: 'done' } : send('C');
    case 'correct':
      if (since.at(-1)?.action === 'N' && since.some(({ action }) => action === 'E')) return { kind: 'done' };
      return view.records > 0 ? send('E') : since.some(({ action }) => action === 'E') ? send('N') : send('E');
    case 'withdraw':
      return view.records === 0 && since.some(({ action }) => action === 'E') ? { kind: 'done' } : send('E');
    default:
      return assertNever(intent);
  }
}

/** True where the regulator can store `action` on what it holds. */
export function mayFollow(view: RegulatorView, action: ReportAction): boolean {
  switch (action) {
    case 'N':
      return view.state === 'absent';
    case 'M':
    case 'C':
      return view.state === 'live';
    case 'E':
      return view.records > 0;
    default:
      return assertNever(action);
  }
}

function viewOf(stored: readonly ReportAction[]): RegulatorView {
  if (stored.length === 0) return { state: 'absent', records: 0 };
  return { state: stored.at(-1) === 'C' ? 'cancelled' : 'live', records: stored.length };
}
