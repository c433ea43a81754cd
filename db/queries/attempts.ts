import type { Db, Tx } from '../client.ts';
import type { Row } from '../schema.ts';

export type AttemptRow = Row<'attempts'>;
export type AttemptOutcome = NonNullable<AttemptRow['outcome']>;

type OfSubmission = { readonly tenantId: string; readonly submissionId: string };

/** How many attempts of one submission are read; more are refused by the verb before they are made. */
export const ATTEMPTS_LISTED_MAX = 500;

/** Oldest first. */
export async function listAttempts(db: Db, input: OfSubmission): Promise<AttemptRow[]> {
  return await db
    .selectFrom('attempts')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('submission_id', '=', input.submissionId)
    .orderBy('number', 'desc')
    .limit(ATTEMPTS_LISTED_MAX)
    .execute()
    .then((rows) => rows.toReversed());
}

export async function insertAttempt(tx: Tx, input: OfSubmission & { number: number; at: Date }): Promise<void> {
  await tx
    .insertInto('attempts')
    .values({
      tenant_id: input.tenantId,
      submission_id: input.submissionId,
      number: input.number,
      started_at: input.at,
      outcome: null,
      detail: null,
    })
    .execute();
}

/** Gives every attempt that never reported back the outcome that it has: unknown. */
export async function closeOpenAttempts(tx: Tx, input: OfSubmission & { at: Date; detail: string }): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ outcome: 'unknown', finished_at: input.at, detail: input.detail })
    .where('tenant_id', '=', input.tenantId)
    .where('submission_id', '=', input.submissionId)
    .where('outcome', 'is', null)
    .execute();
}

/** Records what an attempt came to. A late report of an attempt that was taken for lost replaces `unknown`, nothing else. */
export async function finishAttempt(
  tx: Tx,
  input: OfSubmission & { number: number; at: Date; outcome: AttemptOutcome; detail: string },
): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ outcome: input.outcome, finished_at: input.at, detail: input.detail })
    .where('tenant_id', '=', input.tenantId)
    .where('submission_id', '=', input.submissionId)
    .where('number', '=', input.number)
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'unknown')]))
    .execute();
}
