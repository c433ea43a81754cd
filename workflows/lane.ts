/**
 * Lets one local activity of a run be under way at a time, in the order of asking.
 * Live, two that end close together resolve in two activations; on replay in one. What each continuation then does would come out
 * in another order, and the run would be stuck as non-deterministic. One at a time, there is only one order.
 */
export class Lane {
  #tail: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    // The next one comes whether this one succeeds or not; its caller sees the failure.
    this.#tail = turn.catch(() => undefined);
    return await turn;
  }
}
