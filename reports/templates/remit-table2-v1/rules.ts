import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import type { LocatedContractReport } from './located-report.ts';

/** A rule on one non-standard contract. Its number is ours: none of ARIS for Table 2 is public. */
type Table2Rule = {
  readonly id: string;
  readonly field: string;
  readonly source: string;
  /** What is wrong; nothing where the record keeps the rule. */
  readonly check: (record: LocatedContractReport) => readonly Table2Finding[];
};

type Table2Finding = Omit<ReportFinding, 'layer' | 'rule' | 'field'>;

/** Which rules judge a record, in the order in which their findings come. */
export const TABLE2_RULES: readonly Table2Rule[] = [
  { id: 'trum.15.price', field: '15', source: 'TRUM v6.0 Table 2 fields 15 and 25', check: priceOrIndexIsGiven },
  { id: 'trum.16.zeroNotional', field: '16', source: 'ACER open letter on data quality, 16 February 2017', check: notionalIsNotZero },
  { id: 'trum.23.order', field: '23', source: 'TRUM v6.0 Table 2 field 23', check: intervalsAreInOrder },
  { id: 'trum.29.order', field: '29', source: 'TRUM v6.0 Table 2 fields 28 and 29', check: fixingDatesAreInOrder },
  { id: 'trum.32.option', field: '32', source: 'TRUM v6.0 Table 2 fields 13 and 32 to 40', check: optionIsDescribed },
  { id: 'trum.35.order', field: '35', source: 'TRUM v6.0 Table 2 fields 34 and 35', check: exerciseDatesAreInOrder },
  { id: 'trum.43.order', field: '43', source: 'TRUM v6.0 Table 2 fields 42 and 43', check: deliveryDatesAreInOrder },
];

/** Judges one record by every rule. */
export function table2RuleFindings(record: LocatedContractReport): readonly ReportFinding[] {
  return TABLE2_RULES.flatMap((rule) =>
    rule.check(record).map((finding): ReportFinding => ({ layer: 'rule', rule: rule.id, field: rule.field, ...finding })),
  );
}

function priceOrIndexIsGiven({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  if (report.priceOrPriceFormula !== undefined || (report.fixingIndexDetails?.length ?? 0) > 0) return [];
  return [
    {
      path: `${path}/priceOrPriceFormula`,
      severity: 'warning',
      message: 'The contract has neither a price, nor a formula, nor a fixing index.',
      fix: 'Give field 15, or name the index in field 25.',
    },
  ];
}

function notionalIsNotZero({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  const value = report.estimatedNotionalAmount?.value;
  if (value === undefined || !isZero(value)) return [];
  return [
    {
      path: `${path}/estimatedNotionalAmount/value`,
      severity: 'warning',
      message: 'The estimated notional amount is zero.',
      fix: 'Leave it out where it is not known.',
    },
  ];
}

function intervalsAreInOrder({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  return (report.volumeOptionalityIntervals ?? []).flatMap(({ startDate, endDate }, index) =>
    reversed({ from: startDate, to: endDate, path: `${path}/volumeOptionalityIntervals[${index + 1}]/endDate`, what: 'The interval' }),
  );
}

function fixingDatesAreInOrder({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  return (report.fixingIndexDetails ?? []).flatMap(({ firstFixingDate, lastFixingDate }, index) =>
    reversed({
      from: firstFixingDate,
      to: lastFixingDate,
      path: `${path}/fixingIndexDetails[${index + 1}]/lastFixingDate`,
      what: 'The fixing',
    }),
  );
}

function exerciseDatesAreInOrder({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  return (report.optionDetails ?? []).flatMap(({ optionFirstExerciseDate, optionLastExerciseDate }, index) =>
    reversed({
      from: optionFirstExerciseDate,
      to: optionLastExerciseDate,
      path: `${path}/optionDetails[${index + 1}]/optionLastExerciseDate`,
      what: 'The exercise',
    }),
  );
}

function deliveryDatesAreInOrder({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  const { deliveryStartDate: from, deliveryEndDate: to } = report;
  return reversed({ from, to, path: `${path}/deliveryEndDate`, what: 'Delivery' });
}

function optionIsDescribed({ report, path }: LocatedContractReport): readonly Table2Finding[] {
  if (!/^OP(?:_|$)/.test(report.contractType) || (report.optionDetails?.length ?? 0) > 0) return [];
  return [
    {
      path: `${path}/optionDetails`,
      severity: 'warning',
      message: `The contract is an option (${report.contractType}) but nothing is said of style, type or exercise.`,
      fix: 'Give fields 32 to 40 as far as they are agreed.',
    },
  ];
}

function reversed(input: { from: string | undefined; to: string | undefined; path: string; what: string }): readonly Table2Finding[] {
  const { from, to, path, what } = input;
  if (from === undefined || to === undefined || from.slice(0, 10) <= to.slice(0, 10)) return [];
  return [
    { path, severity: 'error', message: `${what} ends on ${to}, before it starts on ${from}.`, fix: 'Give the later date as the end.' },
  ];
}

function isZero(text: string): boolean {
  return /^\s*[+-]?0*\.?0*\s*$/.test(text);
}
