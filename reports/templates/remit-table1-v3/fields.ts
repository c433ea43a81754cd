import { listFields } from '../../xml/list-fields.ts';
import type { FieldRow } from '../../xml/list-fields.ts';
import { APPLICABILITY } from './applicability.ts';
import type { Applicability } from './applicability.ts';
import type { RecordKind } from './record-kind.ts';
import { REMIT_TABLE1_V3 } from './schema.ts';

/** A field with what TRUM asks of it for each kind of record; absent where the applicability tables do not name it. */
export type RemitFieldRow = FieldRow & { readonly applicability?: Readonly<Record<RecordKind, Applicability>> };

/** Every field of Table 1 V3, as `energyopti remit fields` lists it. */
export function remitTable1Fields(): readonly RemitFieldRow[] {
  const byField = new Map(APPLICABILITY.flatMap((row) => row.fields.map((field) => [field, row.by] as const)));
  return listFields(REMIT_TABLE1_V3).map((row) => {
    const applicability = row.number === undefined ? undefined : byField.get(row.number);
    return applicability === undefined ? row : { ...row, applicability };
  });
}
