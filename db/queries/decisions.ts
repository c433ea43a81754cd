import type { Db, Tx } from '../client.ts';
import type { Row } from '../schema.ts';

export type DecisionRow = Row<'decisions'>;
export type DecisionStage = DecisionRow['stage'];

/** One rule evaluated for one trade version. */
export type NewDecision = {
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly outcome: DecisionRow['outcome'];
  readonly inputs: unknown;
  readonly explanation: string;
};

type OfVersion = { readonly tenantId: string; readonly tradeId: string; readonly version: number };

/** Decisions of one version, of one stage or of all, in the order in which they were made. */
export async function listDecisions(db: Db, input: OfVersion & { stage?: DecisionStage }): Promise<DecisionRow[]> {
  let query = db
    .selectFrom('decisions')
    .selectAll()
    .where('tenant_id', '=', input.tenantId)
    .where('trade_id', '=', input.tradeId)
    .where('trade_version', '=', input.version);
  if (input.stage !== undefined) query = query.where('stage', '=', input.stage);
  return await query.orderBy('created_at').orderBy('stage').orderBy('rule_id').execute();
}

export async function insertDecisions(
  tx: Tx,
  input: OfVersion & { stage: DecisionStage; decisions: readonly NewDecision[]; at: Date },
): Promise<void> {
  if (input.decisions.length === 0) return;
  await tx
    .insertInto('decisions')
    .values(
      input.decisions.map((decision) => ({
        tenant_id: input.tenantId,
        trade_id: input.tradeId,
        trade_version: input.version,
        stage: input.stage,
        rule_id: decision.ruleId,
        rule_version: decision.ruleVersion,
        outcome: decision.outcome,
        inputs: JSON.stringify(decision.inputs),
        explanation: decision.explanation,
        created_at: input.at,
      })),
    )
    .execute();
}
