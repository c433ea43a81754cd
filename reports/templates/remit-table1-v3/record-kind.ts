import type { RemitTable1Contract, RemitTable1Document, RemitTable1Order, RemitTable1Trade } from './schema.ts';

/** The four columns of the applicability tables of TRUM chapter 4. */
export type RecordKind = 'order' | 'trade' | 'bilateral' | 'execution';

/** A contract with its path in the document. */
export type LocatedContract = { readonly contract: RemitTable1Contract; readonly path: string };

/** One order or trade with what is needed to judge it. */
export type LocatedRecord = {
  readonly kind: RecordKind;
  readonly path: string;
  readonly report: RemitTable1Order | RemitTable1Trade;
  /** The contract that the record names or holds; absent where it was sent in an earlier file. */
  readonly contract?: LocatedContract;
};

export const BILATERAL_CONTRACT_NAME = 'BILCONTRACT';
export const EXECUTION_CONTRACT_NAME = 'EXECUTION';
export const NO_CONTRACT_ID = 'NA';

/** Orders, trades and listed contracts that break the schema, by their path. */
export type BrokenParts = ReadonlySet<string>;

const NOTHING_BROKEN: BrokenParts = new Set();

/**
 * Every order and trade of a document that keeps the schema, each with its contract and its column. Those in `broken` are left out, and
 * so are those that name a contract of which that is so.
 */
export function recordsOf(document: RemitTable1Document, broken: BrokenParts = NOTHING_BROKEN): readonly LocatedRecord[] {
  const { listed, isUnknowable } = listedContracts(document, broken);
  const locate = (report: RemitTable1Order | RemitTable1Trade, path: string, isOrder: boolean): LocatedRecord => {
    const info = report.contractInfo;
    const contract = 'contract' in info ? { contract: info.contract, path: `${path}/contractInfo/contract` } : listed.get(info.contractId);
    const kind = isOrder ? 'order' : tradeKind(report, contract?.contract.contractName);
    return { kind, path, report, ...(contract === undefined ? {} : { contract }) };
  };
  const located = (reports: readonly (RemitTable1Order | RemitTable1Trade)[], path: string, isOrder: boolean): LocatedRecord[] =>
    reports.flatMap((report, index) => {
      const at = `${path}[${index + 1}]`;
      return broken.has(at) || isUnknowable(report) ? [] : [locate(report, at, isOrder)];
    });
  return [
    ...located(document.OrderList?.OrderReport ?? [], '/REMITTable1/OrderList/OrderReport', true),
    ...located(document.TradeList?.TradeReport ?? [], '/REMITTable1/TradeList/TradeReport', false),
  ];
}

/** The contracts of the list by id, and which records name one that is broken; where a broken one has no id, it may be any. */
function listedContracts(
  document: RemitTable1Document,
  broken: BrokenParts,
): { listed: ReadonlyMap<string, LocatedContract>; isUnknowable: (report: RemitTable1Order | RemitTable1Trade) => boolean } {
  const listed = new Map<string, LocatedContract>();
  const brokenIds = new Set<unknown>();
  (document.contractList?.contract ?? []).forEach((contract, index) => {
    const path = `/REMITTable1/contractList/contract[${index + 1}]`;
    if (broken.has(path)) brokenIds.add(contract.contractId);
    else if (!listed.has(contract.contractId)) listed.set(contract.contractId, { contract, path });
  });
  const isUnknowable = ({ contractInfo: info }: RemitTable1Order | RemitTable1Trade): boolean =>
    !('contract' in info) && !listed.has(info.contractId) && (brokenIds.has(info.contractId) || brokenIds.has(undefined));
  return { listed, isUnknowable };
}

/**
 * A record whose contract was sent in an earlier file is told by its market place.
 *
 * @source TRUM v6.0 field 22: bilateral trades are named BILCONTRACT, executions EXECUTION; field 27: both are on XBIL
 */
function tradeKind(report: RemitTable1Order | RemitTable1Trade, contractName: string | undefined): Exclude<RecordKind, 'order'> {
  switch (contractName) {
    case BILATERAL_CONTRACT_NAME:
      return 'bilateral';
    case EXECUTION_CONTRACT_NAME:
      return 'execution';
    case undefined:
      return 'bil' in report.organisedMarketPlaceIdentifier ? 'bilateral' : 'trade';
    default:
      return 'trade';
  }
}
