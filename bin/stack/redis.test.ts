import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';
import { assertRedisAnswers } from './redis.ts';

describe('assertRedisAnswers', () => {
  it('says in one sentence what is missing and how to mend it, without the password', async () => {
    const port = await freePort();
    const refusal = `The Redis of REDIS_URL (127.0.0.1:${port}) does not answer: connect ECONNREFUSED 127.0.0.1:${port}. Start it, or unset REDIS_URL.`;
    await expect(assertRedisAnswers(`redis://user:secret@127.0.0.1:${port}/0`)).rejects.toThrow(refusal);
  });

  it('is content where something listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(assertRedisAnswers(`redis://127.0.0.1:${port}`)).resolves.toBeUndefined();
    server.close();
  });
});
