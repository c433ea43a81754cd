import { listFields } from '../../xml/list-fields.ts';
import type { FieldRow } from '../../xml/list-fields.ts';
import { APPLICABILITY } from './applicability.ts';
import type { Applicability } from './applicability.ts';
import type { RecordKind } from './record-kind.ts';
import { REMIT_TABLE1_V3 } from './schema.ts';

/** A field with what TRUM asks of it for each kind of record; absent where the applicability tables do not name it. */
export type RemitFieldRow = FieldRow & { readonly applicability?: Readonly<Record<RecordKind, Applicability>> };

const OF_THE_FILE: Readonly<Record<RecordKind, Applicability>> = { order: 'M', trade: 'M', bilateral: 'M', execution: 'M' };

/** Every field of Table 1 V3, as `energyopti remit fields` lists it. */
export function remitTable1Fields(): readonly RemitFieldRow[] {
  const byField = new Map([['6', OF_THE_FILE]]);
  let clickAndTrade: Readonly<Record<RecordKind, Applicability>> | undefined;
  for (const { fields, element, by } of APPLICABILITY) {
    if (element === 'clickAndTradeDetails') clickAndTrade = by;
    else for (const field of fields) byField.set(field, by);
  }
  return listFields(REMIT_TABLE1_V3).map((row) => {
    const ofField = row.number === undefined ? undefined : byField.get(row.number);
    // A click-and-trade order has the fields of an order, but stands in a trade.
    const applicability = row.path.includes('/clickAndTradeDetails/') ? clickAndTrade : ofField;
    return applicability === undefined ? row : { ...row, applicability };
  });
}
