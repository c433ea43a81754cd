import { expect, it } from 'vitest';
import { fromWebhookPayload, toWebhookPayload } from './webhook-job.ts';

it('finds tenant and delivery again, also where the delivery id holds a slash', () => {
  for (const job of [
    { tenantId: 'nordkraft', deliveryId: 'whd_1' },
    { tenantId: 'a-b', deliveryId: 'x/y' },
  ]) {
    expect(fromWebhookPayload(toWebhookPayload(job))).toEqual(job);
  }
});

it('refuses a payload without a tenant', () => {
  expect(() => fromWebhookPayload({ deliveryId: 'whd_1' })).toThrow(/names no tenant/);
});
