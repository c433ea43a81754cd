import type { IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';

/** One request and all that can be known of its end. */
export type ExchangeResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
      /** The answer was longer than the cap; `body` holds its beginning. */
      readonly truncated: boolean;
    }
  /** No TLS session came about, so no byte of the request can have arrived. */
  | { readonly kind: 'notConnected'; readonly text: string }
  /** The request may have arrived, wholly or in part. */
  | { readonly kind: 'lost'; readonly text: string };

export type ExchangeRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly responseBytesMax: number;
};

/**
 * Makes one HTTPS request. Follows no redirect, reads no more than `responseBytesMax`, ends after `timeoutMs` in every case,
 * never rejects. An answer that broke off in its middle is `lost`.
 */
export function exchange(input: { agent: https.Agent; timeoutMs: number; request: ExchangeRequest }): Promise<ExchangeResult> {
  const { request } = input;
  return new Promise((resolve) => {
    let isConnected = false;
    let isSettled = false;
    const settle = (result: ExchangeResult): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const fail = (text: string): void => settle(isConnected ? { kind: 'lost', text } : { kind: 'notConnected', text });

    const outgoing = https.request(request.url, {
      method: request.method,
      agent: input.agent,
      headers: { ...request.headers, ...(request.body === undefined ? {} : { 'content-length': String(request.body.byteLength) }) },
    });
    const timer = setTimeout(() => {
      fail(`no complete answer within ${input.timeoutMs} ms`);
      outgoing.destroy();
    }, input.timeoutMs);

    outgoing.on('socket', (socket) => {
      // A socket that the agent kept alive has its TLS session already; a new one announces it.
      if (outgoing.reusedSocket || (socket instanceof TLSSocket && socket.authorized)) isConnected = true;
      else socket.once('secureConnect', () => (isConnected = true));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(describeError(error)));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (truncated: boolean): void =>
        settle({ kind: 'answer', status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks), truncated });
      incoming.on('data', (chunk: Buffer) => {
        const room = request.responseBytesMax - size;
        chunks.push(chunk.byteLength > room ? chunk.subarray(0, room) : chunk);
        size += chunk.byteLength;
        if (size <= request.responseBytesMax) return;
        finish(true);
        outgoing.destroy();
      });
      incoming.on('end', () => (incoming.complete ? finish(false) : fail('the answer broke off')));
      incoming.on('error', (error: NodeJS.ErrnoException) => fail(describeError(error)));
      incoming.on('close', () => fail('the answer broke off'));
    });
    outgoing.end(request.body);
  });
}

function describeError(error: NodeJS.ErrnoException): string {
  return error.code === undefined ? error.message : `${error.code}: ${error.message}`;
}
