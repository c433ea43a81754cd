import { ConflictError } from '../../domain/errors/app-error.ts';
import type { Db, Tx } from '../client.ts';
import type { NewRow, Row } from '../schema.ts';

export type ApprovalRow = Row<'approvals'>;

type OfVersion = { readonly tenantId: string; readonly tradeId: string; readonly version: number };

/** The one decision of a person, or of the expiry, on a version; undefined while it waits. */
export async function findApproval(db: Db, input: OfVersion): Promise<ApprovalRow | undefined> {
  return await db
    .selectFrom('approvals')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('trade_version', '=', input.version)
    .executeTakeFirst();
}

export async function insertApproval(tx: Tx, row: NewRow<'approvals'>): Promise<void> {
  await tx.insertInto('approvals').values(row).execute();
}

/** The newest `heldTrade` exception of a trade, open or not. */
export async function findHeldTradeException(db: Db, input: { tenantId: string; tradeId: string }): Promise<Row<'exceptions'> | undefined> {
  return await db
    .selectFrom('exceptions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('kind', '=', 'heldTrade')
    .where('subject_id', '=', input.tradeId)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Hands an open exception of exactly this revision to another role. Throws `conflict` where somebody else was first. */
export async function reassignException(
  tx: Tx,
  input: { tenantId: string; id: string; revision: number; ownerRole: string; nextAction: string },
): Promise<{ revision: number }> {
  const updated = await tx
    .updateTable('exceptions')
    .set({ owner_role: input.ownerRole, next_action: input.nextAction, revision: input.revision + 1 })
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .where('revision', '=', input.revision)
    .where('state', '=', 'open')
    .returning('revision')
    .executeTakeFirst();
  if (updated === undefined) throw new ConflictError({ message: `The exception '${input.id}' was changed by somebody else.` });
  return updated;
}
