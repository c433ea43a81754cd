import type { RemitTable2Contract, RemitTable2Document } from './schema.ts';

/** One record of a Table 2 file with its path. */
export type LocatedContractReport = { readonly path: string; readonly report: RemitTable2Contract };

export const TABLE2_RECORD_PATH = '/REMITTable2/TradeList/nonStandardContractReport';

/** Every record of a document but those whose path is in `broken`. */
export function contractReportsOf(document: RemitTable2Document, broken: ReadonlySet<string>): readonly LocatedContractReport[] {
  return (document.TradeList?.nonStandardContractReport ?? []).flatMap((report, index) => {
    const path = `${TABLE2_RECORD_PATH}[${index + 1}]`;
    return broken.has(path) ? [] : [{ path, report }];
  });
}
