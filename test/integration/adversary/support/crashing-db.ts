import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { type Db, createDb } from '../../../../db/client.ts';
import { withPreparedStatements } from '../../../../db/prepared-statements.ts';
import type { Database } from '../../../../db/schema.ts';

/** The process dies before statement `nth` reaches the server, or after the server has carried it out. `begin` and `commit` count. */
export type Crash = { readonly nth: number; readonly when: 'before' | 'after' };

export class CrashedError extends Error {}

/** A pool whose process "dies" once at a planned statement: its connection is cut, and nothing of it goes on. */
export type CrashingDb = { readonly db: Db; readonly hasCrashed: () => boolean; close(): Promise<void> };

const DATE_OID = 1082;

export function createCrashingDb(input: { url: string; crash: Crash }): CrashingDb {
  const pool = new pg.Pool({
    connectionString: input.url,
    max: 2,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === DATE_OID ? (text: string) => text : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  });
  pool.on('error', () => undefined);
  const state = { statements: 0, crashed: false };
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: crashing(withPreparedStatements(pool), input.crash, state) }) });
  return { db, hasCrashed: () => state.crashed, close: () => db.destroy() };
}

function crashing(pool: PostgresPool, crash: Crash, state: { statements: number; crashed: boolean }): PostgresPool {
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      return crashingClient(client, crash, state);
    },
    end: () => pool.end(),
  };
}

function crashingClient(client: PostgresPoolClient, crash: Crash, state: { statements: number; crashed: boolean }): PostgresPoolClient {
  const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (state.crashed) throw new CrashedError('the process is dead');
    state.statements += 1;
    const isHere = state.statements === crash.nth;
    if (isHere && crash.when === 'before') {
      state.crashed = true;
      throw new CrashedError(`died before: ${text}`);
    }
    const result = await client.query<unknown>(text, parameters);
    if (!isHere) return result;
    state.crashed = true;
    throw new CrashedError(`died after: ${text}`);
  };
  return Object.assign(Object.create(client) as PostgresPoolClient, { query, release: () => client.release(state.crashed) });
}

/** More statements than any verb here sends. */
const STATEMENTS_MAX = 80;

/**
 * Runs a step of a fresh subject once for each statement that it sends, dying before and after each; then again by a process that lives.
 * Gives how many crashes there were. `act` on the living one must come to its end.
 */
export async function atEveryStatement<S>(input: {
  url: string;
  prepare: () => Promise<S>;
  act: (db: Db, subject: S) => Promise<unknown>;
  check: (subject: S, crash: Crash, result: unknown) => Promise<void>;
}): Promise<number> {
  const living = createDb({ url: input.url, maxConnections: 2, applicationName: 'living' });
  let crashes = 0;
  try {
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; nth <= STATEMENTS_MAX; nth += 1) {
        const crash = { nth, when };
        const subject = await input.prepare();
        const dying = createCrashingDb({ url: input.url, crash });
        const outcome = await input.act(dying.db, subject).then(
          () => 'done',
          (error: unknown) => error,
        );
        const hasCrashed = dying.hasCrashed();
        await dying.close();
        if (hasCrashed !== outcome instanceof CrashedError) throw new Error(`at ${when} ${nth}: ${String(outcome)}`);
        if (!hasCrashed) break;
        crashes += 1;
        await input.check(subject, crash, await input.act(living, subject));
      }
    }
  } finally {
    await living.destroy();
  }
  return crashes;
}
