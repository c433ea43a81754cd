/**
 * Lets one local activity of a run be under way at a time, in the order of asking.
 * Live, two that end close together resolve in two activations; on replay in one. What each continuation then does would come out
 * in another order, and the run would be stuck as non-deterministic. One at a time, there is only one order.
 *
 * Made of callbacks, because the SDK takes a stack trace of every promise: a free lane costs one.
 */
export class Lane {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /** Runs `work` at once where the lane is free, else after those that asked before. Its failure is its caller's alone. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isTaken) return this.#start(work);
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(this.#start(work)));
    });
  }

  #start<T>(work: () => Promise<T>): Promise<T> {
    this.#isTaken = true;
    const turn = work();
    // Before the caller goes on, so that what it asks for next stands behind those that wait already.
    const free = (): void => this.#free();
    void turn.then(free, free);
    return turn;
  }

  #free(): void {
    this.#isTaken = false;
    this.#waiting.shift()?.();
  }
}
