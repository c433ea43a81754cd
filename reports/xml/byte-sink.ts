import type { Markup, MarkupPool } from './markup.ts';
import { escapeText } from './xml-escape.ts';

/** Pieces of about this size leave a writer: large enough for one system call each, small enough for the processor's cache. */
export const CHUNK_BYTES = 64 * 1024;
/** What a piece may grow beyond that before its buffer is made anew: the last record. */
const SLACK_BYTES = 16 * 1024;
/** A UTF-16 unit takes at most three bytes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

/** True at the codes of ASCII that stand in text as they are. */
const PLAIN = new Uint8Array(128).map((_, code) =>
  (code >= 0x20 || code === 0x09 || code === 0x0a) && code !== 0x26 && code !== 0x3c && code !== 0x3e ? 1 : 0,
);

/** Where a document is written as UTF-8: markup is held back and copied in runs, values are escaped in the pass that writes them. */
export class ByteSink {
  readonly #pool: MarkupPool;
  #bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SLACK_BYTES);
  #at = 0;
  #pending: Markup | undefined;

  constructor(pool: MarkupPool) {
    this.#pool = pool;
  }

  /** How much was written, not counting markup that is held back. */
  get length(): number {
    return this.#at;
  }

  /** Markup that is written once it is known what follows. */
  get held(): Markup | undefined {
    return this.#pending;
  }

  /** Forgets all that was written since the sink had this length and held this markup; nothing may have been taken since. */
  rewind(to: { readonly length: number; readonly held: Markup | undefined }): void {
    this.#at = to.length;
    this.#pending = to.held;
  }

  markup(next: Markup): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.#pending = next;
      return;
    }
    const run = pending.lastRight === next ? pending.lastJoined : this.#pool.join(pending, next);
    if (run === undefined) this.#flush();
    this.#pending = run ?? next;
  }

  /** The text of an element. Throws `AppError` `report-invalid` on characters that XML cannot carry. */
  text(value: string): void {
    this.#flush();
    const { length } = value;
    if (this.#at + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    const start = this.#at;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (PLAIN[code] !== 1) return this.raw(escapeText(value));
      bytes[start + index] = code;
    }
    this.#at = start + length;
  }

  /** Text that is markup already. */
  raw(text: string): void {
    this.#flush();
    const most = text.length * BYTES_PER_UNIT_MAX;
    if (this.#at + most > this.#bytes.length) this.#grow(most);
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  /** Gives what was written and begins anew; the bytes are the caller's. */
  take(): Uint8Array {
    this.#flush();
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SLACK_BYTES);
    this.#at = 0;
    return taken;
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { length } = pending.bytes;
    if (this.#at + length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(pending.bytes, this.#at);
    this.#at += length;
    this.#pending = undefined;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + needed));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
