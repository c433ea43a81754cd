import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import type { Applicability } from '../remit-table1-v3/applicability.ts';
import type { LocatedContractReport } from './located-report.ts';

export type Table2ApplicabilityRow = {
  readonly fields: readonly string[];
  /** Element of the record. */
  readonly element: string;
  readonly applicability: Extract<Applicability, 'M' | '*'>;
};

function row(fields: string, element: string, applicability: Table2ApplicabilityRow['applicability']): Table2ApplicabilityRow {
  return { fields: fields.split(' '), element, applicability };
}

/**
 * Which element a non-standard contract needs, in the order of the fields. The reporting entity, 5 and 6, belongs to the file and is
 * left to the schema layer.
 *
 * @source ACER TRUM v6.0 chapters 5.1 to 5.5, tables at the head of each
 */
export const TABLE2_APPLICABILITY: readonly Table2ApplicabilityRow[] = [
  row('1 2', 'idOfMarketParticipant', 'M'),
  row('3 4', 'otherMarketParticipant', 'M'),
  row('7 8', 'beneficiaryIdentification', '*'),
  row('9', 'tradingCapacity', 'M'),
  row('10', 'buySellIndicator', 'M'),
  row('11', 'contractId', 'M'),
  row('12', 'contractDate', 'M'),
  row('13', 'contractType', 'M'),
  row('14', 'energyCommodity', 'M'),
  row('15', 'priceOrPriceFormula', '*'),
  row('16 17', 'estimatedNotionalAmount', '*'),
  row('18 20', 'totalNotionalContractQuantity', '*'),
  row('21', 'volumeOptionality', '*'),
  row('22', 'volumeOptionalityFrequency', '*'),
  row('19 23', 'volumeOptionalityIntervals', '*'),
  row('24', 'typeOfIndexPrice', '*'),
  row('25 26 27 28 29 30', 'fixingIndexDetails', '*'),
  row('31', 'settlementMethod', 'M'),
  row('32 33 34 35 36 37 38 39 40', 'optionDetails', '*'),
  row('41', 'deliveryPointOrZone', 'M'),
  row('42', 'deliveryStartDate', 'M'),
  row('43', 'deliveryEndDate', 'M'),
  row('44', 'loadType', 'M'),
  row('45', 'actionType', 'M'),
];

/** Judges one record by the table: an element that is mandatory and missing is an error. */
export function table2ApplicabilityFindings({ report, path }: LocatedContractReport): readonly ReportFinding[] {
  const values: Readonly<Record<string, unknown>> = { ...report };
  return TABLE2_APPLICABILITY.flatMap(({ fields, element, applicability }): ReportFinding[] => {
    const [field = ''] = fields;
    if (applicability !== 'M' || values[element] !== undefined) return [];
    return [
      {
        layer: 'applicability',
        rule: `trum.${field}.mandatory`,
        field,
        path: `${path}/${element}`,
        severity: 'error',
        message: `<${element}> is missing; every non-standard contract needs it.`,
        fix: 'Add it.',
      },
    ];
  });
}
