import type { Tx } from '../client.ts';

export type UnfinishedVersion = { readonly tradeId: string; readonly version: number };
export type UnfinishedReport = { readonly regime: string; readonly uti: string; readonly obligationId: string };
export type UnfinishedCycle = {
  readonly cycleId: string;
  readonly counterpartyId: string;
  readonly agreementId: string;
  readonly deliveryMonth: string;
};
type Page<K> = { readonly tenantId: string; readonly before: Date; readonly after: K | undefined; readonly limit: number };

/** Trade versions that are neither booked nor rejected, older than `before`, in the order of their key. */
export async function listUnfinishedVersions(tx: Tx, page: Page<UnfinishedVersion>): Promise<readonly UnfinishedVersion[]> {
  const { after } = page;
  return await tx
    .selectFrom('trade_versions')
    .select(['trade_id as tradeId', 'version'])
    .where('tenant_id', '=', page.tenantId)
    .where('state', 'in', ['captured', 'checking', 'held'])
    .where('created_at', '<', page.before)
    .$if(after !== undefined, (query) =>
      query.where((row) => row(row.refTuple('trade_id', 'version'), '>', row.tuple(after?.tradeId ?? '', after?.version ?? 0))),
    )
    .orderBy('trade_id')
    .orderBy('version')
    .limit(page.limit)
    .execute();
}

/** One open obligation of each UTI that has any, older than `before`, in the order of regime and UTI. */
export async function listUnfinishedReports(tx: Tx, page: Page<UnfinishedReport>): Promise<readonly UnfinishedReport[]> {
  const { after } = page;
  return await tx
    .selectFrom('obligations')
    .select((row) => ['regime', 'uti', row.fn.min('id').as('obligationId')])
    .where('tenant_id', '=', page.tenantId)
    .where('state', 'not in', ['accepted', 'withdrawn'])
    .where('created_at', '<', page.before)
    .$if(after !== undefined, (query) =>
      query.where((row) =>
        row.or([row('regime', '>', regimeOf(after)), row.and([row('regime', '=', regimeOf(after)), row('uti', '>', after?.uti ?? '')])]),
      ),
    )
    .groupBy(['regime', 'uti'])
    .orderBy('regime')
    .orderBy('uti')
    .limit(page.limit)
    .execute();
}

/** Settlement cycles that are neither settled nor empty, older than `before`, in the order of their id. */
export async function listUnfinishedCycles(tx: Tx, page: Page<UnfinishedCycle>): Promise<readonly UnfinishedCycle[]> {
  return await tx
    .selectFrom('settlement_cycles')
    .select(['id as cycleId', 'counterparty_id as counterpartyId', 'agreement_id as agreementId', 'delivery_month as deliveryMonth'])
    .where('tenant_id', '=', page.tenantId)
    .where('state', 'not in', ['settled', 'empty'])
    .where('created_at', '<', page.before)
    .where('id', '>', page.after?.cycleId ?? '')
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

/** Safe because the value came out of the same column, which holds regimes only. */
function regimeOf(report: UnfinishedReport | undefined): 'REMIT' | 'EMIR_EU' | 'EMIR_UK' {
  return (report?.regime ?? 'EMIR_EU') as 'REMIT' | 'EMIR_EU' | 'EMIR_UK';
}
