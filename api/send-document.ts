import type { Context } from 'hono';
import type { ApiEnv } from './env.ts';
import { isUnchanged } from './middleware/if-match.ts';

/** Sends stored bytes exactly, with their hash as `Digest` and strong `ETag`, so that a reader can check them against the record. */
export function sendDocument(
  c: Context<ApiEnv>,
  input: { bytes: Uint8Array; sha256: string; fileName: string; mediaType: string },
): Response {
  const tag = `"sha256-${input.sha256}"`;
  c.header('ETag', tag);
  c.header('Digest', `sha-256=${Buffer.from(input.sha256, 'hex').toString('base64')}`);
  c.header('X-Content-SHA256', input.sha256);
  if (isUnchanged(c, tag)) return c.body(null, 304);
  return c.body(new Uint8Array(input.bytes), 200, {
    'Content-Type': input.mediaType,
    'Content-Disposition': `attachment; filename="${input.fileName.replaceAll(/[^A-Za-z0-9._-]/g, '_')}"`,
  });
}
