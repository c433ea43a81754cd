import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../../bin/invariants/check-invariants.ts';
import type { Evidence, InvariantId } from '../../../bin/invariants/violation.ts';
import { FILE_NAME, JOURNAL, NOW, createScratchWorld } from './scratch-world.ts';
import type { Breakage, ScratchWorld } from './scratch-world.ts';

let world: ScratchWorld;
beforeAll(async () => {
  world = await createScratchWorld();
});
afterAll(() => world.drop());

const check = (breakage: Breakage): Promise<string[]> =>
  world.broken(breakage, async (evidence) => (await checkInvariants(evidence)).map(({ invariant, message }) => `${invariant} ${message}`));

const withJournal =
  (change: (journal: Evidence['journal']) => Evidence['journal']) =>
  (evidence: Evidence): Evidence => ({ ...evidence, journal: change(evidence.journal) });
const repeated = (kind: string, stage?: string): Evidence['journal'] => [
  ...JOURNAL,
  ...JOURNAL.filter((entry) => entry.kind === kind && entry.stage === stage),
];
const closed = (evidence: Evidence): Evidence => ({ ...evidence, isWorkflowOpen: async () => false });
const SECOND_INVOICE = `insert into invoices select tenant_id, 'inv_2', cycle_id, series, year, 2, 'S-2026-2', kind, 'buy', commodity, currency, 0, 0, 0, issued_on, due_on,
  model, document, sha256, created_at from invoices; insert into audit_events (tenant_id, id, recorded_at, subject_kind, subject_id, revision, action, actor, role, request_id)
  values ('firm', gen_random_uuid(), '2026-12-01', 'invoice', 'inv_2', 1, 'invoice.issued', 'system', 'admin', 'req');`;

type Case = Breakage & { readonly what: string; readonly says: RegExp };
const CASES: Readonly<Record<InvariantId, readonly Case[]>> = {
  I1: [
    {
      what: 'a trade that got its 202 and is gone',
      evidence: (e) => ({ ...e, acceptedTradeIds: ['trd_lost'] }),
      says: /trd_lost was answered with 202/,
    },
    { what: 'a trade that waits without a workflow', evidence: closed, says: /trade trd_2 is held and trade:firm:trd_2:v1 is not open/ },
    {
      what: 'a cycle that waits without a workflow',
      evidence: closed,
      says: /cycle cyc_2 is open and settlement:firm:cp-nord:efet-nord:2026-12 is not open/,
    },
    {
      what: 'an obligation that waits without a workflow',
      sql: `update obligations set state = 'rejected', accepted_at = null`,
      says: /obligations of UTI-1 are rejected and report:firm:REMIT:UTI-1 is not open/,
    },
    { what: 'a booked trade that nobody classified', sql: 'delete from decisions', says: /never classified for reporting: trd_1 v1/ },
    { what: 'a report that was decided on and is gone', sql: `update decisions set inputs = '{"obligationId":"obl_9"}'`, says: /obl_9/ },
    {
      what: 'a delivery month without a cycle',
      sql: `delete from settlement_cycles where id = 'cyc_1'`,
      says: /has no settlement cycle: trd_1 2026-11/,
    },
    {
      what: 'a trade that is done and does not end',
      sql: `update trades set state = 'booked' where id = 'trd_1'`,
      says: /nothing left to do and is not settled: trd_1/,
    },
    {
      what: 'a trade that ended before its month',
      sql: `update settlement_cycles set state = 'invoiced'`,
      says: /is settled and a month or a report of it is not: trd_1/,
    },
  ],
  I2: [
    {
      what: 'a file that the regulator accepted twice',
      evidence: withJournal(() => repeated('judged', 'aris')),
      says: /accepted .*_1\.xml 2 times/,
    },
    { what: 'a file that arrived twice', evidence: withJournal(() => repeated('received')), says: /received .*_1\.xml 2 times/ },
    { what: 'a file that was judged twice', evidence: withJournal(() => repeated('judged', 'rrm')), says: /judged rrm .*_1\.xml 2 times/ },
    {
      what: 'a file that we never made',
      evidence: withJournal((journal) => [...journal, { kind: 'received', fileName: 'foreign.xml' }]),
      says: /received foreign\.xml, which we do not know/,
    },
    {
      what: 'an acceptance that the regulator never gave',
      evidence: withJournal((journal) => journal.slice(0, 1)),
      says: /UTI-1 N is accepted here and not at the regulator/,
    },
    {
      what: 'a file that never arrived',
      evidence: withJournal(() => []),
      says: /_1\.xml is accepted here, and the regulator never received it/,
    },
    {
      what: 'an acceptance that we do not know of',
      sql: `update obligations set state = 'sent', accepted_at = null`,
      says: /we hold 0 as accepted/,
    },
    {
      what: 'a file that we do not know to have arrived',
      sql: `update submissions set state = 'unknown'`,
      says: /holds .*_1\.xml, which is still unknown here/,
    },
    {
      what: 'a second file for a report that was not rejected',
      sql: `drop index submissions_one_effective; insert into submissions select tenant_id, 'sub_2', obligation_id, 2, channel_id, 'second.xml', document, sha256, size_bytes, state, revision, created_at, updated_at from submissions`,
      evidence: withJournal((journal) => [...journal, { kind: 'received', fileName: 'second.xml' }]),
      says: /obligation obl_1 has 2 files at the regulator that were not rejected/,
    },
  ],
  I3: [
    {
      what: 'postings that do not sum to zero',
      sql: `update postings set amount = 120 where account = '1000'`,
      says: /a journal does not sum to zero: jrn_2/,
    },
    {
      what: 'a document posted twice',
      sql: `alter table journals drop constraint journals_tenant_id_source_kind_source_id_key; insert into journals values ('firm', 'jrn_3', 'invoice', 'inv_1', '2026-12-01', now())`,
      says: /posted twice: inv_1/,
    },
    {
      what: 'an invoice without a journal',
      sql: `delete from postings where journal_id = 'jrn_1'; delete from journals where id = 'jrn_1'`,
      says: /invoice has no journal: inv_1/,
    },
    {
      what: 'a payment without a journal',
      sql: `delete from postings where journal_id = 'jrn_2'; delete from journals where id = 'jrn_2'`,
      says: /payment has no journal: pay_1/,
    },
    {
      what: 'a journal over another total',
      sql: `update postings set amount = amount * 2 where journal_id = 'jrn_1'`,
      says: /the journal of an invoice moves another total: inv_1/,
    },
    {
      what: 'a printed net that is not the sum of its lines',
      sql: 'update invoice_lines set net = 99',
      says: /do not sum to its net: inv_1/,
    },
    { what: 'a gap in the invoice numbers', sql: 'update invoices set number = 2', says: /numbers have a gap: S/ },
    { what: 'a payment of another amount', sql: 'update payments set amount = 118', says: /paid in another amount: inv_1/ },
    {
      what: 'a trade settled twice for one month',
      sql: `${SECOND_INVOICE} insert into invoice_lines select tenant_id, 'inv_2', 1, trade_id, trade_version, description, energy_mwh, price, 0, formula from invoice_lines`,
      says: /settled twice for one month: trd_1 2026-11/,
    },
  ],
  I4: [
    {
      what: 'a change without an event',
      sql: `delete from audit_events where subject_id = 'trd_1' and revision = 2`,
      says: /trade trd_1 has revision 5 and 4 events/,
    },
    {
      what: 'a change with two events',
      sql: `insert into audit_events select tenant_id, gen_random_uuid(), recorded_at, subject_kind, subject_id, revision, action, actor, role, on_behalf_of, reason, request_id, workflow_id, before, after from audit_events where subject_id = 'obl_1' and revision = 2`,
      says: /obligation obl_1 has revision 4 and 5 events \(4 distinct/,
    },
    {
      what: 'a revision that was skipped',
      sql: `update audit_events set revision = 9 where subject_id = 'limit-1' and revision = 3`,
      says: /limit limit-1 .*last 9/,
    },
    { what: 'a record without an event', sql: `delete from audit_events where subject_id = 'rcp_1'`, says: /receipt rcp_1 has 0 events/ },
    { what: 'an event of a record that is gone', sql: `delete from exceptions`, says: /events of exception exc_1, which does not exist/ },
  ],
  I5: [
    {
      what: 'stored bytes that were changed',
      sql: `update submissions set document = '\\x00'`,
      says: /submissions sub_1: the bytes do not have the stored hash/,
    },
    { what: 'an invoice that was changed', sql: `update invoices set document = '\\x00'`, says: /invoices inv_1: the bytes/ },
    {
      what: 'other bytes at the regulator',
      evidence: withJournal((journal) =>
        journal.map((entry) => (entry.kind === 'received' ? { ...entry, sha256: '0'.repeat(64) } : entry)),
      ),
      says: /the regulator received other bytes/,
    },
    {
      what: 'a receipt that the regulator did not write',
      sql: `update receipts set document = '\\x00', sha256 = encode(sha256('\\x00'), 'hex')`,
      says: /receipt rcp_1 \(m-1\) is not what the regulator wrote/,
    },
    {
      what: 'a receipt that was dropped',
      sql: `delete from receipts; delete from audit_events where subject_id = 'rcp_1'`,
      says: /receipt m-1 was published and is not stored/,
    },
  ],
  I6: [
    {
      what: 'a late report without a breach on record',
      sql: `update obligations set due_at = '2026-09-29T16:00:00Z'`,
      says: /obl_1 \(UTI-1\) is past its deadline/,
    },
    {
      what: 'a breach without an alert',
      sql: `update obligations set due_at = '2026-09-29T16:00:00Z', breached_at = '2026-09-29T16:00:00Z'`,
      says: /obl_1 \(UTI-1\) is past its deadline/,
    },
    {
      what: 'an open report whose time has passed',
      sql: `update obligations set state = 'sent', accepted_at = null`,
      says: /obl_1 \(UTI-1\) is past its deadline/,
    },
  ],
  I7: [
    {
      what: 'a maker who decided',
      sql: `alter table approvals drop constraint maker_is_never_checker; update approvals set decided_by = maker`,
      says: /the maker of trd_1 decided on it/,
    },
    {
      what: 'a held trade that was booked unapproved',
      sql: `delete from approvals; delete from audit_events where subject_kind = 'approval'`,
      says: /version 1 of trd_1 was held and booked without an approval/,
    },
    { what: 'a refused trade that was booked', sql: `update approvals set decision = 'reject'`, says: /refused is booked: trd_1 v1/ },
    {
      what: 'a report before the approval',
      sql: `update obligations set created_at = '2026-09-29T16:00:00Z'`,
      says: /opened before the approval: obl_1/,
    },
  ],
  I8: [
    {
      what: 'a file with the code of another tenant',
      sql: `update submissions set document = 'A0009999X.FR', sha256 = encode(sha256('A0009999X.FR'), 'hex')`,
      says: /carries the code of another tenant: sub_1/,
    },
    {
      what: 'a receipt bound to a file that it does not name',
      sql: `update receipts set file_name = 'other.xml'`,
      says: /does not name: rcp_1/,
    },
    {
      what: 'a file in the name of another sender',
      sql: `update submissions set file_name = replace(file_name, 'A0001984K.DE', 'A0009999X.FR')`,
      says: /another sender’s name: sub_1/,
    },
    {
      what: 'a table that row-level security does not close',
      sql: 'alter table trades no force row level security',
      says: /row-level security, also to its owner: trades/,
    },
  ],
  I9: [
    {
      what: 'a message that nobody sent',
      sql: `insert into outbox (tenant_id, id, kind, payload, created_at) values ('firm', 'out_1', 'startTrade', '{}', now())`,
      says: /the outbox is not empty: 1/,
    },
    {
      what: 'a reservation that its limit does not know',
      sql: 'update limits set reserved = 0',
      says: /reservations and a limit disagree: limit-1/,
    },
    {
      what: 'a use that no reservation stands for',
      sql: 'update limits set used = 900',
      says: /reservations and a limit disagree: limit-1/,
    },
  ],
  I10: [
    {
      what: 'another answer to the same request',
      evidence: (e) => ({
        ...e,
        ...(e.replay && {
          replay: {
            ...e.replay,
            send: async (x, body) => (body === x.body ? { status: 202, body: '{"tradeId":"trd_9"}' } : { status: 422, body: '' }),
          },
        }),
      }),
      says: /key key-1: the second answer \(202\) is not the first \(202\)/,
    },
    {
      what: 'another request under the same key',
      evidence: (e) => ({ ...e, ...(e.replay && { replay: { ...e.replay, send: async (x) => ({ status: 202, body: x.answer }) } }) }),
      says: /key key-1: another body was answered with 202/,
    },
  ],
};

describe('the invariant checker', () => {
  it('finds nothing where all invariants hold', async () => {
    expect(await check({})).toEqual([]);
  });

  it('calls a late report sound that has its breach and its alert', async () => {
    const sql = `update obligations set due_at = '2026-09-29T16:00:00Z', breached_at = '2026-09-29T16:00:00Z';
      update exceptions set kind = 'deadlineBreached', subject_kind = 'obligation', subject_id = 'obl_1'`;
    expect(await check({ sql })).toEqual([]);
  });

  it('lets a receipt travel for half a minute, and a file be under way while the day runs', async () => {
    const published = withJournal((journal) => [
      ...journal,
      { kind: 'published', at: NOW.toISOString(), messageId: 'm-2', fileName: FILE_NAME },
    ]);
    expect(await check({ evidence: published })).toEqual([]);
    const underWay = await check({
      sql: `update submissions set state = 'sending'; update obligations set state = 'prepared', accepted_at = null, due_at = '2027-01-01'; update trades set state = 'booked' where id = 'trd_1'`,
      evidence: (evidence) => ({ ...evidence, quiescent: false, isWorkflowOpen: async () => true }),
    });
    expect(underWay).toEqual([]);
  });

  for (const [invariant, cases] of Object.entries(CASES)) {
    it.each(cases)(`names ${invariant} for $what`, async (breakage) => {
      const said = await check(breakage);
      expect(said.filter((line) => line.startsWith(`${invariant} `)).join('\n')).toMatch(breakage.says);
    });
  }

  it('refuses to look through the eyes of a role that row-level security binds', async () => {
    const role = `eop_bound_${process.pid}`;
    const looking = world.broken({ sql: `create role ${role} login password 'bound'` }, async (evidence) => {
      const url = new URL(evidence.adminUrl);
      url.username = role;
      url.password = 'bound';
      return await checkInvariants({ ...evidence, adminUrl: url.href });
    });
    await expect(looking).rejects.toThrow(/row-level security does not bind/);
    await world.broken({ sql: `drop role ${role}` }, async () => undefined);
  });
});
