import type { Tx } from '../../db/client.ts';
import { type CycleRow, getCyclePartiesRow } from '../../db/queries/settlement-cycles.ts';
import type { Counterparty, LegalEntity } from '../../domain/party/party.ts';
import { readCounterparty, readLegalEntity } from './stored-parties.ts';

/** Both sides of a cycle and what their agreement says of rounding and payment. `calendar` is a name that may not be known. */
export type CycleParties = {
  readonly us: LegalEntity;
  readonly counterparty: Counterparty;
  readonly roundingPlaces: number;
  readonly dueDay: number;
  readonly calendar: string;
};

export async function getCycleParties(tx: Tx, cycle: CycleRow): Promise<CycleParties> {
  const row = await getCyclePartiesRow(tx, {
    tenantId: cycle.tenant_id,
    counterpartyId: cycle.counterparty_id,
    agreementId: cycle.agreement_id,
  });
  return {
    us: readLegalEntity(row.legalEntity),
    counterparty: readCounterparty(row.counterparty),
    roundingPlaces: row.agreement.rounding_places,
    dueDay: row.agreement.due_day,
    calendar: row.agreement.calendar,
  };
}
