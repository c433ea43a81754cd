import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { findApiKey } from '../../db/queries/api-keys.ts';
import type { Clock } from '../../domain/time/clock.ts';
import type { Actor } from '../context.ts';
import { keySha256 } from './issue-key.ts';

/** Whose key it is. */
export type Authentication = { readonly tenantId: string; readonly actor: Actor; readonly keyId: string; readonly userName: string };

/** Says whose key this is; nothing where it is unknown, revoked or expired. Never throws for a bad key. */
export type Authenticate = (plainKey: string) => Promise<Authentication | undefined>;

const KEY_PATTERN = /^eop_[a-z0-9-]{2,40}_[A-Za-z0-9_-]{43}$/;
const CACHED_KEYS_MAX = 10_000;

const roleSchema = z.enum(['upstream', 'compliance', 'backOffice', 'auditor', 'admin']);

/**
 * Makes the door-keeper of one process. Keys that were found are kept for `ttlMs`, at most 10,000 of them, by their SHA-256: a revoked key
 * works that much longer at most. Keys that are unknown are not kept, so that a new one works at once.
 */
export function createAuthenticator({ db, clock, ttlMs }: { db: Db; clock: Clock; ttlMs: number }): Authenticate {
  const known = new LRUCache<string, { authentication: Authentication; expiresAt: Date | null }>({ max: CACHED_KEYS_MAX, ttl: ttlMs });
  return async (plainKey) => {
    if (!KEY_PATTERN.test(plainKey)) return undefined;
    const sha256 = keySha256(plainKey);
    const cacheKey = sha256.toString('base64');
    const entry = known.get(cacheKey) ?? (await load(db, sha256));
    if (entry === undefined || (entry.expiresAt !== null && entry.expiresAt <= clock.now())) return undefined;
    if (!known.has(cacheKey)) known.set(cacheKey, entry);
    return entry.authentication;
  };
}

async function load(db: Db, sha256: Uint8Array): Promise<{ authentication: Authentication; expiresAt: Date | null } | undefined> {
  const found = await findApiKey(db, sha256);
  if (found === undefined) return undefined;
  return {
    authentication: {
      tenantId: found.tenant_id,
      actor: { id: found.user_id, role: roleSchema.parse(found.role) },
      keyId: found.key_id,
      userName: found.user_name,
    },
    expiresAt: found.expires_at,
  };
}
