import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signWebhook, verifyWebhook, webhookSecret } from './sign.ts';

const file = path.join(process.env['VECTORS_DIR'] ?? path.join(import.meta.dirname, '../../../shared/vectors'), 'webhook.json');
const vectorSchema = z.object({
  secret: z.string(),
  body: z.string(),
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
});

describe.skipIf(!existsSync(file))('the Standard Webhooks vector (skipped: not installed, where absent)', () => {
  const load = () => vectorSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const check = (changes: Partial<z.infer<typeof vectorSchema>> & { nowSeconds?: number } = {}) => {
    const { nowSeconds, ...given } = { ...load(), ...changes };
    return verifyWebhook({
      headers: given,
      body: given.body,
      secret: given.secret,
      nowSeconds: nowSeconds ?? Number(load()['webhook-timestamp']),
    });
  };

  it('signs as the specification does', () => {
    const { secret, body, ...headers } = load();
    const signed = signWebhook({
      id: headers['webhook-id'],
      timestampSeconds: Number(headers['webhook-timestamp']),
      body,
      secrets: [secret],
    });
    expect(signed['webhook-signature']).toBe(headers['webhook-signature']);
  });

  it('believes it within 300 s on either side and not beyond', () => {
    const at = Number(load()['webhook-timestamp']);
    expect(check({ nowSeconds: at + 300 })).toEqual({ ok: true });
    expect(check({ nowSeconds: at - 300 })).toEqual({ ok: true });
    expect(check({ nowSeconds: at + 301 })).toEqual({ ok: false, reason: 'timestamp' });
    expect(check({ nowSeconds: at - 301 })).toEqual({ ok: false, reason: 'timestamp' });
  });

  it('refuses a changed body, another id, an empty signature and a timestamp that is no number', () => {
    expect(check({ body: `${load().body} ` })).toEqual({ ok: false, reason: 'signature' });
    expect(check({ 'webhook-id': 'msg_other' })).toEqual({ ok: false, reason: 'signature' });
    expect(check({ 'webhook-signature': '' })).toEqual({ ok: false, reason: 'signature' });
    expect(check({ 'webhook-timestamp': 'now' })).toEqual({ ok: false, reason: 'timestamp' });
  });

  it('believes one right signature among several, so that secrets can be rotated', () => {
    const wrong = `v1,${Buffer.alloc(32, 7).toString('base64')}`;
    expect(check({ 'webhook-signature': `${wrong} v2,abc ${load()['webhook-signature']}` })).toEqual({ ok: true });
  });
});

describe('secrets', () => {
  it('signs under two secrets so that holders of either believe it', () => {
    const [first, second] = [webhookSecret(Buffer.alloc(24, 1)), webhookSecret(Buffer.alloc(24, 2))];
    const headers = signWebhook({ id: 'whd_1', timestampSeconds: 1_000, body: '{}', secrets: [first, second] });
    for (const secret of [first, second]) expect(verifyWebhook({ headers, body: '{}', secret, nowSeconds: 1_000 })).toEqual({ ok: true });
  });

  it('refuses a secret that is too short to be one', () => {
    expect(() => webhookSecret(Buffer.alloc(8))).toThrow('24 to 64 bytes');
  });
});
