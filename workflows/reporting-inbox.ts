import type { ReceiptArrivedSignal, ReportingCarryOver } from './reporting-obligation.messages.ts';

/** How many ids are remembered; older ones fall out. Far above what one UTI sees between two runs. */
const REMEMBERED_MAX = 100;

/** What had arrived at one moment; compared later to learn whether anything is new. */
export type InboxMark = { readonly news: number; readonly added: number };

/** What was told to one `reportingObligation`: which obligations, which verdicts, each once. Pure state, no waiting. */
export class ReportingInbox {
  readonly #obligationIds: Set<string>;
  readonly #receiptIds: Set<string>;
  readonly #judgedSubmissionIds = new Set<string>();
  #latestObligationId: string | undefined;
  #accepted: number;
  #news = 0;
  #added = 0;

  constructor(carried?: ReportingCarryOver) {
    this.#obligationIds = new Set(carried?.obligationIds);
    this.#receiptIds = new Set(carried?.receiptIds);
    this.#accepted = carried?.accepted ?? 0;
    // Known before anything is prepared, so that a run that is stuck from its beginning can say about what.
    this.#latestObligationId = carried?.obligationIds.at(-1);
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** The obligation that was worked on or told of last. */
  get latestObligationId(): string | undefined {
    return this.#latestObligationId;
  }

  addObligation(obligationId: string): void {
    this.know(obligationId);
    this.#added += 1;
  }

  /** A repeated receipt changes nothing. */
  addReceipt(receipt: ReceiptArrivedSignal): void {
    if (this.#receiptIds.has(receipt.receiptId)) return;
    remember(this.#receiptIds, receipt.receiptId);
    remember(this.#judgedSubmissionIds, receipt.submissionId);
    this.know(receipt.obligationId);
    if (receipt.outcome === 'accepted') this.#accepted += 1;
    this.#news += 1;
  }

  /** A person changed an obligation: look again at what stands next. */
  addRepair(): void {
    this.#news += 1;
  }

  know(obligationId: string): void {
    remember(this.#obligationIds, obligationId);
    this.#latestObligationId = obligationId;
  }

  knows(obligationId: string): boolean {
    return this.#obligationIds.has(obligationId);
  }

  isJudged(submissionId: string): boolean {
    return this.#judgedSubmissionIds.has(submissionId);
  }

  mark(): InboxMark {
    return { news: this.#news, added: this.#added };
  }

  /** True where a receipt or a repair came since; a new obligation waits its turn and is no news to the present one. */
  hasNewsSince(mark: InboxMark): boolean {
    return this.#news !== mark.news;
  }

  hasAnythingSince(mark: InboxMark): boolean {
    return this.#news !== mark.news || this.#added !== mark.added;
  }

  /** What a next run must know so that repeats stay repeats. */
  carryOver(): ReportingCarryOver {
    return { obligationIds: [...this.#obligationIds], receiptIds: [...this.#receiptIds], accepted: this.#accepted };
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= REMEMBERED_MAX) return;
  const [oldest] = ids;
  if (oldest !== undefined) ids.delete(oldest);
}
