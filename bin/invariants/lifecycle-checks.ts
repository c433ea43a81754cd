import type pg from 'pg';
import type { Evidence, Violation } from './violation.ts';

const OPEN_TRADE_STATES = ['captured', 'checking', 'held'];

type TradeRow = { tenant_id: string; id: string; current_version: number; state: string };

/** I1: every trade that was accepted exists, and is final, or has an open workflow behind each thing that it waits for. */
export async function checkNothingIsLost(client: pg.Client, evidence: Evidence): Promise<Violation[]> {
  const violations: Violation[] = [];
  const { rows: trades } = await client.query<TradeRow>('select tenant_id, id, current_version, state from trades order by id');
  const known = new Set(trades.map(({ id }) => id));
  for (const id of evidence.acceptedTradeIds) {
    if (!known.has(id)) violations.push({ invariant: 'I1', message: `trade ${id} was answered with 202 and does not exist` });
  }
  for (const trade of trades.filter(({ state }) => OPEN_TRADE_STATES.includes(state))) {
    const workflowId = `trade:${trade.tenant_id}:${trade.id}:v${trade.current_version}`;
    if (!(await evidence.isWorkflowOpen(workflowId)))
      violations.push({ invariant: 'I1', message: `trade ${trade.id} is ${trade.state} and ${workflowId} is not open` });
  }
  violations.push(...(await checkOpenObligations(client, evidence)), ...(await checkOpenCycles(client, evidence)));
  return violations;
}

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
  return [
    ...own.map(({ trade_id }) => ({ invariant: 'I7' as const, message: `the maker of ${trade_id} decided on it` })),
    ...unapproved.map((row) => ({
      invariant: 'I7' as const,
      message: `version ${row.trade_version} of ${row.trade_id} was held and booked without an approval`,
    })),
  ];
}
