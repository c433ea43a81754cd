import { createHash } from 'node:crypto';
import * as z from 'zod';

/**
 * What the sandbox does wrong on purpose; each mode with the probability that it strikes one request or one file.
 *
 * On requests: `slow` answers late, `refuse` 503 or 429 with Retry-After before anything is stored, `drop` closes the connection before
 * anything is stored, `lostAck` stores and closes the connection instead of answering (uploads only).
 * On receipts: `repeatReceipt` lists the same message twice, `contradict` sends a rejection of other bytes after an acceptance,
 * `corruptReceipt` sends something unbelievable first and the true receipt later, `outOfOrder` shows ARIS's receipt before the RRM's,
 * `delayed` lets a file wait.
 */
export const MODE_NAMES = [
  'slow',
  'refuse',
  'drop',
  'lostAck',
  'repeatReceipt',
  'contradict',
  'corruptReceipt',
  'outOfOrder',
  'delayed',
] as const;
export type ModeName = (typeof MODE_NAMES)[number];

export const CORRUPTIONS = ['truncated', 'doctype', 'unknownFile', 'otherTenant', 'notWellFormed'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

const probability = z.number().min(0).max(1);
export const modesSchema = z.partialRecord(z.enum(MODE_NAMES), probability);
export type Modes = Readonly<Partial<Record<ModeName, number | undefined>>>;

const delayMs = z.int().min(0).max(86_400_000);
export const delaysSchema = z.strictObject({
  /** From the upload to the RRM's judgement. */
  rrmMs: delayMs.optional(),
  /** From the RRM's judgement to ARIS's. */
  arisMs: delayMs.optional(),
  /** How long `slow` keeps a request waiting. */
  slowMs: delayMs.optional(),
  /** How much longer `delayed` lets a file wait. */
  delayedMs: delayMs.optional(),
  /** From a corrupt receipt to the true one, and from an acceptance to its contradiction. */
  correctionMs: delayMs.optional(),
  /** What `refuse` asks the client to wait; sent in whole seconds, rounded up. */
  retryAfterMs: delayMs.optional(),
});
export type Delays = Required<{ [K in keyof z.infer<typeof delaysSchema>]: number }>;

export const DEFAULT_DELAYS: Delays = { rrmMs: 100, arisMs: 200, slowMs: 500, delayedMs: 2000, correctionMs: 200, retryAfterMs: 1000 };

/** A number in [0, 1) that depends on nothing but its arguments: the same seed gives the same day. */
export function draw(input: { seed: string; kind: string; fileName: string; n: number }): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([input.seed, input.kind, input.fileName, input.n]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

export type Misbehaviour = {
  set(input: { seed?: string | undefined; modes: Modes; delays?: Partial<Record<keyof Delays, number | undefined>> | undefined }): void;
  current(): { seed: string; modes: Modes; delays: Delays };
  /** Whether the mode strikes this time. Counts: the n-th question of a kind about a file has its own answer. */
  strikes(input: { mode: ModeName; kind: string; fileName: string }): boolean;
  pick<T>(input: { kind: string; fileName: string; from: readonly T[] }): T;
};

export function createMisbehaviour(initial: {
  seed: string;
  modes: Modes;
  delays: Partial<Record<keyof Delays, number | undefined>>;
}): Misbehaviour {
  let seed = initial.seed;
  let modes = initial.modes;
  let delays = withDefaults(initial.delays);
  const asked = new Map<string, number>();

  function next(kind: string, fileName: string): number {
    const key = `${kind} ${fileName}`;
    const n = asked.get(key) ?? 0;
    asked.set(key, n + 1);
    return draw({ seed, kind, fileName, n });
  }

  return {
    set: (input) => {
      seed = input.seed ?? seed;
      modes = input.modes;
      delays = withDefaults({ ...delays, ...input.delays });
      asked.clear();
    },
    current: () => ({ seed, modes, delays }),
    strikes: ({ mode, kind, fileName }) => next(`${mode} ${kind}`, fileName) < (modes[mode] ?? 0),
    pick: ({ kind, fileName, from }) => {
      const picked = from[Math.floor(next(`pick ${kind}`, fileName) * from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}

function withDefaults(delays: Partial<Record<keyof Delays, number | undefined>>): Delays {
  const given = Object.fromEntries(Object.entries(delays).filter(([, value]) => value !== undefined));
  return { ...DEFAULT_DELAYS, ...given };
}
