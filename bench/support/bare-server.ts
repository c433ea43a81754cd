import { Hono } from 'hono';
import pg from 'pg';
import { startHttpServer } from '../../bin/api/http-server.ts';

/** What the API is measured against: Hono, a parsed JSON body, one insert of it with the driver, an answer. Nothing else. */
export async function startBareServer(input: { databaseUrl: string; poolMax: number }): Promise<number> {
  const pool = new pg.Pool({ connectionString: input.databaseUrl, max: input.poolMax });
  const app = new Hono();
  app.post('/trades', async (c) => {
    const body: unknown = await c.req.json();
    const id = crypto.randomUUID();
    await pool.query('insert into bench_rows (id, body) values ($1, $2)', [id, JSON.stringify(body)]);
    return c.json({ id }, 202);
  });
  const server = await startHttpServer({ fetch: (request) => app.fetch(request), host: '127.0.0.1', port: 0 });
  return server.port;
}
