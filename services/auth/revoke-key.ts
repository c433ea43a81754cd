import { withTenant } from '../../db/client.ts';
import { revokeApiKey } from '../../db/queries/api-keys.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { writeAudit } from '../audit/write-audit.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';

/** Ends an API key. Processes that hold it in their cache stop taking it within that cache's lifetime. Throws `forbidden`, `not-found`. */
export async function revokeKey({ ctx, input }: { ctx: ServiceContext; input: { keyId: string; reason: string } }): Promise<void> {
  authorise(ctx, { allowed: ['admin'], action: 'revoke API keys' });
  await withTenant(ctx.db, ctx.tenantId, async (tx) => {
    const revoked = await revokeApiKey(tx, { tenantId: ctx.tenantId, keyId: input.keyId, now: ctx.clock.now() });
    if (!revoked) throw new NotFoundError({ what: 'API key in force', id: input.keyId });
    const entry = { subjectKind: 'reference', subjectId: `apiKey/${input.keyId}`, revision: 2, action: 'apiKey.revoked' } as const;
    await writeAudit(ctx, tx, [{ ...entry, reason: input.reason }]);
  });
}
