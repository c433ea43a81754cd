import { createServer as createTcpServer } from 'node:net';
import { type Server, createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECEIPT_BYTES_MAX } from '../../../adapters/channels/channel.ts';
import { createHttpsChannel } from '../../../adapters/channels/https-channel.ts';
import { readReceipt } from '../../../reports/receipts/read-receipt.ts';
import { ensureCertificate } from '../../../sandbox/certificate.ts';
import { describeChannelContract } from './contract.ts';
import { reportArtefact } from './report-fixture.ts';
import { TOKEN, startHarness } from './sandbox-harness.ts';

describeChannelContract('https, against the sandbox', async () => {
  const harness = await startHarness();
  return {
    channel: harness.channel(),
    bringReceipts: () => harness.quiet(),
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A peer that answers exactly what a test says, over TLS. */
async function startPeer(answer: Answer): Promise<{ url: string; seen: string[]; [Symbol.asyncDispose](): Promise<void> }> {
  const seen: string[] = [];
  const server: Server = createServer({ key: tls.keyPem, cert: tls.certPem }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    request.on('error', () => undefined);
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

let tls: { keyPem: string; certPem: string };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'energyopti-peer-'));
  tls = await ensureCertificate({ directory, names: ['127.0.0.1'] });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function channelTo(baseUrl: string, input: { timeoutMs?: number; caPem?: string } = {}) {
  return createHttpsChannel({ id: 'peer', baseUrl, token: TOKEN, caPem: input.caPem ?? tls.certPem, timeoutMs: input.timeoutMs ?? 2000 });
}

const artefact = reportArtefact({ sequence: 1 });

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

describe('what an answer to an upload proves', () => {
  const cases: readonly [string, Answer, object][] = [
    ['202 with a reference', json(202, { reference: 'R1' }), { kind: 'delivered', reference: 'R1' }],
    ['202 without a reference', json(202, {}), { kind: 'unknown' }],
    ['200 with HTML', (_q, r) => r.end('<html>'), { kind: 'unknown' }],
    ['409 with our hash', json(409, { code: 'duplicate-file', sha256: artefact.sha256 }), { kind: 'delivered' }],
    [
      '409 with another hash',
      json(409, { code: 'duplicate-file', sha256: 'a'.repeat(64) }),
      { kind: 'refused', code: 'name-taken-by-other-bytes' },
    ],
    ['409 that says nothing', json(409, {}), { kind: 'unknown' }],
    ['400', json(400, { code: 'bad', message: 'no' }), { kind: 'refused', code: 'bad', text: 'no' }],
    ['401 without a body', (_q, r) => r.writeHead(401).end(), { kind: 'refused', code: 'http-401' }],
    ['408', json(408, {}), { kind: 'unknown' }],
    ['413', json(413, { code: 'file-too-large' }), { kind: 'refused', code: 'file-too-large' }],
    ['429', json(429, {}), { kind: 'notSent' }],
    ['429 with Retry-After', json(429, {}, { 'retry-after': '7' }), { kind: 'notSent', retryAfterMs: 7000 }],
    ['503 with Retry-After', json(503, {}, { 'retry-after': '2' }), { kind: 'notSent', retryAfterMs: 2000 }],
    [
      '503 with a date',
      json(503, {}, { date: 'Sun, 22 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' }),
      { kind: 'notSent', retryAfterMs: 5000 },
    ],
    ['503 with an absurd wait', json(503, {}, { 'retry-after': '999999999' }), { kind: 'notSent', retryAfterMs: 3_600_000 }],
    ['503 of a proxy', json(503, {}), { kind: 'unknown' }],
    ['500', json(500, {}), { kind: 'unknown' }],
    ['502', json(502, {}), { kind: 'unknown' }],
    ['a redirect', json(302, {}, { location: 'https://127.0.0.1:1/' }), { kind: 'unknown' }],
    ['a connection closed instead of an answer', (q) => q.socket.destroy(), { kind: 'unknown' }],
    [
      'an answer that breaks off',
      (q, r) => {
        r.writeHead(202, { 'content-length': '500' });
        r.write('{"reference"', () => q.socket.destroy());
      },
      { kind: 'unknown' },
    ],
    ['an answer without end', (_q, r) => r.writeHead(202).write('{'), { kind: 'unknown' }],
    ['silence', () => undefined, { kind: 'unknown' }],
    ['an answer of a megabyte', (_q, r) => r.writeHead(202).end(' '.repeat(1_000_000)), { kind: 'unknown' }],
  ];
  it.each(cases)('%s', async (_name, answer, expected) => {
    await using peer = await startPeer(answer);
    const channel = channelTo(peer.url, { timeoutMs: 300 });
    expect(await channel.send(artefact)).toMatchObject(expected);
    expect(peer.seen).toHaveLength(1);
    channel.close();
  });

  it('says notSent where nobody listens', async () => {
    const peer = await startPeer(() => undefined);
    await peer[Symbol.asyncDispose]();
    expect((await channelTo(peer.url).send(artefact)).kind).toBe('notSent');
  });

  it('says notSent where the name does not exist', async () => {
    expect((await channelTo('https://no-such-host.invalid').send(artefact)).kind).toBe('notSent');
  });

  it('says notSent, and sends no byte, to a peer with a certificate of somebody else', async () => {
    await using peer = await startPeer(json(202, { reference: 'R1' }));
    const other = await mkdtemp(join(tmpdir(), 'energyopti-other-'));
    const stranger = await ensureCertificate({ directory: other, names: ['127.0.0.1'] });
    expect((await channelTo(peer.url, { caPem: stranger.certPem }).send(artefact)).kind).toBe('notSent');
    expect(peer.seen).toEqual([]);
    await rm(other, { recursive: true });
  });

  it('says notSent where TLS never comes about', async () => {
    const server = createTcpServer(() => undefined);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await channelTo(url, { timeoutMs: 200 }).send(artefact)).kind).toBe('notSent');
    server.close();
  });

  it('says unknown where a kept-alive connection dies under the second request', async () => {
    let count = 0;
    await using peer = await startPeer((request, response) => {
      count += 1;
      if (count === 1) return json(202, { reference: 'R1' })(request, response);
      request.socket.destroy();
    });
    const channel = channelTo(peer.url);
    expect((await channel.send(artefact)).kind).toBe('delivered');
    expect((await channel.send(artefact)).kind).toBe('unknown');
    channel.close();
  });

  it('takes https addresses only', () => {
    expect(() => channelTo('http://127.0.0.1:1')).toThrow('not https');
  });
});

describe('what an answer to a question proves', () => {
  const { fileName, sha256 } = artefact;
  const cases: readonly [string, Answer, object][] = [
    ['200 with name and hash', json(200, { fileName, sha256, reference: 'R' }), { kind: 'known', sha256, reference: 'R' }],
    ['200 about another file', json(200, { fileName: 'x.xml', sha256 }), { kind: 'unknown' }],
    ['200 without a hash', json(200, { fileName }), { kind: 'unknown' }],
    ['404 that says the file is not there', json(404, { code: 'file-not-found' }), { kind: 'absent' }],
    ['404 of somebody else', json(404, { code: 'route-not-found' }), { kind: 'unknown' }],
    ['404 with HTML', (_q, r) => r.writeHead(404).end('<html>'), { kind: 'unknown' }],
    ['401', json(401, { code: 'unauthenticated' }), { kind: 'unknown' }],
    ['503', json(503, {}, { 'retry-after': '1' }), { kind: 'unknown' }],
    ['a closed connection', (q) => q.socket.destroy(), { kind: 'unknown' }],
  ];
  it.each(cases)('%s', async (_name, answer, expected) => {
    await using peer = await startPeer(answer);
    const channel = channelTo(peer.url, { timeoutMs: 300 });
    expect(await channel.lookup({ fileName })).toMatchObject(expected);
    channel.close();
  });
});

describe('receipts of a hostile peer', () => {
  const entry = (n: number) => ({ cursor: String(n), messageId: `m${n}`, fileName: artefact.fileName });

  it('cuts a receipt that is too long, so that the reader calls it too large', async () => {
    await using peer = await startPeer((request, response) => {
      if (request.url?.startsWith('/receipts?')) return json(200, { receipts: [entry(1)] })(request, response);
      response.writeHead(200).end(Buffer.alloc(5_000_000, 0x20));
    });
    const channel = channelTo(peer.url);
    const [receipt] = await channel.listReceipts({ limit: 10 });
    expect(receipt?.truncated).toBe(true);
    expect(receipt?.bytes.byteLength).toBe(RECEIPT_BYTES_MAX);
    expect(readReceipt(receipt?.bytes ?? new Uint8Array())).toMatchObject({ kind: 'unreadable', reason: 'too-large' });
    channel.close();
  });

  it('gives what it could read where a later receipt fails, and throws where the first does', async () => {
    await using peer = await startPeer((request, response) => {
      if (request.url?.startsWith('/receipts?after')) return json(200, { receipts: [entry(2)] })(request, response);
      if (request.url?.startsWith('/receipts?')) return json(200, { receipts: [entry(1), entry(2)] })(request, response);
      if (request.url === '/receipts/m1') return response.writeHead(200).end('<a/>');
      request.socket.destroy();
    });
    const channel = channelTo(peer.url);
    expect((await channel.listReceipts({ limit: 10 })).map((receipt) => receipt.messageId)).toEqual(['m1']);
    channel.close();
  });

  it.each([{}, { receipts: [{ cursor: 1 }] }, { receipts: 'all' }, []])('throws a retryable error for the list %j', async (body) => {
    await using peer = await startPeer(json(200, body));
    const channel = channelTo(peer.url);
    await expect(channel.listReceipts({ limit: 10 })).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    channel.close();
  });
});
