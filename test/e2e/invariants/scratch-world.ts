import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Evidence, Exchange, JournalEntry } from '../../../bin/invariants/violation.ts';
import { createTestDatabase } from '../../support/database.ts';

/** What a test changes in a copy of the sound world: the database by SQL, or what else the checker is shown. */
export type Breakage = { readonly sql?: string; readonly evidence?: (evidence: Evidence) => Evidence };

/** One firm with one trade that went the whole way and one that waits; all invariants hold. Written in SQL, without our services. */
export type ScratchWorld = {
  /** Runs `work` on a copy with the breakage in it. Triggers and foreign keys sleep while it is made. */
  broken<T>(breakage: Breakage, work: (evidence: Evidence) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
};

export const NOW = new Date('2026-12-10T12:00:00.000Z');
export const TRADE_ID = 'trd_1';
export const FILE_NAME = '20260929_REMITTable1_V3_A0001984K.DE_1.xml';
const XML = '<REMITTable1>A0001984K.DE</REMITTable1>';
const RECEIPT = '<receipt/>';
const PDF = '%PDF-1.3 invoice';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function createScratchWorld(): Promise<ScratchWorld> {
  const database = await createTestDatabase();
  await database.db.destroy();
  await asOwner(database.adminUrl, SOUND);
  return {
    broken: async (breakage, work) => {
      const name = `eop_broken_${randomBytes(6).toString('hex')}`;
      const original = new URL(database.adminUrl);
      const adminUrl = new URL(database.adminUrl);
      adminUrl.pathname = `/${name}`;
      const server = new URL(database.adminUrl);
      server.pathname = '/postgres';
      await asOwner(server.href, `create database ${name} template ${original.pathname.slice(1)}`);
      try {
        await asOwner(adminUrl.href, `${UNGUARDED} ${breakage.sql ?? ''}`);
        const evidence = soundEvidence(adminUrl.href);
        return await work(breakage.evidence?.(evidence) ?? evidence);
      } finally {
        await asOwner(server.href, `drop database ${name} with (force)`);
      }
    },
    drop: () => database.drop(),
  };
}

/** Foreign keys sleep in this session; the append-only triggers are enabled always and have to be put aside one by one. */
const UNGUARDED = `set session_replication_role = replica;
do $$ declare name regclass; begin
  for name in select distinct tgrelid::regclass from pg_trigger where not tgisinternal loop
    execute format('alter table %s disable trigger user', name);
  end loop;
end $$;`;

async function asOwner(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const OPEN_WORKFLOWS = new Set(['trade:firm:trd_2:v1', 'settlement:firm:cp-nord:efet-nord:2026-12']);
const EXCHANGE: Exchange = {
  route: 'POST /v1/trades',
  key: 'key-1',
  body: '{"sourceTradeId":"S-1"}',
  status: 202,
  answer: '{"tradeId":"trd_1"}',
};

function soundEvidence(adminUrl: string): Evidence {
  return {
    adminUrl,
    journal: JOURNAL,
    isWorkflowOpen: async (workflowId) => OPEN_WORKFLOWS.has(workflowId),
    acceptedTradeIds: [TRADE_ID, 'trd_2'],
    now: NOW,
    quiescent: true,
    replay: {
      exchanges: [EXCHANGE],
      send: async (exchange, body) =>
        body === exchange.body ? { status: exchange.status, body: exchange.answer } : { status: 422, body: '{}' },
    },
  };
}

const RECORDS = [{ uti: 'UTI-1', action: 'N', verdict: 'accepted' }];
export const JOURNAL: readonly JournalEntry[] = [
  { kind: 'received', at: '2026-09-29T16:31:00.000Z', fileName: FILE_NAME, sha256: sha256(XML) },
  {
    kind: 'judged',
    at: '2026-09-29T16:31:01.000Z',
    stage: 'rrm',
    verdict: 'accepted',
    fileName: FILE_NAME,
    records: RECORDS,
    receipts: [],
  },
  {
    kind: 'judged',
    at: '2026-09-29T16:31:02.000Z',
    stage: 'aris',
    verdict: 'accepted',
    fileName: FILE_NAME,
    records: RECORDS,
    receipts: [{ messageId: 'm-1', sha256: sha256(RECEIPT) }],
  },
  { kind: 'published', at: '2026-09-29T16:31:02.000Z', messageId: 'm-1', fileName: FILE_NAME },
];

const AT = `'2026-09-29T16:30:00Z'`;
const LATER = `'2026-09-29T16:32:00Z'`;
const bytes = (text: string): string => `'\\x${Buffer.from(text).toString('hex')}', '${sha256(text)}'`;

const SOUND = `
set timezone = 'UTC';
insert into tenants values ('firm', '{}', 'A0001984K.DE', 'sandbox', ${AT}), ('other', '{}', 'A0009999X.FR', 'sandbox', ${AT});
insert into counterparties values ('firm', 'cp-nord', 'Nord', '529900NORDKRAFT0AB12', 'A0004321N.DE', null, '{}', 'DE1', true, null, null, ${AT});
insert into agreements values ('firm', 'efet-nord', 'cp-nord', 'EFET', 20, 'TARGET', 2, ${AT});
insert into books values ('firm', 'book', 'Power', ${AT});
insert into traders values ('firm', 'tom', 'Tom', '{}', ${AT});
insert into limits values ('firm', 'limit-1', 'tenant', 'all', null, 'notionalEur', 1000, 0.8, 100, 50, 3, ${AT}, ${LATER});
insert into trades values
  ('firm', 'trd_1', 'etrm', 'S-1', 1, 1, 'settled', ${LATER}, 'cp-nord', 'book', 'tom', 'efet-nord', 'DE', 'power', '2026-11-01', '2026-11-30', 5, ${AT}, ${LATER}),
  ('firm', 'trd_2', 'etrm', 'S-2', 1, null, 'held', ${LATER}, 'cp-nord', 'book', 'tom', 'efet-nord', 'DE', 'power', '2026-12-01', '2026-12-31', 3, ${AT}, ${LATER});
insert into trade_versions (tenant_id, trade_id, version, kind, terms, terms_sha256, reason, state, created_by, request_id, created_at) values
  ('firm', 'trd_1', 1, 'new', '{}', '${sha256('1')}', null, 'booked', 'etrm-feed', 'req_1', ${AT}),
  ('firm', 'trd_2', 1, 'new', '{}', '${sha256('2')}', null, 'held', 'etrm-feed', 'req_2', ${AT});
insert into reservations values
  ('firm', 'limit-1', 'trd_1', 1, 100, 0, 'confirmed', false, 2, ${AT}, ${LATER}),
  ('firm', 'limit-1', 'trd_2', 1, 50, 50, 'held', false, 1, ${AT}, ${AT});
insert into decisions values
  ('firm', 'trd_1', 1, 'reporting', 'remit.reportable', 1, 'pass', '{"obligationId":"obl_1"}', 'reportable', ${LATER});
insert into approvals values ('firm', 'trd_1', 1, 'approve', 'agreed', 'etrm-feed', 'clara', '2026-09-29T16:31:00Z');
insert into exceptions values
  ('firm', 'exc_1', 'heldTrade', 'trade', 'trd_2', 'trd_2', 'price far off', 'decide', 'compliance', ${AT}, null, 'open', null, null, null, 1);
insert into obligations values
  ('firm', 'obl_1', 'trd_1', 1, 'REMIT', 'UTI-1', 'N', 1, '2026-09-30', '2026-09-30T22:00:00Z', 'rule', 'reason', 'accepted', '{}', 0, null, ${LATER}, 4, '2026-09-29T16:31:00Z', ${LATER});
insert into submissions values
  ('firm', 'sub_1', 'obl_1', 1, 'sandbox', '${FILE_NAME}', ${bytes(XML)}, ${XML.length}, 'accepted', 4, ${AT}, ${LATER});
insert into receipts (tenant_id, id, channel_id, message_id, file_name, submission_id, stage, status, document, sha256, state, received_at) values
  ('firm', 'rcp_1', 'sandbox', 'm-1', '${FILE_NAME}', 'sub_1', 'aris', 'accepted', ${bytes(RECEIPT)}, 'bound', ${LATER});
insert into delivery_intervals values
  ('firm', 'trd_1', 1, '2026-11-01T00:00:00Z', '2026-11-30T00:00:00Z', '2026-11', 10, 6960);
insert into settlement_cycles values
  ('firm', 'cyc_1', 'cp-nord', 'efet-nord', '2026-11', 'settled', '2026-12-01T00:00:00Z', '2026-12-01', null, 4, ${AT}, ${LATER}),
  ('firm', 'cyc_2', 'cp-nord', 'efet-nord', '2026-12', 'open', '2027-01-01T00:00:00Z', '2027-01-01', null, 1, ${AT}, ${AT});
insert into invoices values
  ('firm', 'inv_1', 'cyc_1', 'S', 2026, 1, 'S-2026-1', 'invoice', 'sell', 'power', 'EUR', 100, 19, 119, '2026-12-01', '2026-12-21', '{}', ${bytes(PDF)}, ${LATER});
insert into invoice_lines values ('firm', 'inv_1', 1, 'trd_1', 1, 'November', 6960, 1, 100, '1 × 100');
insert into payments values ('firm', 'pay_1', 'inv_1', 119, 'EUR', '2026-12-21', 'REF', 'bruno', ${LATER});
insert into journals values
  ('firm', 'jrn_1', 'invoice', 'inv_1', '2026-12-01', ${LATER}), ('firm', 'jrn_2', 'payment', 'pay_1', '2026-12-21', ${LATER});
insert into postings values
  ('firm', 'jrn_1', 1, '1100', 'cp-nord', 'EUR', 119), ('firm', 'jrn_1', 2, '4000', 'cp-nord', 'EUR', -100), ('firm', 'jrn_1', 3, '2210', 'cp-nord', 'EUR', -19),
  ('firm', 'jrn_2', 1, '1000', 'cp-nord', 'EUR', 119), ('firm', 'jrn_2', 2, '1100', 'cp-nord', 'EUR', -119);
insert into audit_events (tenant_id, id, recorded_at, subject_kind, subject_id, revision, action, actor, role, request_id, after)
select 'firm', gen_random_uuid(), ${LATER}, kind, id, n, case when id = 'trd_1' and n = 3 then 'trade.held' else kind || '.changed' end, 'system', 'admin', 'req',
  '{"version":1}'
from (values
  ('trade', 'trd_1', 5), ('trade', 'trd_2', 3), ('limit', 'limit-1', 3), ('reservation', 'limit-1:trd_1:v1', 2), ('reservation', 'limit-1:trd_2:v1', 1),
  ('exception', 'exc_1', 1), ('obligation', 'obl_1', 4), ('submission', 'sub_1', 4), ('cycle', 'cyc_1', 4), ('cycle', 'cyc_2', 1),
  ('receipt', 'rcp_1', 1), ('invoice', 'inv_1', 1), ('payment', 'pay_1', 1), ('approval', 'trd_1:v1', 1)
) as subject (kind, id, revisions), generate_series(1, revisions) as n;
`;
