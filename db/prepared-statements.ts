import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/** How a statement asks to be prepared: a comment at its beginning that names it. */
const MARKER = /^\s*\/\* prepared: ([a-z_]{1,60}) \*\//;

/**
 * Gives Kysely a pool whose connections prepare marked statements by name: the server parses and plans such a statement once for each
 * connection instead of once for each call. Mark only statements whose text is always the same, since a name stands for one text.
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
  return Object.assign(Object.create(plain) as PostgresPoolClient, {
    query: (text: string, parameters: readonly unknown[]) => {
      const name = typeof text === 'string' ? MARKER.exec(text)?.[1] : undefined;
      return name === undefined ? plain.query(text, parameters) : client.query({ name, text, values: [...parameters] });
    },
    release: (destroy?: boolean) => client.release(destroy),
  });
}

/** Safe because Kysely documents its client as the subset of this one that it calls. */
function asKyselyClient(client: pg.PoolClient): PostgresPoolClient {
  return client as unknown as PostgresPoolClient;
}
