import { ConflictError, NotFoundError } from '../../domain/errors/app-error.ts';
import type { Db, Tx } from '../client.ts';
import type { ExceptionKind, NewRow, Row, SubmissionState } from '../schema.ts';
import type { ListPosition, ObligationRow } from './obligations.ts';

/** A submission without its bytes, which only who sends or shows them needs. */
export type SubmissionRow = Omit<Row<'submissions'>, 'document'>;

export type SubmissionFilter = { readonly state?: SubmissionState; readonly obligationId?: string; readonly channelId?: string };

const WITHOUT_DOCUMENT = [
  'tenant_id',
  'id',
  'obligation_id',
  'number',
  'channel_id',
  'file_name',
  'sha256',
  'size_bytes',
  'state',
  'revision',
  'created_at',
  'updated_at',
] as const;

export async function insertSubmission(tx: Tx, row: NewRow<'submissions'>): Promise<void> {
  await tx.insertInto('submissions').values(row).execute();
}

export async function findSubmission(db: Db, input: { tenantId: string; id: string }): Promise<SubmissionRow | undefined> {
  return await db
    .selectFrom('submissions')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
}

/** The submission with its exact bytes. Throws `not-found`. */
export async function getSubmissionWithDocument(db: Db, input: { tenantId: string; id: string }): Promise<Row<'submissions'>> {
  const row = await db
    .selectFrom('submissions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('id', '=', input.id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFoundError({ what: 'submission', id: input.id });
  return row;
}

/** A submission and the obligation that it serves, both locked. */
export type LockedSubmission = { readonly obligation: ObligationRow; readonly submission: SubmissionRow };

/**
 * Locks a submission, named by its id or by its file name, together with its obligation until the transaction ends; undefined where
 * there is none. Both in one statement, so that every writer takes the two locks in the same way.
 */
export async function lockSubmissionWithObligation(
  tx: Tx,
  input: { tenantId: string } & ({ submissionId: string } | { fileName: string }),
): Promise<LockedSubmission | undefined> {
  const query = tx
    .selectFrom('submissions as s')
    .innerJoin('obligations as o', (join) => join.onRef('o.tenant_id', '=', 's.tenant_id').onRef('o.id', '=', 's.obligation_id'))
    .selectAll('o')
    .select(['s.id as s_id', 's.number as s_number', 's.channel_id as s_channel_id', 's.file_name as s_file_name', 's.sha256 as s_sha256'])
    .select(['s.size_bytes as s_size_bytes', 's.state as s_state', 's.revision as s_revision'])
    .select(['s.created_at as s_created_at', 's.updated_at as s_updated_at'])
    .where('s.tenant_id', '=', input.tenantId)
    .forUpdate(['o', 's']);
  const row = await (
    'fileName' in input ? query.where('s.file_name', '=', input.fileName) : query.where('s.id', '=', input.submissionId)
  ).executeTakeFirst();
  if (row === undefined) return undefined;
  const {
    s_id,
    s_number,
    s_channel_id,
    s_file_name,
    s_sha256,
    s_size_bytes,
    s_state,
    s_revision,
    s_created_at,
    s_updated_at,
    ...obligation
  } = row;
  return {
    obligation,
    submission: {
      tenant_id: obligation.tenant_id,
      id: s_id,
      obligation_id: obligation.id,
      number: s_number,
      channel_id: s_channel_id,
      file_name: s_file_name,
      sha256: s_sha256,
      size_bytes: s_size_bytes,
      state: s_state,
      revision: s_revision,
      created_at: s_created_at,
      updated_at: s_updated_at,
    },
  };
}

/** The open exceptions about these subjects, by kind: to resolve those that are there and no others. */
export async function listOpenExceptionsAbout(
  db: Db,
  input: { tenantId: string; kinds: readonly ExceptionKind[]; subjectIds: readonly string[] },
): Promise<{ kind: ExceptionKind; subjectId: string }[]> {
  return await db
    .selectFrom('exceptions')
    .select(['kind', 'subject_id as subjectId'])
    .where('tenant_id', '=', input.tenantId)
    .where('state', '=', 'open')
    .where('kind', 'in', input.kinds)
    .where('subject_id', 'in', input.subjectIds)
    .execute();
}

/** The newest submission of an obligation: the effective one, or the last that was rejected. */
export async function findLatestSubmission(db: Db, input: { tenantId: string; obligationId: string }): Promise<SubmissionRow | undefined> {
  return await db
    .selectFrom('submissions')
    .select(WITHOUT_DOCUMENT)
    .where('tenant_id', '=', input.tenantId)
    .where('obligation_id', '=', input.obligationId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Moves a submission of exactly this revision and raises it by one. Throws `conflict` where somebody else was first. */
export async function updateSubmissionState(
  tx: Tx,
  row: Pick<SubmissionRow, 'tenant_id' | 'id' | 'revision'>,
  input: { state: SubmissionState; at: Date },
): Promise<SubmissionRow> {
  const updated = await tx
    .updateTable('submissions')
    .set({ state: input.state, updated_at: input.at, revision: row.revision + 1 })
    .where('tenant_id', '=', row.tenant_id)
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .returning(WITHOUT_DOCUMENT)
    .executeTakeFirst();
  if (updated === undefined) throw new ConflictError({ message: `The submission '${row.id}' was changed by somebody else.` });
  return updated;
}

/** Newest first. */
export async function listSubmissions(
  db: Db,
  input: { tenantId: string; filter: SubmissionFilter; after?: ListPosition; limit: number },
): Promise<SubmissionRow[]> {
  const { filter, after } = input;
  let query = db.selectFrom('submissions').select(WITHOUT_DOCUMENT).where('tenant_id', '=', input.tenantId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.obligationId !== undefined) query = query.where('obligation_id', '=', filter.obligationId);
  if (filter.channelId !== undefined) query = query.where('channel_id', '=', filter.channelId);
  if (after !== undefined) query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.at, after.id)));
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute();
}

/** How many artefacts were ever made for a UTI, over all its obligations. */
export async function countSubmissionsOfUti(
  db: Db,
  input: { tenantId: string; regime: 'REMIT' | 'EMIR_EU' | 'EMIR_UK'; uti: string },
): Promise<number> {
  const { count } = await db
    .selectFrom('submissions as s')
    .innerJoin('obligations as o', (join) => join.onRef('o.tenant_id', '=', 's.tenant_id').onRef('o.id', '=', 's.obligation_id'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('o.tenant_id', '=', input.tenantId)
    .where('o.regime', '=', input.regime)
    .where('o.uti', '=', input.uti)
    .executeTakeFirstOrThrow();
  return Number(count);
}
