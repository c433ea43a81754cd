import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { BILATERAL_CONTRACT_NAME, EXECUTION_CONTRACT_NAME, NO_CONTRACT_ID } from './record-kind.ts';
import type { LocatedRecord, RecordKind } from './record-kind.ts';

/** M mandatory, `*` under conditions, DV a value that TRUM fixes, `-` not used. */
export type Applicability = 'M' | '*' | 'DV' | '-';

export type ApplicabilityRow = {
  readonly fields: readonly string[];
  /** Element of the record, or of its contract. */
  readonly element: string;
  readonly of: 'record' | 'contract';
  /** Child of the element by which alone `-` is judged, where the element itself serves another field too. */
  readonly part?: string;
  readonly by: Readonly<Record<RecordKind, Applicability>>;
};

function row(input: {
  fields: string;
  element: string;
  of?: 'contract';
  part?: string;
  by: readonly [Applicability, Applicability, Applicability, Applicability];
}): ApplicabilityRow {
  const [order, trade, bilateral, execution] = input.by;
  return {
    fields: input.fields.split(' '),
    element: input.element,
    of: input.of ?? 'record',
    ...(input.part === undefined ? {} : { part: input.part }),
    by: { order, trade, bilateral, execution },
  };
}

/**
 * Which element each kind of record needs, in the order of the fields. Columns: order and trade on a venue, bilateral, execution.
 * Fields 6 and 7, the reporting entity, belong to the file and are left to the schema layer.
 *
 * @source ACER TRUM v6.0 chapters 4.1 to 4.7, tables at the head of each
 */
export const APPLICABILITY: readonly ApplicabilityRow[] = [
  row({ fields: '1 2', element: 'idOfMarketParticipant', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '3', element: 'traderID', by: ['M', 'M', 'M', '-'] }),
  row({ fields: '4 5', element: 'otherMarketParticipant', by: ['-', '*', 'M', 'M'] }),
  row({ fields: '8 9', element: 'beneficiaryIdentification', by: ['*', '*', '*', '-'] }),
  row({ fields: '10', element: 'tradingCapacity', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '11', element: 'buySellIndicator', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '12', element: 'aggressor', by: ['-', '*', '*', '-'] }),
  row({ fields: '13', element: 'orderId', by: ['M', '-', '-', '-'] }),
  row({ fields: '14', element: 'orderType', by: ['M', '-', '-', '-'] }),
  row({ fields: '14', element: 'clickAndTradeDetails', by: ['-', '*', '-', '-'] }),
  row({ fields: '15', element: 'orderCondition', by: ['*', '-', '-', '-'] }),
  row({ fields: '16', element: 'orderStatus', by: ['M', '-', '-', '-'] }),
  row({ fields: '17', element: 'minimumExecuteVolume', by: ['*', '-', '-', '-'] }),
  row({ fields: '18', element: 'triggerDetails', by: ['*', '-', '-', '-'] }),
  row({ fields: '19', element: 'undisclosedVolume', by: ['*', '-', '-', '-'] }),
  row({ fields: '20', element: 'orderDuration', by: ['M', '-', '-', '-'] }),
  row({ fields: '21', element: 'contractId', of: 'contract', by: ['M', 'M', 'DV', 'DV'] }),
  row({ fields: '22', element: 'contractName', of: 'contract', by: ['M', 'M', 'DV', 'DV'] }),
  row({ fields: '23', element: 'contractType', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '24', element: 'energyCommodity', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '25', element: 'indexName', of: 'contract', by: ['*', '*', '*', '*'] }),
  row({ fields: '26', element: 'settlementMethod', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '27', element: 'organisedMarketPlaceIdentifier', by: ['M', 'M', 'DV', 'DV'] }),
  row({ fields: '28', element: 'contractTradingHours', of: 'contract', by: ['M', 'M', 'DV', '-'] }),
  row({ fields: '29', element: 'lastTradingDateTime', of: 'contract', by: ['*', '*', '-', '-'] }),
  row({ fields: '30', element: 'transactionTime', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '31', element: 'uniqueTransactionIdentifier', by: ['-', 'M', 'M', 'M'] }),
  row({ fields: '32', element: 'linkedTransactionId', by: ['-', '*', '*', 'M'] }),
  row({ fields: '33', element: 'linkedOrderId', by: ['*', '*', '-', '-'] }),
  row({ fields: '34', element: 'voiceBrokered', by: ['*', '*', '*', '-'] }),
  row({ fields: '35 37', element: 'priceDetails', by: ['*', '*', '*', 'M'] }),
  row({ fields: '36', element: 'fixingIndex', part: 'indexCurrValue', by: ['*', '*', '*', '-'] }),
  row({ fields: '38 39', element: 'notionalAmountDetails', by: ['-', '*', '*', 'M'] }),
  row({ fields: '40', element: 'quantity', by: ['*', '*', '*', '*'] }),
  row({ fields: '41 42', element: 'totalNotionalContractQuantity', by: ['-', 'M', 'M', 'M'] }),
  row({ fields: '43', element: 'terminationDate', by: ['-', '*', '*', '-'] }),
  row({ fields: '44 45 46 47', element: 'optionDetails', of: 'contract', by: ['*', '*', '*', '-'] }),
  row({ fields: '48', element: 'deliveryPointOrZone', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '49', element: 'deliveryStartDate', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '50', element: 'deliveryEndDate', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '51', element: 'duration', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '52', element: 'loadType', of: 'contract', by: ['M', 'M', '*', 'M'] }),
  row({ fields: '53', element: 'deliveryProfile', part: 'daysOfTheWeek', of: 'contract', by: ['*', '*', '*', '-'] }),
  row({ fields: '54', element: 'deliveryProfile', of: 'contract', by: ['M', 'M', 'M', 'M'] }),
  row({ fields: '55 56 57', element: 'priceIntervalQuantityDetails', by: ['*', '*', '*', '-'] }),
  row({ fields: '58', element: 'actionType', by: ['M', 'M', 'M', 'M'] }),
];

/** ACER's own papers disagree about the duration of an execution: TRUM asks for it, Annex II leaves it out. */
const ONLY_WARNED: ReadonlySet<string> = new Set(['51.execution']);

const KIND_WORDS: Readonly<Record<RecordKind, string>> = {
  order: 'an order on a venue',
  trade: 'a trade on a venue',
  bilateral: 'a bilateral trade (BILCONTRACT)',
  execution: 'an execution (EXECUTION)',
};

/** Judges one record by the applicability table. What is missing is an error, what is not used a warning. */
export function applicabilityFindings(record: LocatedRecord): readonly ReportFinding[] {
  const findings: ReportFinding[] = [];
  for (const entry of APPLICABILITY) {
    const place = placeOf(entry, record);
    if (place === undefined) continue;
    const [field = ''] = entry.fields;
    const rule = entry.by[record.kind];
    const isThere = isGiven(place.holder[entry.element], entry.part);
    const name = entry.part ?? entry.element;
    const path = `${place.path}/${entry.element}${entry.part === undefined ? '' : `/${entry.part}`}`;
    if ((rule === 'M' || rule === 'DV') && !isThere) {
      const severity = ONLY_WARNED.has(`${field}.${record.kind}`) ? 'warning' : 'error';
      findings.push({
        layer: 'applicability',
        rule: `trum.${field}.mandatory`,
        field,
        path,
        severity,
        message: `<${name}> is missing; ${KIND_WORDS[record.kind]} needs it.`,
        fix: 'Add it.',
      });
    } else if (rule === '-' && isThere) {
      findings.push({
        layer: 'applicability',
        rule: `trum.${field}.notUsed`,
        field,
        path,
        severity: 'warning',
        message: `<${name}> is not used in ${KIND_WORDS[record.kind]}.`,
        fix: 'Leave it out.',
      });
    } else if (rule === 'DV') {
      findings.push(...defaultFindings({ field, value: place.holder[entry.element], path, kind: record.kind }));
    }
  }
  return findings;
}

function placeOf(entry: ApplicabilityRow, record: LocatedRecord): { holder: Readonly<Record<string, unknown>>; path: string } | undefined {
  if (entry.of === 'record') return { holder: { ...record.report }, path: record.path };
  if (record.contract === undefined) return undefined;
  return { holder: { ...record.contract.contract }, path: record.contract.path };
}

function isGiven(value: unknown, part: string | undefined): boolean {
  if (part === undefined) return value !== undefined && !(Array.isArray(value) && value.length === 0);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.some((item) => typeof item === 'object' && item !== null && Object.hasOwn(item, part));
}

/** The values that TRUM fixes, compared as JSON. `24:00:00Z` and `00:00:00Z` both mean the end of the day. */
function defaultFindings(input: { field: string; value: unknown; path: string; kind: RecordKind }): readonly ReportFinding[] {
  const { field, value, path, kind } = input;
  const accepted = defaultsOf(field, kind);
  if (accepted.some((candidate) => JSON.stringify(candidate) === JSON.stringify(value))) return [];
  const shown = typeof accepted[0] === 'string' ? accepted[0] : JSON.stringify(accepted[0]);
  return [
    {
      layer: 'applicability',
      rule: `trum.${field}.default`,
      field,
      path,
      severity: 'error',
      message: `${KIND_WORDS[kind]} has a fixed value here, ${shown}; found ${JSON.stringify(value)}.`,
      fix: `Write ${shown}.`,
    },
  ];
}

/** @source TRUM v6.0 fields 21, 22, 27 and 28 */
function defaultsOf(field: string, kind: RecordKind): readonly unknown[] {
  switch (field) {
    case '21':
      return [NO_CONTRACT_ID];
    case '22':
      return [kind === 'execution' ? EXECUTION_CONTRACT_NAME : BILATERAL_CONTRACT_NAME];
    case '27':
      return [{ bil: 'XBIL' }];
    default:
      return ['24:00:00Z', '00:00:00Z', '23:59:59Z'].map((endTime) => [{ startTime: '00:00:00Z', endTime }]);
  }
}
