import { timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import { sha256Of } from './hash.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { type Misbehaviour, delaysSchema, modesSchema } from './modes.ts';
import { type PartyRegistry, registrySchema } from './reference.ts';
import type { Regulator } from './regulator.ts';
import { RRM_NUMBERS } from './rrm-checks.ts';

/** The size that GME PDR takes. */
const FILE_BYTES_MAX = 10 * 1024 * 1024;
const ADMIN_BYTES_MAX = 4 * 1024 * 1024;
const RECEIPTS_PER_PAGE_MAX = 500;
/** Anything that can stand in a log and in a receipt; whether it is a good name is for the RRM's receipt to say. */
const FILE_NAME_PATTERN = /^[\u0021-\u002E\u0030-\u005B\u005D-\u007E]{1,200}$/;

export type SandboxAppDeps = {
  regulator: Regulator;
  journal: Journal;
  misbehaviour: Misbehaviour;
  registry: PartyRegistry;
  tokens: readonly { token: string; senderAcerCode: string }[];
  adminToken: string;
  eicSource: string;
};

type Env = { Bindings: HttpBindings; Variables: { sender: string } };
type Strike = Response | undefined;

const adminBody = z.strictObject({ seed: z.string().max(200).optional(), modes: modesSchema, delays: delaysSchema.optional() });
const listQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(RECEIPTS_PER_PAGE_MAX).default(100),
});

export function createSandboxApp(deps: SandboxAppDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    deps.journal.append({ kind: 'fault', mode: 'internal', request: `${c.req.method} ${c.req.path}`, fileName: '', text: error.message });
    return c.json({ code: 'internal', message: 'the journal says why' }, 500);
  });
  app.notFound((c) => c.json({ code: 'route-not-found', message: `there is no ${c.req.method} ${c.req.path}` }, 404));
  app.get('/healthz', (c) => c.json({ status: 'ok', pending: deps.regulator.pendingCount(), acceptedEics: deps.eicSource }));
  addAdminRoutes(app, deps);
  addSenderRoutes(app, deps);
  return app;
}

function addSenderRoutes(app: Hono<Env>, deps: SandboxAppDeps): void {
  const { regulator } = deps;
  for (const path of ['/files/*', '/receipts', '/receipts/*']) {
    app.use(path, async (c, next) => {
      const given = bearerOf(c);
      const known = deps.tokens.find(({ token }) => isEqual(token, given));
      if (known === undefined) return c.json({ code: 'unauthenticated', message: 'the token is not known' }, 401);
      c.set('sender', known.senderAcerCode);
      return await next();
    });
  }

  app.post('/files/:fileName', async (c) => {
    const fileName = c.req.param('fileName');
    const sender = c.get('sender');
    if (!FILE_NAME_PATTERN.test(fileName)) return c.json({ code: 'bad-file-name', message: 'the name is not plain' }, 400);
    const struck = strikeBeforeBody(c, { deps, kind: 'upload', fileName });
    if (struck !== undefined) return struck;
    const claimed = c.req.header('x-content-sha256') ?? '';
    if (!/^[0-9a-f]{64}$/.test(claimed))
      return c.json({ code: 'hash-missing', message: 'X-Content-SHA256 is 64 lower-case hex digits' }, 400);
    const bytes = await readBody(c.req.raw, FILE_BYTES_MAX);
    if (bytes === undefined) return c.json({ code: 'file-too-large', message: `at most ${FILE_BYTES_MAX} bytes` }, 413);
    if (sha256Of(bytes) !== claimed) return refuse(c, deps, { sender, fileName, code: 'hash-mismatch', status: 422 });
    // Late with the body in hand: what a client gave up on may still arrive.
    await waitIfSlow({ deps, kind: 'upload', fileName });

    const held = regulator.find({ sender, fileName });
    if (held !== undefined) {
      const { sha256, reference } = held;
      deps.journal.append({
        kind: 'refused',
        sender,
        fileName,
        sha256: claimed,
        code: 'duplicate-file',
        number: RRM_NUMBERS.duplicateFileName,
      });
      return c.json(
        {
          code: 'duplicate-file',
          number: RRM_NUMBERS.duplicateFileName,
          message: 'a file of that name is held already',
          sha256,
          reference,
        },
        409,
      );
    }
    const { reference, sha256 } = regulator.receive({ sender, fileName, bytes });
    if (strikes({ deps, mode: 'lostAck', kind: 'upload', fileName })) return hangUp(c);
    return c.json({ reference, sha256 }, 202);
  });

  app.get('/files/:fileName', async (c) => {
    const fileName = c.req.param('fileName');
    const struck = await strikeRead(c, { deps, kind: 'lookup', fileName });
    if (struck !== undefined) return struck;
    const held = regulator.find({ sender: c.get('sender'), fileName });
    if (held === undefined) return c.json({ code: 'file-not-found', message: 'no file of that name is held' }, 404);
    const { sha256, receivedAt, state, reference } = held;
    return c.json({ fileName, sha256, receivedAt, state, reference });
  });

  app.get('/receipts', async (c) => {
    const sender = c.get('sender');
    const struck = await strikeRead(c, { deps, kind: 'list', fileName: sender });
    if (struck !== undefined) return struck;
    const query = listQuery.safeParse(c.req.query());
    if (!query.success) return c.json({ code: 'bad-query', message: z.prettifyError(query.error) }, 400);
    const receipts = regulator.listReceipts({ sender, ...query.data });
    return c.json({ receipts: receipts.map((receipt) => ({ ...receipt, cursor: String(receipt.cursor) })) });
  });

  app.get('/receipts/:messageId', async (c) => {
    const messageId = c.req.param('messageId');
    const struck = await strikeRead(c, { deps, kind: 'fetch', fileName: messageId });
    if (struck !== undefined) return struck;
    const bytes = regulator.receiptBytes({ sender: c.get('sender'), messageId });
    if (bytes === undefined) return c.json({ code: 'receipt-not-found', message: 'no such receipt' }, 404);
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'application/xml' });
  });
}

function addAdminRoutes(app: Hono<Env>, deps: SandboxAppDeps): void {
  for (const path of ['/admin/*', '/journal']) {
    app.use(path, async (c, next) => {
      if (!isEqual(deps.adminToken, bearerOf(c))) return c.json({ code: 'unauthenticated', message: 'not the admin token' }, 401);
      return await next();
    });
  }
  app.use('/admin/*', bodyLimit({ maxSize: ADMIN_BYTES_MAX }));

  app.get('/admin/modes', (c) => c.json(deps.misbehaviour.current()));
  app.put('/admin/modes', async (c) => {
    const body = adminBody.safeParse(await jsonOf(c));
    if (!body.success) return c.json({ code: 'bad-body', message: z.prettifyError(body.error) }, 400);
    deps.misbehaviour.set(body.data);
    const current = deps.misbehaviour.current();
    deps.journal.append({ kind: 'modes', ...current });
    return c.json(current);
  });
  app.put('/admin/registry', async (c) => {
    const body = registrySchema.safeParse(await jsonOf(c));
    if (!body.success) return c.json({ code: 'bad-body', message: z.prettifyError(body.error) }, 400);
    deps.registry.replace(body.data);
    deps.journal.append({ kind: 'registry', registry: body.data });
    return c.json(body.data);
  });
  app.get('/journal', (c) => {
    const after = Number(c.req.query('after') ?? '0');
    const kind = c.req.query('kind');
    const lines = deps.journal.entries.filter((entry) => entry.seq > after && (kind === undefined || entry.kind === kind)).map(journalLine);
    return c.body(lines.join(''), 200, { 'content-type': 'application/x-ndjson' });
  });
}

/** A line of the journal without the bytes of receipts: those have an address of their own. */
function journalLine(entry: JournalEntry): string {
  if (entry.kind !== 'judged') return `${JSON.stringify(entry)}\n`;
  const receipts = entry.receipts.map(({ bytesBase64, ...receipt }) => ({
    ...receipt,
    sha256: sha256Of(Buffer.from(bytesBase64, 'base64')),
  }));
  return `${JSON.stringify({ ...entry, receipts })}\n`;
}

type Where = { deps: SandboxAppDeps; kind: string; fileName: string };

function strikes(input: Where & { mode: 'slow' | 'refuse' | 'drop' | 'lostAck' }): boolean {
  const { deps, mode, kind, fileName } = input;
  if (!deps.misbehaviour.strikes({ mode, kind, fileName })) return false;
  deps.journal.append({ kind: 'fault', mode, request: kind, fileName });
  return true;
}

function strikeBeforeBody(c: Context<Env>, where: Where): Strike {
  if (strikes({ ...where, mode: 'drop' })) return hangUp(c);
  if (!strikes({ ...where, mode: 'refuse' })) return undefined;
  const { delays } = where.deps.misbehaviour.current();
  const status = where.deps.misbehaviour.pick({ kind: `refusal ${where.kind}`, fileName: where.fileName, from: [503, 429] as const });
  c.header('retry-after', String(Math.ceil(delays.retryAfterMs / 1000)));
  return c.json({ code: 'come-back-later', message: 'refused before anything was stored' }, status);
}

async function strikeRead(c: Context<Env>, where: Where): Promise<Strike> {
  const struck = strikeBeforeBody(c, where);
  if (struck === undefined) await waitIfSlow(where);
  return struck;
}

async function waitIfSlow(where: Where): Promise<void> {
  if (!strikes({ ...where, mode: 'slow' })) return;
  await new Promise((resolve) => setTimeout(resolve, where.deps.misbehaviour.current().delays.slowMs));
}

function hangUp(c: Context<Env>): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function refuse(c: Context<Env>, deps: SandboxAppDeps, input: { sender: string; fileName: string; code: string; status: 422 }): Response {
  const { sender, fileName, code, status } = input;
  deps.journal.append({ kind: 'refused', sender, fileName, code });
  return c.json({ code, message: 'the bytes are not those of X-Content-SHA256' }, status);
}

/** The whole body, or undefined where it is longer than the limit. */
async function readBody(request: Request, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function jsonOf(c: Context<Env>): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return undefined;
  }
}

function bearerOf(c: Context<Env>): string {
  return /^Bearer ([\u0021-\u007E]{1,500})$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
}

function isEqual(expected: string, given: string): boolean {
  return given !== '' && timingSafeEqual(Buffer.from(sha256Of(expected)), Buffer.from(sha256Of(given)));
}
