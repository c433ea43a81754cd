import { listFields } from '../../xml/list-fields.ts';
import type { FieldRow } from '../../xml/list-fields.ts';
import type { Applicability } from '../remit-table1-v3/applicability.ts';
import { TABLE2_APPLICABILITY } from './applicability.ts';
import { REMIT_TABLE2_V1 } from './schema.ts';

/** A field with what TRUM asks of it; absent where TRUM gives the element no number. */
export type RemitTable2FieldRow = FieldRow & { readonly applicability?: { readonly contract: Applicability } };

/** Every field of Table 2 V1, as `energyopti remit fields --table 2` lists it. */
export function remitTable2Fields(): readonly RemitTable2FieldRow[] {
  const byField = new Map<string, Applicability>([['5', 'M']]);
  for (const { fields, applicability } of TABLE2_APPLICABILITY) for (const field of fields) byField.set(field, applicability);
  return listFields(REMIT_TABLE2_V1).map((row) => {
    const contract = row.number === undefined ? undefined : byField.get(row.number);
    return contract === undefined ? row : { ...row, applicability: { contract } };
  });
}
