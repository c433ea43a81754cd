import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Server, createServer } from 'node:https';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createSandboxApp } from './app.ts';
import { ensureCertificate } from './certificate.ts';
import { Journal } from './journal.ts';
import { type Delays, type Modes, createMisbehaviour } from './modes.ts';
import { createPartyRegistry, loadAcceptedEics } from './reference.ts';
import { loadValidators } from './report-document.ts';
import { Regulator } from './regulator.ts';

export type SandboxOptions = {
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** Journal, files, certificate and registry. One sandbox a folder. */
  dataDir: string;
  tokens: readonly { token: string; senderAcerCode: string }[];
  /** Made up at random where absent; `Sandbox.adminToken` has it. */
  adminToken?: string;
  seed?: string;
  modes?: Modes;
  delays?: Partial<Record<keyof Delays, number | undefined>>;
  /** Names of the certificate beside localhost and the loopback addresses. */
  tlsNames?: readonly string[];
  schemaDir?: string;
  /** Default `../shared/reference` where there is one, else the sandbox's own short list. */
  referenceDir?: string;
  now?: () => Date;
};

export type Sandbox = {
  url: string;
  port: number;
  caPem: string;
  caCertPath: string;
  adminToken: string;
  stop(): Promise<void>;
};

const DEFAULT_REFERENCE_DIR = '../shared/reference';

/** Starts RRM and ARIS over HTTPS; goes on with what the data folder's journal says. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const now = options.now ?? (() => new Date());
  const adminToken = options.adminToken ?? randomBytes(24).toString('base64url');
  const names = [...new Set(['localhost', '127.0.0.1', '::1', ...(options.tlsNames ?? [])])];
  const certificate = await ensureCertificate({ directory: join(options.dataDir, 'tls'), names });

  const misbehaviour = createMisbehaviour({ seed: options.seed ?? '1', modes: options.modes ?? {}, delays: options.delays ?? {} });
  const registry = createPartyRegistry(join(options.dataDir, 'registry.json'));
  const eics = loadAcceptedEics(options.referenceDir ?? (existsSync(DEFAULT_REFERENCE_DIR) ? resolve(DEFAULT_REFERENCE_DIR) : undefined));
  const validators = loadValidators(options.schemaDir);
  const journal = new Journal({ path: join(options.dataDir, 'journal.ndjson'), now });
  const regulator = new Regulator({
    journal,
    filesDir: join(options.dataDir, 'files'),
    misbehaviour,
    eics,
    registry,
    validators,
    senders: options.tokens.map((token) => token.senderAcerCode),
    now,
  });
  const app = createSandboxApp({ regulator, journal, misbehaviour, registry, tokens: options.tokens, adminToken, eicSource: eics.source });
  const answer = getRequestListener(app.fetch);
  const server = createServer({ key: certificate.keyPem, cert: certificate.certPem }, (incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  const port = await listen(server, { host, port: options.port });

  return {
    url: `https://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`,
    port,
    caPem: certificate.certPem,
    caCertPath: certificate.certPath,
    adminToken,
    stop: async () => {
      regulator.stop();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      journal.close();
      validators.dispose();
    },
  };
}

function listen(server: Server, at: { host: string; port: number }): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(at.port, at.host, () => {
      server.off('error', fail);
      const address = server.address();
      if (typeof address === 'object' && address !== null) done(address.port);
      else fail(new Error('the sandbox listens on no port'));
    });
  });
}
