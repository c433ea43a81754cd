import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import type { LocatedRecord } from './record-kind.ts';
import type { RemitTable1Order, RemitTable1Trade } from './schema.ts';

/** A rule of ARIS, or one of ours where its number is not public, on one record. */
export type RecordRule = {
  readonly id: string;
  /** The code under which ARIS names the breach in a receipt, where it is public. */
  readonly errorCode?: string;
  readonly field: string;
  /** What the rule asks, in our words. */
  readonly text: string;
  readonly source: string;
  /** What is wrong, with the path below the record or its contract; nothing where the record keeps the rule. */
  readonly check: (record: LocatedRecord) => readonly Omit<ReportFinding, 'layer' | 'rule' | 'field'>[];
};

const DATA_VALIDATION = 'ACER, ARIS Data Validation Rules, as quoted by remitcloud.de';

/**
 * Which rules judge a record, in the order in which their findings come. AT2F15R1, on the codes of Table 2 counterparties, is switched
 * off in ARIS itself and so is not here.
 */
export const RECORD_RULES: readonly RecordRule[] = [
  {
    id: '2BCDTNCQR2',
    errorCode: 'R2CDTNCQTR1',
    field: '41',
    text: 'A trade has its total notional contract quantity, value and unit.',
    source: `${DATA_VALIDATION}, November 2022`,
    check: totalQuantityIsGiven,
  },
  {
    id: '2AODOEDR2x',
    errorCode: 'R2ODOEDOPT',
    field: '46',
    text: 'Delivery under an option does not start before it is exercised, unless the option is Asian.',
    source: `${DATA_VALIDATION}, 19 June 2021`,
    check: deliveryFollowsExercise,
  },
  {
    id: '2BCDPR2',
    errorCode: 'R2CDPRCMOSP',
    field: '35',
    text: 'An order has a price, of its own or by interval, unless it is a market order in an auction, market-to-limit in continuous trading, or names an index.',
    source: `${DATA_VALIDATION}, 19 June 2021`,
    check: orderHasPrice,
  },
  {
    id: '2BCDPTR2',
    errorCode: 'R2CDPRCMTSP',
    field: '35',
    text: 'A trade has a price, of its own or by interval, unless it names an index.',
    source: `${DATA_VALIDATION}, 19 June 2021`,
    check: tradeHasPrice,
  },
  {
    id: 'aris.7.4.indexName',
    field: '25',
    text: 'An index of a record is declared in its contract, and is named wherever the contract declares several.',
    source: 'ARIS release 7.4, January 2023, as quoted by remitcloud.de',
    check: indexIsDeclared,
  },
  {
    id: 'aris.volumeUnit',
    field: '42',
    text: 'Minimum execute volume and undisclosed volume are in the unit of the quantity.',
    source: 'ARIS validation as quoted by kelerkszf.hu, 2025',
    check: volumeUnitsAgree,
  },
  {
    id: 'trum.40.quantity',
    field: '40',
    text: 'A record has a quantity, of its own or by interval.',
    source: 'ACER FAQ 3.1.31',
    check: quantityIsGiven,
  },
  {
    id: 'trum.35.zeroPrice',
    field: '35',
    text: 'The price of an index trade stays blank while it is not known.',
    source: 'ACER open letter on data quality, 16 February 2017',
    check: indexTradeHasNoZeroPrice,
  },
  {
    id: 'trum.38.zeroNotional',
    field: '38',
    text: 'The notional amount of an index trade stays blank while it is not known.',
    source: 'ACER open letter on data quality, 16 February 2017',
    check: indexTradeHasNoZeroNotional,
  },
  {
    id: 'trum.50.order',
    field: '50',
    text: 'Delivery does not end before it starts.',
    source: 'TRUM v6.0 fields 49 and 50',
    check: deliveryDatesAreInOrder,
  },
];

/** Judges one record by every rule. */
export function ruleFindings(record: LocatedRecord): readonly ReportFinding[] {
  return RECORD_RULES.flatMap((rule) =>
    rule.check(record).map((finding): ReportFinding => ({ layer: 'rule', rule: rule.id, field: rule.field, ...finding })),
  );
}

type RuleFinding = Omit<ReportFinding, 'layer' | 'rule' | 'field'>;

function totalQuantityIsGiven({ kind, report, path }: LocatedRecord): readonly RuleFinding[] {
  if (kind === 'order' || report.totalNotionalContractQuantity !== undefined) return [];
  return [
    error(
      `${path}/totalNotionalContractQuantity`,
      'A trade must have its total notional contract quantity.',
      'Give value and unit, e.g. 7440 MWh.',
    ),
  ];
}

function deliveryFollowsExercise({ contract }: LocatedRecord): readonly RuleFinding[] {
  const option = contract?.contract.optionDetails;
  if (contract === undefined || option === undefined || option.optionStyle === 'S') return [];
  const { deliveryStartDate } = contract.contract;
  const late = (option.optionExerciseDate ?? []).filter((date) => deliveryStartDate < date);
  return late.map((date) =>
    error(
      `${contract.path}/optionDetails/optionExerciseDate`,
      `Delivery starts on ${deliveryStartDate}, before the option is exercised on ${date}.`,
      'Mend one of the dates, or give option style S where it is Asian.',
    ),
  );
}

function orderHasPrice({ kind, report, path, contract }: LocatedRecord): readonly RuleFinding[] {
  if (kind !== 'order' || !('orderType' in report) || hasPriceOrIndex({ report, contract })) return [];
  const type = contract?.contract.contractType;
  if ((report.orderType === 'MAR' && type === 'AU') || (report.orderType === 'MTL' && type === 'CO')) return [];
  return [
    error(
      `${path}/priceDetails`,
      'The order has no price, neither of its own nor by interval, and no fixing index.',
      'Give field 35 or 57, or name the index in field 25.',
    ),
  ];
}

function tradeHasPrice({ kind, report, path, contract }: LocatedRecord): readonly RuleFinding[] {
  if (kind === 'order' || hasPriceOrIndex({ report, contract })) return [];
  return [
    error(
      `${path}/priceDetails`,
      'The trade has no price, neither of its own nor by interval, and no fixing index.',
      'Give field 35 or 57, or name the index in field 25.',
    ),
  ];
}

function hasPriceOrIndex(input: { report: RemitTable1Order | RemitTable1Trade; contract: LocatedRecord['contract'] }): boolean {
  const { report, contract } = input;
  const byInterval = report.priceIntervalQuantityDetails?.some((interval) => interval.priceTimeIntervalQuantity !== undefined) ?? false;
  const hasIndex = (report.fixingIndex?.length ?? 0) > 0 || (contract?.contract.indexName?.length ?? 0) > 0;
  return report.priceDetails !== undefined || byInterval || hasIndex;
}

function indexIsDeclared({ report, path, contract }: LocatedRecord): readonly RuleFinding[] {
  if (contract === undefined) return [];
  const declared = contract.contract.indexName ?? [];
  return (report.fixingIndex ?? []).flatMap((index, position): RuleFinding[] => {
    const at = `${path}/fixingIndex[${position + 1}]/indexName`;
    if (index.indexName === undefined) {
      return declared.length > 1
        ? [error(at, 'The contract declares several indices; each fixing must name its own.', `Give one of ${declared.join(', ')}.`)]
        : [];
    }
    return declared.includes(index.indexName)
      ? []
      : [error(at, `The contract does not declare the index '${index.indexName}'.`, 'Add it to the contract as indexName.')];
  });
}

function volumeUnitsAgree({ report, path }: LocatedRecord): readonly RuleFinding[] {
  const details = 'clickAndTradeDetails' in report ? report.clickAndTradeDetails : 'orderType' in report ? report : undefined;
  const unit = report.quantity?.unit;
  if (details === undefined || unit === undefined) return [];
  const prefix = 'clickAndTradeDetails' in report ? `${path}/clickAndTradeDetails` : path;
  return (['minimumExecuteVolume', 'undisclosedVolume'] as const).flatMap((name) => {
    const other = details[name]?.unit;
    return other === undefined || other === unit
      ? []
      : [error(`${prefix}/${name}/unit`, `The unit is ${other}, that of the quantity ${unit}.`, `Give it in ${unit}.`)];
  });
}

function quantityIsGiven({ report, path }: LocatedRecord): readonly RuleFinding[] {
  const byInterval = report.priceIntervalQuantityDetails?.some((interval) => interval.quantity !== undefined) ?? false;
  if (report.quantity !== undefined || byInterval) return [];
  return [
    warning(
      `${path}/quantity`,
      'There is no quantity; ARIS has rejected such records.',
      'Give field 40, or the capacity by interval in field 55.',
    ),
  ];
}

function indexTradeHasNoZeroPrice({ report, path }: LocatedRecord): readonly RuleFinding[] {
  const price = report.priceDetails?.price;
  if ((report.fixingIndex?.length ?? 0) === 0 || price === undefined || !isZero(price)) return [];
  return [warning(`${path}/priceDetails/price`, 'The price of an index trade is zero.', 'Leave the price out until it is known.')];
}

function indexTradeHasNoZeroNotional({ report, path }: LocatedRecord): readonly RuleFinding[] {
  const amount = report.notionalAmountDetails?.notionalAmount;
  if ((report.fixingIndex?.length ?? 0) === 0 || amount === undefined || !isZero(amount)) return [];
  return [
    warning(
      `${path}/notionalAmountDetails/notionalAmount`,
      'The notional amount of an index trade is zero.',
      'Leave it out until the index is fixed.',
    ),
  ];
}

function isZero(text: string): boolean {
  return /^\s*[+-]?0*\.?0*\s*$/.test(text);
}

function deliveryDatesAreInOrder({ contract }: LocatedRecord): readonly RuleFinding[] {
  if (contract === undefined) return [];
  const { deliveryStartDate, deliveryEndDate } = contract.contract;
  if (deliveryStartDate.slice(0, 10) <= deliveryEndDate.slice(0, 10)) return [];
  return [
    error(
      `${contract.path}/deliveryEndDate`,
      `Delivery ends on ${deliveryEndDate}, before it starts on ${deliveryStartDate}.`,
      'Give the later date as the end.',
    ),
  ];
}

function error(path: string, message: string, fix: string): RuleFinding {
  return { path, severity: 'error', message, fix };
}

function warning(path: string, message: string, fix: string): RuleFinding {
  return { path, severity: 'warning', message, fix };
}
