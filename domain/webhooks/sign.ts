import { createHmac, timingSafeEqual } from 'node:crypto';

/** The three headers of a signed webhook. */
export type WebhookHeaders = {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

/** How far the sender's clock and ours may be apart. */
export const WEBHOOK_SKEW_SECONDS_MAX = 300;

const SECRET_PREFIX = 'whsec_';
const SCHEME = 'v1';
const SIGNATURES_MAX = 10;

/**
 * Signs a webhook for each secret that is in force; during a rotation there are two. The id stays the same on every retry.
 * @source Standard Webhooks specification 1.0, symmetric scheme v1: HMAC-SHA256 over `id.timestamp.body`, base64
 */
export function signWebhook(input: { id: string; timestampSeconds: number; body: string; secrets: readonly string[] }): WebhookHeaders {
  const signatures = input.secrets.map((secret) => `${SCHEME},${hmac({ ...input, secret }).toString('base64')}`);
  return {
    'webhook-id': input.id,
    'webhook-timestamp': String(input.timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

/** Whether a webhook is believed; `reason` says why not. */
export type WebhookVerification = { readonly ok: true } | { readonly ok: false; readonly reason: 'timestamp' | 'signature' };

/** Checks a webhook that arrived: the clock within 300 s, and one of the signatures right. Compares in constant time. */
export function verifyWebhook(input: { headers: WebhookHeaders; body: string; secret: string; nowSeconds: number }): WebhookVerification {
  const timestamp = input.headers['webhook-timestamp'];
  const timestampSeconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(input.nowSeconds - timestampSeconds) <= WEBHOOK_SKEW_SECONDS_MAX)) return { ok: false, reason: 'timestamp' };
  const expected = hmac({ id: input.headers['webhook-id'], timestampSeconds, body: input.body, secret: input.secret });
  const given = input.headers['webhook-signature'].split(' ').slice(0, SIGNATURES_MAX);
  return given.some((signature) => isSignature(signature, expected)) ? { ok: true } : { ok: false, reason: 'signature' };
}

/** A secret as text out of 24 to 64 random bytes. */
export function webhookSecret(bytes: Uint8Array): string {
  if (bytes.length < 24 || bytes.length > 64) throw new Error('a webhook secret has 24 to 64 bytes');
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64')}`;
}

function isSignature(text: string, expected: Buffer): boolean {
  const [scheme, encoded = '', ...rest] = text.split(',');
  if (scheme !== SCHEME || rest.length > 0) return false;
  const given = Buffer.from(encoded, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function hmac(input: { id: string; timestampSeconds: number; body: string; secret: string }): Buffer {
  if (!input.secret.startsWith(SECRET_PREFIX)) throw new Error(`a webhook secret begins with ${SECRET_PREFIX}`);
  const key = Buffer.from(input.secret.slice(SECRET_PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${input.id}.${input.timestampSeconds}.${input.body}`).digest();
}
