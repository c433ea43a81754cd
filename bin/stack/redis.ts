import { connect } from 'node:net';

const REDIS_PORT = 6379;
const ANSWER_MS_MAX = 5_000;

/**
 * Resolves once something takes connections at the address of `REDIS_URL`. Clients of Redis try again for ever, so that a stack
 * without this would come up, deliver nothing and not stop.
 * @throws Error in one sentence with the fix where nothing answers
 */
export async function assertRedisAnswers(redisUrl: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? REDIS_PORT : Number(port) };
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ ...address, timeout: ANSWER_MS_MAX });
    const refuse = (why: string): void => {
      socket.destroy();
      reject(new Error(`The Redis of REDIS_URL (${address.host}:${address.port}) does not answer: ${why}. Start it, or unset REDIS_URL.`));
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => refuse(`nothing within ${ANSWER_MS_MAX} ms`));
    socket.once('error', (error) => refuse(error.message));
  });
}
