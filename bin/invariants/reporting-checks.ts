import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Evidence, JournalEntry, Violation } from './violation.ts';

/** I2: the regulator accepted each report at most once, and exactly once what we call accepted. */
export async function checkEachReportOnce(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const violations: Violation[] = [];
  const acceptedFiles = countBy(accepted(evidence.journal), (entry) => entry.fileName ?? '');
  for (const [fileName, count] of acceptedFiles) {
    if (count > 1) violations.push({ invariant: 'I2', message: `the regulator accepted ${fileName} ${count} times` });
  }
  const there = countBy(acceptedRecords(evidence.journal), ({ uti, action }) => `${uti} ${action}`);
  const { rows } = await client.query<{ uti: string; action: string; accepted: string; all: string }>(
    `select uti, action, count(*) filter (where state = 'accepted') as accepted, count(*) as all from obligations group by uti, action`,
  );
  const here = new Map(rows.map((row) => [`${row.uti} ${row.action}`, { accepted: Number(row.accepted), all: Number(row.all) }]));
  for (const [key, count] of there) {
    const ours = here.get(key) ?? { accepted: 0, all: 0 };
    if (count > ours.all)
      violations.push({ invariant: 'I2', message: `the regulator accepted ${key} ${count} times for ${ours.all} obligations` });
    if (evidence.quiescent && count !== ours.accepted)
      violations.push({ invariant: 'I2', message: `the regulator accepted ${key} ${count} times, we hold ${ours.accepted} as accepted` });
  }
  for (const [key, ours] of here) {
    if (ours.accepted > (there.get(key) ?? 0))
      violations.push({ invariant: 'I2', message: `${key} is accepted here and not at the regulator` });
  }
  return [...violations, ...(await checkEachFileOnce(client, evidence))];
}

type SubmissionRow = { obligation_id: string; file_name: string; state: string };
/** The regulator holds the file of a submission in one of these states. */
const ARRIVED = new Set(['delivered', 'rrmAccepted', 'accepted', 'rejected']);

/** Each file arrived once and was judged once at each stage; a report is sent anew only after the regulator rejected the last file. */
async function checkEachFileOnce(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const { journal } = evidence;
  const violate = (message: string): Violation => ({ invariant: 'I2', message });
  const received = countBy(
    journal.filter(({ kind }) => kind === 'received'),
    ({ fileName }) => fileName ?? '',
  );
  const judged = countBy(
    journal.filter(({ kind }) => kind === 'judged'),
    ({ stage, fileName }) => `${stage} ${fileName}`,
  );
  const rejected = new Set(
    journal.filter(({ kind, verdict }) => kind === 'judged' && verdict === 'rejected').map(({ fileName }) => fileName),
  );
  const { rows } = await client.query<SubmissionRow>('select obligation_id, file_name, state from submissions');
  const ours = new Map(rows.map((row) => [row.file_name, row]));
  const standing = countBy(
    rows.filter(({ file_name }) => received.has(file_name) && !rejected.has(file_name)),
    (row) => row.obligation_id,
  );
  return [
    ...[...received].filter(([, count]) => count > 1).map(([name, count]) => violate(`the regulator received ${name} ${count} times`)),
    ...[...judged].filter(([, count]) => count > 1).map(([name, count]) => violate(`the regulator judged ${name} ${count} times`)),
    ...[...received.keys()]
      .filter((name) => !ours.has(name))
      .map((name) => violate(`the regulator received ${name}, which we do not know`)),
    ...[...standing]
      .filter(([, count]) => count > 1)
      .map(([id, count]) => violate(`obligation ${id} has ${count} files at the regulator that were not rejected`)),
    ...rows
      .filter(({ file_name, state }) => ARRIVED.has(state) && !received.has(file_name))
      .map(({ file_name, state }) => violate(`${file_name} is ${state} here, and the regulator never received it`)),
    ...rows
      .filter(({ file_name, state }) => evidence.quiescent && !ARRIVED.has(state) && received.has(file_name))
      .map(({ file_name, state }) => violate(`the regulator holds ${file_name}, which is still ${state} here`)),
  ];
}

/** I5: the bytes that are stored are the bytes that were hashed, sent and judged. */
export async function checkBytes(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const violations: Violation[] = [];
  const judged = new Map<string, string>();
  for (const entry of evidence.journal) {
    if (entry.kind === 'received' && entry.fileName !== undefined && entry.sha256 !== undefined) judged.set(entry.fileName, entry.sha256);
  }
  for (const table of ['submissions', 'receipts', 'invoices']) {
    const name = table === 'invoices' ? 'invoice_number' : 'file_name';
    const { rows } = await client.query<{ id: string; name: string; document: Buffer; sha256: string }>(
      `select id, ${name} as name, document, sha256 from ${table}`,
    );
    for (const row of rows) {
      const actual = createHash('sha256').update(row.document).digest('hex');
      if (actual !== row.sha256) violations.push({ invariant: 'I5', message: `${table} ${row.id}: the bytes do not have the stored hash` });
      const there = table === 'submissions' ? judged.get(row.name) : undefined;
      if (there !== undefined && there !== actual)
        violations.push({ invariant: 'I5', message: `${row.name}: the regulator received other bytes` });
    }
  }
  return [...violations, ...(await checkReceiptBytes(client, evidence))];
}

/** How long a published receipt may be on its way to us. */
const COLLECTED_WITHIN_MS = 30_000;

/** Every receipt that the regulator published is stored as it was written, also those that nobody believes. */
async function checkReceiptBytes(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const written = new Map<string, Set<string>>();
  for (const { messageId, sha256 } of evidence.journal.flatMap(({ receipts }) => receipts ?? []))
    written.set(messageId, (written.get(messageId) ?? new Set()).add(sha256));
  const { rows } = await client.query<{ id: string; message_id: string; sha256: string }>('select id, message_id, sha256 from receipts');
  const stored = new Set(rows.map(({ message_id }) => message_id));
  const publishedBefore = new Date(evidence.now.getTime() - COLLECTED_WITHIN_MS).toISOString();
  const dropped = evidence.journal.flatMap(({ kind, messageId, at }) =>
    kind === 'published' && messageId !== undefined && (at ?? '') < publishedBefore && !stored.has(messageId) ? [messageId] : [],
  );
  return [
    ...rows
      .filter(({ message_id, sha256 }) => written.get(message_id)?.has(sha256) === false)
      .map(({ id, message_id }): Violation => ({
        invariant: 'I5',
        message: `receipt ${id} (${message_id}) is not what the regulator wrote`,
      })),
    ...(evidence.quiescent ? new Set(dropped) : [])
      .values()
      .map((messageId): Violation => ({ invariant: 'I5', message: `receipt ${messageId} was published and is not stored` })),
  ];
}

/** I6: no report is later than its deadline without a breach on record and an alert to a person. */
export async function checkDeadlines(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const { rows } = await client.query<{ id: string; uti: string }>(
    `select o.id, o.uti from obligations o
     where o.state <> 'withdrawn' and coalesce(o.accepted_at, $1) > o.due_at + interval '1 minute'
       and (o.breached_at is null or not exists (
         select from exceptions e where e.tenant_id = o.tenant_id and e.kind = 'deadlineBreached' and e.subject_id = o.id))`,
    [evidence.now],
  );
  return rows.map((row) => ({
    invariant: 'I6',
    message: `obligation ${row.id} (${row.uti}) is past its deadline without breach record and alert`,
  }));
}

function accepted(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  return journal.filter((entry) => entry.kind === 'judged' && entry.stage === 'aris' && entry.verdict !== 'rejected');
}

function acceptedRecords(journal: readonly JournalEntry[]): { uti: string; action: string }[] {
  return accepted(journal).flatMap((entry) => (entry.records ?? []).filter(({ verdict }) => verdict === 'accepted'));
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
