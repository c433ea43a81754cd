/** Runs longer than this are not joined further: a copy of it is one call already. */
const JOINED_BYTES_MAX = 512;
/** Bounds the memory that joined runs of one writer may take, whatever documents it is given. */
const JOINED_RUNS_MAX = 4_096;

/** Markup that was encoded once, when the writer was compiled, or a run of such pieces that follow each other without a value. */
export type Markup = {
  readonly bytes: Uint8Array;
  /** What this and the piece that last followed it come to: records of one shape ask for the same again and again. */
  lastRight: Markup | undefined;
  lastJoined: Markup | undefined;
  joined: Map<Markup, Markup> | undefined;
};

/** Makes the markup of one writer, and remembers the runs of it that occurred, so that each is copied at once. */
export class MarkupPool {
  #runs = 0;

  encoded(text: string): Markup {
    return markupOf(new TextEncoder().encode(text));
  }

  /** Both pieces as one; undefined where they would be too long, or too many runs are known already. */
  join(left: Markup, right: Markup): Markup | undefined {
    if (left.lastRight === right) return left.lastJoined;
    const run = left.joined?.get(right) ?? this.#newRun(left, right);
    if (run === undefined) return undefined;
    left.lastRight = right;
    left.lastJoined = run;
    return run;
  }

  #newRun(left: Markup, right: Markup): Markup | undefined {
    const length = left.bytes.length + right.bytes.length;
    if (length > JOINED_BYTES_MAX || this.#runs >= JOINED_RUNS_MAX) return undefined;
    const bytes = new Uint8Array(length);
    bytes.set(left.bytes);
    bytes.set(right.bytes, left.bytes.length);
    const run = markupOf(bytes);
    left.joined ??= new Map();
    left.joined.set(right, run);
    this.#runs += 1;
    return run;
  }
}

function markupOf(bytes: Uint8Array): Markup {
  return { bytes, lastRight: undefined, lastJoined: undefined, joined: undefined };
}
