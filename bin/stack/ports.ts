import { createServer } from 'node:net';

/** A TCP port on 127.0.0.1 that nobody listens on: the preferred one where it is free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await tryPort(preferred)) === preferred) return preferred;
  const port = await tryPort(0);
  if (port === undefined) throw new Error('No free TCP port was found on 127.0.0.1.');
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
