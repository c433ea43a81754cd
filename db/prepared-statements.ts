import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';

/** How a statement asks to be prepared: a comment at its beginning that names it. */
const MARKER = /^\s*\/\* prepared: ([a-z_]{1,60}) \*\//;

/** Binds a transaction to a tenant; sent together with its `begin`. */
export const BIND_TENANT = `select set_config('app.tenant_id', $1, true)`;

/**
 * Gives Kysely a pool whose connections prepare marked statements by name: the server parses and plans such a statement once for each
 * connection instead of once for each call. Mark only statements whose text is always the same, since a name stands for one text, and
 * only those whose plan does not depend on how much a table holds: a plan that was made for a small table stays (docs/benchmarks.md).
 *
 * `begin` waits for the first statement of its transaction and, where that binds the tenant, goes with it in one message.
 */
export function withPreparedStatements(pool: pg.Pool): PostgresPool {
  // Kysely knows a connection again by the identity of its client, so each client has one wrapper for ever.
  const wrappers = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      const wrapper = wrappers.get(client) ?? preparing(client);
      wrappers.set(client, wrapper);
      return wrapper;
    },
    end: () => pool.end(),
  };
}

function preparing(client: pg.PoolClient): PostgresPoolClient {
  const plain = asKyselyClient(client);
  let isBeginDue = false;
  let isStale = false;

  async function send(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const name = MARKER.exec(text)?.[1];
    try {
      return name === undefined
        ? await plain.query(text, parameters)
        : asResult(await client.query({ name, text, values: [...parameters] }));
    } catch (error) {
      isStale = isStale || isStalePlan(error);
      throw error;
    }
  }

  async function query(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    if (text === 'begin') {
      isBeginDue = true;
      return NOTHING;
    }
    if (!isBeginDue) return await send(text, parameters);
    isBeginDue = false;
    if (text === 'commit' || text === 'rollback') return NOTHING;
    const [tenantId] = parameters;
    if (text === BIND_TENANT && typeof tenantId === 'string') {
      await client.query(`begin;${BIND_TENANT.replace('$1', () => pg.escapeLiteral(tenantId))}`);
      return NOTHING;
    }
    await client.query('begin');
    return await send(text, parameters);
  }

  return Object.assign(Object.create(plain) as PostgresPoolClient, {
    query,
    release: (destroy?: boolean) => {
      isBeginDue = false;
      client.release(destroy === true || isStale);
    },
  });
}

const NOTHING: PostgresQueryResult<unknown> = { command: 'SELECT', rowCount: 0, rows: [] };

/** A table changed its shape under a prepared statement, or the server forgot it: the connection is given up. */
function isStalePlan(error: unknown): boolean {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  return code === '26000' || (code === '0A000' && error instanceof Error && error.message.includes('cached plan'));
}

/** Safe because Kysely documents its client as the subset of this one that it calls. */
function asKyselyClient(client: pg.PoolClient): PostgresPoolClient {
  return client as unknown as PostgresPoolClient;
}

/** Safe because both describe the same object; they differ in how narrowly they name its command. */
function asResult(result: pg.QueryResult): PostgresQueryResult<unknown> {
  return result as unknown as PostgresQueryResult<unknown>;
}
