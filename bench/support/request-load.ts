import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What one run of requests came to. Latencies in milliseconds, in the order in which answers came. */
export type LoadResult = {
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
  readonly statuses: Readonly<Record<string, number>>;
};

/**
 * Sends finished requests over `concurrency` keep-alive connections, each connection one at a time, and reads every answer whole.
 * The bytes are made before the first is sent, so that this side costs as little as can be.
 */
export async function sendAll(input: { port: number; concurrency: number; requests: readonly Buffer[] }): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const statuses: Record<string, number> = {};
  let next = 0;
  const sockets = await Promise.all(Array.from({ length: input.concurrency }, () => open(input.port)));
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const answers = statusReader(socket);
      while (next < input.requests.length) {
        const request = input.requests[next];
        next += 1;
        if (request === undefined) break;
        const sentAt = performance.now();
        socket.write(request);
        const status = await answers();
        latenciesMs.push(performance.now() - sentAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const elapsedMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  return { elapsedMs, latenciesMs, statuses };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** Gives the status of the next answer on a connection. Answers have a Content-Length; anything else is an error of the bench. */
function statusReader(socket: Socket): () => Promise<string> {
  let received = Buffer.alloc(0);
  let waiting: { resolve: (status: string) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return fail(new Error(`an answer without Content-Length: ${head}`));
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return;
    received = received.subarray(end);
    waiting?.resolve(head.slice(9, 12));
  });
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
}
