import type { Db } from '../../db/client.ts';
import { insertCapturedTrade } from '../../db/queries/capture-trade.ts';
import { type KeyedCapture, insertCapturedTrades } from '../../db/queries/capture-trades.ts';
import { AppError } from '../../domain/errors/app-error.ts';

/**
 * Writes one captured trade with its key. False where the key is taken: then nothing was written. Constraint violations come as the
 * database's own errors.
 */
export type InsertTrade = (capture: KeyedCapture) => Promise<boolean>;

/** Rows of one statement; more only make its first ones wait. */
const BATCH_SIZE_MAX = 64;
/** Statements of one process at the same time: while they run, the next batch fills up by itself. */
const BATCHES_UNDER_WAY_MAX = 2;
/** More captures than these in one process are told to come again. */
const WAITING_MAX = 5_000;

type Waiting = KeyedCapture & { readonly resolve: (inserted: boolean) => void; readonly reject: (error: unknown) => void };

/**
 * Makes the writer of one process. Captures that arrive while others are being written go together in the next statement, so that under
 * load one commit, one round trip and one plan serve many; where nothing is under way a capture goes at once, alone. Each caller gets
 * the outcome of his own: a batch that the database refuses is written again one by one, and only the one at fault fails.
 */
export function createTradeInserter(db: Db): InsertTrade {
  const waiting: Waiting[] = [];
  let underWay = 0;

  async function write(batch: readonly Waiting[]): Promise<void> {
    underWay += 1;
    try {
      await (batch.length === 1 ? writeEach(db, batch) : writeTogether(db, batch));
    } finally {
      underWay -= 1;
      startNext();
    }
  }

  function startNext(): void {
    while (underWay < BATCHES_UNDER_WAY_MAX && waiting.length > 0) void write(takeBatch(waiting));
  }

  return (capture) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= WAITING_MAX) {
        reject(new AppError({ code: 'unavailable', message: 'More trades arrive than can be written. Try again.', retryable: true }));
        return;
      }
      waiting.push({ ...capture, resolve, reject });
      startNext();
    });
}

/** The oldest captures of one tenant, no two of them with one key or one source id: those would refuse or wait for each other. */
function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  const taken = new Set<string>();
  for (const one of waiting) {
    const { row, key } = one;
    const names = [`${key.route}\n${key.key}`, `${row.sourceSystem}\n${row.sourceTradeId}`];
    const fits = batch.length < BATCH_SIZE_MAX && row.tenantId === (batch[0] ?? one).row.tenantId && !names.some((name) => taken.has(name));
    (fits ? batch : left).push(one);
    for (const name of names) taken.add(name);
  }
  waiting.splice(0, waiting.length, ...left);
  return batch;
}

async function writeTogether(db: Db, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  let made: ReadonlySet<string>;
  try {
    made = await insertCapturedTrades(db, { tenantId: first.row.tenantId, captures: batch });
  } catch (error) {
    // Only what the database surely undid may be written again; after a lost connection nobody knows, and the caller's retry asks.
    if (isUndone(error)) return await writeEach(db, batch);
    for (const { reject } of batch) reject(error);
    return;
  }
  for (const { row, resolve } of batch) resolve(made.has(row.tradeId));
}

async function writeEach(db: Db, batch: readonly Waiting[]): Promise<void> {
  await Promise.all(
    batch.map(async ({ row, key, resolve, reject }) => {
      try {
        resolve(await insertCapturedTrade(db, { row, key }));
      } catch (error) {
        reject(error);
      }
    }),
  );
}

/** SQLSTATE classes of statements that had no effect: data (22), constraint (23), and a transaction rolled back (40). */
const UNDONE = /^(22|23|40)/;

function isUndone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && UNDONE.test(error.code);
}
