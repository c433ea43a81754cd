import type pg from 'pg';
import { ask } from './ask.ts';
import type { Question } from './ask.ts';
import type { Evidence, Violation } from './violation.ts';

type VersionRow = { tenant_id: string; trade_id: string; version: number; state: string };

/** I1: every trade that was accepted exists, and is final, or has an open workflow behind each thing that it waits for. */
export async function checkNothingIsLost(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const violations: Violation[] = [];
  const { rows: trades } = await client.query<{ id: string }>('select id from trades');
  const known = new Set(trades.map(({ id }) => id));
  for (const id of evidence.acceptedTradeIds) {
    if (!known.has(id)) violations.push({ invariant: 'I1', message: `trade ${id} was answered with 202 and does not exist` });
  }
  const { rows: open } = await client.query<VersionRow>(
    `select tenant_id, trade_id, version, state from trade_versions where state in ('captured', 'checking', 'held') order by trade_id, version`,
  );
  for (const { tenant_id, trade_id, version, state } of open) {
    const workflowId = `trade:${tenant_id}:${trade_id}:v${version}`;
    if (!(await evidence.isWorkflowOpen(workflowId)))
      violations.push({ invariant: 'I1', message: `version ${version} of trade ${trade_id} is ${state} and ${workflowId} is not open` });
  }
  violations.push(...(await checkOpenObligations(client, evidence)), ...(await checkOpenCycles(client, evidence)));
  violations.push(
    ...(await ask(client, 'I1', evidence.quiescent ? [...BOOKED_AND_FORGOTTEN, DONE_AND_NOT_SETTLED] : BOOKED_AND_FORGOTTEN)),
  );
  return violations;
}

/** A booked version has been classified, has its report, and has a cycle in every month that it delivers in. */
const BOOKED_AND_FORGOTTEN: readonly Question[] = [
  [
    'a booked version was never classified for reporting',
    `select v.trade_id || ' v' || v.version as what from trade_versions v where v.state = 'booked'
       and not exists (select from decisions d where d.tenant_id = v.tenant_id and d.trade_id = v.trade_id and d.trade_version = v.version and d.stage = 'reporting')`,
  ],
  [
    'an obligation that was decided on does not exist',
    `select d.inputs ->> 'obligationId' as what from decisions d where d.stage = 'reporting' and d.inputs ? 'obligationId'
       and not exists (select from obligations o where o.tenant_id = d.tenant_id and o.id = d.inputs ->> 'obligationId')`,
  ],
  [
    'a delivery month of a booked trade has no settlement cycle',
    `select distinct t.id || ' ' || i.delivery_month as what from trades t
     join delivery_intervals i on i.tenant_id = t.tenant_id and i.trade_id = t.id and i.trade_version = t.booked_version
     where t.state in ('booked', 'settled') and not exists (select from settlement_cycles c where c.tenant_id = t.tenant_id
       and c.counterparty_id = t.counterparty_id and c.agreement_id = t.agreement_id and c.delivery_month = i.delivery_month)`,
  ],
  [
    'a trade is settled and a month or a report of it is not',
    `select t.id as what from trades t where t.state = 'settled' and (
       exists (select from obligations o where o.tenant_id = t.tenant_id and o.trade_id = t.id and o.state not in ('accepted', 'withdrawn'))
       or exists (select from delivery_intervals i join settlement_cycles c on c.tenant_id = i.tenant_id and c.delivery_month = i.delivery_month
         and c.counterparty_id = t.counterparty_id and c.agreement_id = t.agreement_id
         where i.tenant_id = t.tenant_id and i.trade_id = t.id and i.trade_version = t.booked_version and c.state not in ('settled', 'empty')))`,
  ],
];

/** Nothing is open any more that could still move such a trade. */
const DONE_AND_NOT_SETTLED: Question = [
  'a trade has nothing left to do and is not settled',
  `select t.id as what from trades t where t.state = 'booked'
     and not exists (select from obligations o where o.tenant_id = t.tenant_id and o.trade_id = t.id and o.state not in ('accepted', 'withdrawn'))
     and not exists (select from trade_versions v where v.tenant_id = t.tenant_id and v.trade_id = t.id and v.state in ('captured', 'checking', 'held'))
     and not exists (select from delivery_intervals i join settlement_cycles c on c.tenant_id = i.tenant_id and c.delivery_month = i.delivery_month
       and c.counterparty_id = t.counterparty_id and c.agreement_id = t.agreement_id
       where i.tenant_id = t.tenant_id and i.trade_id = t.id and i.trade_version = t.booked_version and c.state not in ('settled', 'empty'))`,
];

async function checkOpenObligations(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const { rows } = await client.query<{ tenant_id: string; regime: string; uti: string; states: string }>(
    `select tenant_id, regime, uti, string_agg(state, ', ' order by sequence) as states from obligations
     where state not in ('accepted', 'withdrawn') group by tenant_id, regime, uti`,
  );
  const violations: Violation[] = [];
  for (const row of rows) {
    const workflowId = `report:${row.tenant_id}:${row.regime}:${row.uti}`;
    if (!(await evidence.isWorkflowOpen(workflowId)))
      violations.push({ invariant: 'I1', message: `obligations of ${row.uti} are ${row.states} and ${workflowId} is not open` });
  }
  return violations;
}

async function checkOpenCycles(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const { rows } = await client.query<{ id: string; workflow_id: string; state: string }>(
    `select id, state, 'settlement:' || tenant_id || ':' || counterparty_id || ':' || agreement_id || ':' || delivery_month as workflow_id
     from settlement_cycles where state not in ('settled', 'empty')`,
  );
  const violations: Violation[] = [];
  for (const row of rows) {
    if (!(await evidence.isWorkflowOpen(row.workflow_id)))
      violations.push({ invariant: 'I1', message: `cycle ${row.id} is ${row.state} and ${row.workflow_id} is not open` });
  }
  return violations;
}

/** I7: the maker never decided, and nothing that was held was booked before an approval. */
export async function checkFourEyes(client: pg.Client): Promise<Violation[]> {
  const { rows: own } = await client.query<{ trade_id: string }>(
    `select a.trade_id from approvals a join trade_versions v on v.tenant_id = a.tenant_id and v.trade_id = a.trade_id and v.version = a.trade_version
     where a.decided_by in (a.maker, v.created_by)`,
  );
  const { rows: unapproved } = await client.query<{ trade_id: string; trade_version: number }>(
    `select v.trade_id, v.version as trade_version from trade_versions v
     where v.state = 'booked' and exists (
       select from audit_events e where e.tenant_id = v.tenant_id and e.subject_kind = 'trade' and e.subject_id = v.trade_id and e.action = 'trade.held'
         and coalesce((e.after ->> 'version')::int, v.version) = v.version)
       and not exists (select from approvals a where a.tenant_id = v.tenant_id and a.trade_id = v.trade_id and a.trade_version = v.version and a.decision = 'approve')`,
  );
  const early = await ask(client, 'I7', [
    [
      'a version that a person refused is booked',
      `select v.trade_id || ' v' || v.version as what from trade_versions v
       join approvals a on a.tenant_id = v.tenant_id and a.trade_id = v.trade_id and a.trade_version = v.version
       where v.state = 'booked' and a.decision <> 'approve'`,
    ],
    [
      'a report was opened before the approval',
      `select o.id as what from obligations o
       join approvals a on a.tenant_id = o.tenant_id and a.trade_id = o.trade_id and a.trade_version = o.trade_version
       where o.created_at < a.decided_at`,
    ],
  ]);
  return [
    ...early,
    ...own.map(({ trade_id }) => ({ invariant: 'I7' as const, message: `the maker of ${trade_id} decided on it` })),
    ...unapproved.map((row) => ({
      invariant: 'I7' as const,
      message: `version ${row.trade_version} of ${row.trade_id} was held and booked without an approval`,
    })),
  ];
}
