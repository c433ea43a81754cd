import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobIdOf, queueRegistry } from './registry.ts';

describe('jobIdOf', () => {
  it('is the same for the same key, and never what BullMQ refuses', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (key) => {
        const id = jobIdOf({ job: 'deliver-webhook', key });
        expect(id).toBe(jobIdOf({ job: 'deliver-webhook', key }));
        expect(id).not.toContain(':');
        expect(id).not.toMatch(/^\d+$/);
      }),
    );
  });

  it('keeps keys apart that differ only in what it may not contain', () => {
    expect(jobIdOf({ job: 'a', key: 'x:1' })).not.toBe(jobIdOf({ job: 'a', key: 'x;1' }));
    expect(jobIdOf({ job: 'deliver-webhook', key: '0190-ab' })).toBe('deliver-webhook.0190-ab');
  });
});

it('refuses payloads that carry more than ids', () => {
  expect(queueRegistry.webhooks.payload.safeParse({ tenantId: 't', deliveryId: 'd1', document: '<xml/>' }).success).toBe(false);
  expect(queueRegistry.webhooks.payload.safeParse({ deliveryId: 'd1' }).success).toBe(false);
});
