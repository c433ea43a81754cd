import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { DeadlineMilestone } from '../activities/reporting-activities.ts';

/** A milestone that is due already is noted at once, but never in a loop without a pause. */
const WAIT_MS_MIN = 1_000;

/**
 * Notes the milestones of one obligation's deadline while the work goes on beside it: "the deadline passed" is a state, not an end.
 * One timer at a time, to the next milestone only.
 */
export class DeadlineWatch {
  readonly #note: (obligationId: string) => Promise<DeadlineMilestone | null>;
  #obligationId: string | undefined;
  #scope: CancellationScope | undefined;

  constructor(note: (obligationId: string) => Promise<DeadlineMilestone | null>) {
    this.#note = note;
  }

  /** Watches this obligation from now on, in place of any other. The same one again changes nothing. */
  follow(input: { readonly obligationId: string; readonly deadline: DeadlineMilestone | null }): void {
    if (this.#obligationId === input.obligationId) return;
    this.#scope?.cancel();
    this.#obligationId = input.obligationId;
    this.#scope = new CancellationScope();
    void this.#scope
      .run(() => this.#watch(input.obligationId, input.deadline))
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  async #watch(obligationId: string, first: DeadlineMilestone | null): Promise<void> {
    // Ends when the last milestone is noted, or when the run ends.
    for (let next = first; next !== null; next = await this.#note(obligationId)) {
      await sleep(Math.max(WAIT_MS_MIN, next.inMs));
    }
  }
}
