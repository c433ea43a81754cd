import type { Tx } from '../client.ts';

/**
 * Takes the next number of a day, schema and sender. Numbers are unique and rise; a rollback gives its number back unused.
 * The row stays locked until the transaction ends: take it last.
 */
export async function takeFileSequence(
  tx: Tx,
  input: { tenantId: string; fileDate: string; schemaName: string; sender: string },
): Promise<number> {
  const { last_number } = await tx
    .insertInto('file_sequences')
    .values({ tenant_id: input.tenantId, file_date: input.fileDate, schema_name: input.schemaName, sender: input.sender, last_number: 1 })
    .onConflict((oc) =>
      oc
        .columns(['tenant_id', 'file_date', 'schema_name', 'sender'])
        .doUpdateSet((eb) => ({ last_number: eb('file_sequences.last_number', '+', 1) })),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  return last_number;
}
