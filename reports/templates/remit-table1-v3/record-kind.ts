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

/** Every order and trade of a document that keeps the schema, each with its contract and its column. */
export function recordsOf(document: RemitTable1Document): readonly LocatedRecord[] {
  const listed = new Map<string, LocatedContract>();
  document.contractList?.contract.forEach((contract, index) => {
    const path = `/REMITTable1/contractList/contract[${index + 1}]`;
    if (!listed.has(contract.contractId)) listed.set(contract.contractId, { contract, path });
  });
  const locate = (report: RemitTable1Order | RemitTable1Trade, path: string, isOrder: boolean): LocatedRecord => {
    const info = report.contractInfo;
    const contract = 'contract' in info ? { contract: info.contract, path: `${path}/contractInfo/contract` } : listed.get(info.contractId);
    const kind = isOrder ? 'order' : tradeKind(contract?.contract.contractName);
    return { kind, path, report, ...(contract === undefined ? {} : { contract }) };
  };
  const orders = document.OrderList?.OrderReport ?? [];
  const trades = document.TradeList?.TradeReport ?? [];
  return [
    ...orders.map((report, index) => locate(report, `/REMITTable1/OrderList/OrderReport[${index + 1}]`, true)),
    ...trades.map((report, index) => locate(report, `/REMITTable1/TradeList/TradeReport[${index + 1}]`, false)),
  ];
}

/** @source TRUM v6.0 field 22: bilateral trades are named BILCONTRACT, executions EXECUTION */
function tradeKind(contractName: string | undefined): Exclude<RecordKind, 'order'> {
  if (contractName === BILATERAL_CONTRACT_NAME) return 'bilateral';
  return contractName === EXECUTION_CONTRACT_NAME ? 'execution' : 'trade';
}
