import { STATUS_CODES, createServer } from 'node:http';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Socket } from 'node:net';

/** A whole request, body included, must have come by then: a slow body holds nothing for longer. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than that of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const TIMEOUT_CHECK_MS = 2_000;
const HEADER_BYTES_MAX = 16_384;
const REQUESTS_PER_CONNECTION_MAX = 100_000;
/** Answers that are under way at the end get this long; shorter than what the supervisor waits. */
const DRAIN_MS = 8_000;

export type HttpServer = {
  readonly port: number;
  /** Takes no more connections, lets the answers under way go out, then closes what is left. */
  drain(): Promise<void>;
};

/** Serves `fetch` on one port. What the protocol layer refuses by itself is answered as a problem, too. */
export async function startHttpServer(input: {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
}): Promise<HttpServer> {
  const listener = getRequestListener(input.fetch, { errorHandler: () => protocolProblem(400) });
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    // The listener answers its own errors; there is nobody to hand its promise to.
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION_MAX;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(input.port, input.host, resolve);
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : input.port, drain: () => drain(server) };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const expiry = new AbortController();
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { signal: expiry.signal }).catch(() => undefined)]);
  expiry.abort();
  server.closeAllConnections();
  await closed;
}

/** Refusals below HTTP's semantics have no page of ours: `about:blank` says that the status is all there is. */
function problemText(status: number): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status });
}

function protocolProblem(status: number): Response {
  return new Response(problemText(status), { status, headers: { 'Content-Type': 'application/problem+json' } });
}

function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const body = problemText(status);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
