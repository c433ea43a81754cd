import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../../bin/stack/stack.ts';
import { createQueueBackend } from '../../../queues/connection.ts';
import type { QueueBackend } from '../../../queues/connection.ts';
import { query, startTestStack } from './fixtures/stack-for-test.ts';
import { waitUntil } from './fixtures/wait.ts';

let dataDir = '';
let stack: Stack;
let backend: QueueBackend;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stack-'));
  stack = await startTestStack({ dataDir, programs: [] });
  backend = createQueueBackend({ databaseUrl: stack.appUrl });
}, 60_000);
afterAll(async () => {
  await backend.close();
  await stack.stop();
  rmSync(join('/var/lib/energyopti', stack.secrets.id), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

describe('queues without Redis', () => {
  it('carry a job once although it was added twice, as the application role', async () => {
    expect(backend.kind).toBe('postgresql');
    const done: string[] = [];
    const queue = backend.createQueue('webhooks');
    expect(await queue.add({ tenantId: 't', deliveryId: 'd:1' })).toBe(await queue.add({ tenantId: 't', deliveryId: 'd:1' }));
    await queue.add({ tenantId: 't', deliveryId: 'd2' });
    const worker = backend.createWorker({ name: 'webhooks', processor: async ({ deliveryId }) => void done.push(deliveryId) });
    await waitUntil({ what: 'two jobs', timeoutMs: 10_000, done: () => done.length >= 2 });
    await queue.add({ tenantId: 't', deliveryId: 'd2' });
    await queue.add({ tenantId: 't', deliveryId: 'd3' });
    await waitUntil({ what: 'the third job', timeoutMs: 10_000, done: () => done.includes('d3') });
    expect(done.toSorted()).toEqual(['d2', 'd3', 'd:1']);
    await worker.close();
    await queue.close();
  });

  it('try a failed job again, and refuse a payload that is not of the registry', async () => {
    const attempts: number[] = [];
    const queue = backend.createQueue('webhooks');
    const worker = backend.createWorker({
      name: 'webhooks',
      processor: async (_payload, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new Error('the receiver is away');
      },
    });
    await queue.add({ tenantId: 't', deliveryId: 'e1' });
    await waitUntil({ what: 'the second attempt', timeoutMs: 15_000, done: () => attempts.length >= 2 });
    expect(attempts).toEqual([1, 2]);
    await expect(queue.add({ tenantId: 't', deliveryId: '' })).rejects.toThrow(/payload for queue 'webhooks' is not valid/);
    await worker.close();
    await queue.close();
  });

  it('live in a schema whose shape the application role cannot change', async () => {
    await expect(query(stack.appUrl, 'drop table bullmq.job')).rejects.toThrow(/must be owner/);
    await expect(query(stack.appUrl, 'create table bullmq.mine (id int)')).rejects.toThrow(/permission denied/);
  });
});
