import type { Db, Tx } from '../client.ts';
import type { NewRow, Row } from '../schema.ts';

/** A receipt without its bytes. */
export type ReceiptRow = Omit<Row<'receipts'>, 'document'>;

const WITHOUT_DOCUMENT = [
  'tenant_id',
  'id',
  'channel_id',
  'message_id',
  'file_name',
  'submission_id',
  'stage',
  'status',
  'findings',
  'sha256',
  'state',
  'quarantine_reason',
  'received_at',
] as const;

export type ReceiptListPosition = { readonly at: Date; readonly id: string };

type MessageKey = { readonly tenantId: string; readonly channelId: string; readonly messageId: string; readonly sha256: string };

/** The receipt with this message id and these bytes, if it came before. */
export async function findReceiptByMessage(db: Db, key: MessageKey): Promise<ReceiptRow | undefined> {
  return await db
    .selectFrom('receipts')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', key.tenantId)
    .where('channel_id', '=', key.channelId)
    .where('message_id', '=', key.messageId)
    .where('sha256', '=', key.sha256)
    .executeTakeFirst();
}

/** Keeps a receipt; false where the same message with the same bytes is kept already. */
export async function insertReceipt(tx: Tx, row: NewRow<'receipts'>): Promise<boolean> {
  const inserted = await tx
    .insertInto('receipts')
    .values(row)
    .onConflict((oc) => oc.columns(['tenant_id', 'channel_id', 'message_id', 'sha256']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Oldest first; a submission has as many receipts as were bound to it. */
export async function listReceiptsOfSubmission(
  db: Db,
  input: { tenantId: string; submissionId: string; limit: number },
): Promise<ReceiptRow[]> {
  return await db
    .selectFrom('receipts')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', input.tenantId)
    .where('submission_id', '=', input.submissionId)
    .orderBy('received_at')
    .orderBy('id')
    .limit(input.limit)
    .execute();
}

export async function findReceiptWithDocument(db: Db, input: { tenantId: string; id: string }): Promise<Row<'receipts'> | undefined> {
  return await db.selectFrom('receipts').selectAll().where('tenant_id', '=', input.tenantId).where('id', '=', input.id).executeTakeFirst();
}

/** Newest first. */
export async function listQuarantinedReceipts(
  db: Db,
  input: { tenantId: string; after?: ReceiptListPosition; limit: number },
): Promise<ReceiptRow[]> {
  const { after } = input;
  let query = db.selectFrom('receipts').select(WITHOUT_DOCUMENT).where('tenant_id', '=', input.tenantId).where('state', '=', 'quarantined');
  if (after !== undefined) query = query.where((eb) => eb(eb.refTuple('received_at', 'id'), '<', eb.tuple(after.at, after.id)));
  return await query.orderBy('received_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}
