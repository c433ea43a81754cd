import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReceiptEnvelope } from '../../../adapters/channels/channel.ts';
import { createHttpsChannel } from '../../../adapters/channels/https-channel.ts';
import type { Receipt } from '../../../domain/reporting/receipt.ts';
import { readReceipt } from '../../../reports/receipts/read-receipt.ts';
import type { JournalEntry } from '../../../sandbox/journal.ts';
import type { Delays, Modes } from '../../../sandbox/modes.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.ts';
import { OTHER_SENDER, SENDER } from './report-fixture.ts';

export const TOKEN = 'token-of-the-sender';
export const OTHER_TOKEN = 'token-of-another';
const ADMIN_TOKEN = 'token-of-the-admin';
export const QUICK: Partial<Delays> = { rrmMs: 1, arisMs: 2, slowMs: 60, delayedMs: 100, correctionMs: 5, retryAfterMs: 0 };

const SHARED_SCHEMAS = resolve(process.env['SCHEMA_DIR'] ?? '../shared/schemas');
/** Where the official XSDs are, or undefined: then what needs them is skipped. */
export const SCHEMA_DIR = existsSync(join(SHARED_SCHEMAS, 'remit', 'REMITTable1_V3.xsd')) ? SHARED_SCHEMAS : undefined;

export type Harness = {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  channel(input?: { token?: string; timeoutMs?: number }): ReturnType<typeof createHttpsChannel>;
  setModes(modes: Modes, delays?: Partial<Delays>): Promise<void>;
  admin(input: { method: 'GET' | 'PUT'; path: string; body?: unknown }): Promise<{ status: number; text: string }>;
  journal(): Promise<JournalEntry[]>;
  /** Until nothing waits for a judgement or a listing any more. */
  quiet(): Promise<void>;
  receipts(input?: { token?: string }): Promise<readonly ReceiptEnvelope[]>;
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function startHarness(options: Partial<SandboxOptions> = {}): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'energyopti-sandbox-'));
  const start = (): Promise<Sandbox> =>
    startSandbox({
      port: 0,
      dataDir,
      adminToken: ADMIN_TOKEN,
      seed: '42',
      delays: QUICK,
      tokens: [
        { token: TOKEN, senderAcerCode: SENDER },
        { token: OTHER_TOKEN, senderAcerCode: OTHER_SENDER },
      ],
      ...(SCHEMA_DIR === undefined ? {} : { schemaDir: SCHEMA_DIR }),
      ...options,
    });
  let sandbox = await start();
  const channels: { close(): void }[] = [];

  const admin: Harness['admin'] = ({ method, path, body }) => call({ sandbox, token: ADMIN_TOKEN, method, path, body });
  const channel: Harness['channel'] = (input = {}) => {
    const made = createHttpsChannel({
      id: 'sandbox',
      baseUrl: sandbox.url,
      token: input.token ?? TOKEN,
      caPem: sandbox.caPem,
      timeoutMs: input.timeoutMs ?? 5000,
    });
    channels.push(made);
    return made;
  };
  return {
    get sandbox() {
      return sandbox;
    },
    dataDir,
    channel,
    admin,
    setModes: async (modes, delays) => {
      const answer = await admin({ method: 'PUT', path: '/admin/modes', body: { modes, ...(delays === undefined ? {} : { delays }) } });
      if (answer.status !== 200) throw new Error(answer.text);
    },
    journal: async () => {
      const { text } = await admin({ method: 'GET', path: '/journal' });
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as JournalEntry);
    },
    quiet: async () => {
      for (let attempt = 0; attempt < 2000; attempt += 1) {
        const { text } = await admin({ method: 'GET', path: '/healthz' });
        if ((JSON.parse(text) as { pending: number }).pending === 0) return;
      }
      throw new Error('the sandbox does not come to rest');
    },
    receipts: async (input = {}) => await channel(input).listReceipts({ limit: 500 }),
    restart: async () => {
      await sandbox.stop();
      sandbox = await start();
    },
    [Symbol.asyncDispose]: async () => {
      for (const made of channels) made.close();
      await sandbox.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Receipts that can be believed, in the order of arrival. */
export function readable(envelopes: readonly ReceiptEnvelope[]): Receipt[] {
  return envelopes.flatMap((envelope) => {
    const reading = readReceipt(envelope.bytes);
    return reading.kind === 'read' ? [reading.receipt] : [];
  });
}

export function call(input: {
  sandbox: { url: string; caPem: string };
  token: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}): Promise<{ status: number; text: string }> {
  const { sandbox, token, method, path, body } = input;
  const agent = new Agent({ ca: sandbox.caPem });
  return new Promise((done, fail) => {
    const bytes = body === undefined ? undefined : body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    const outgoing = request(
      new URL(path, sandbox.url),
      { method, agent, headers: { authorization: `Bearer ${token}`, ...input.headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () => done({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    outgoing.on('error', fail);
    outgoing.end(bytes);
  });
}
