import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { MORE_FINDINGS } from '../../xml/finding-sink.ts';
import { deliveryPointFindings, partyFindings } from '../remit-table1-v3/code-rules.ts';
import type { RemitReferenceData } from '../remit-table1-v3/code-rules.ts';
import { table2ApplicabilityFindings } from './applicability.ts';
import { contractReportsOf } from './located-report.ts';
import type { LocatedContractReport } from './located-report.ts';
import { table2RuleFindings } from './rules.ts';
import type { RemitTable2Document } from './schema.ts';

const ROOT = '/REMITTable2/';
const REPORTING_ENTITY = `${ROOT}reportingEntityID`;
/** Records and the reporting entity: what can be judged apart from the rest of the file. */
const PART = /^\/REMITTable2\/(?:reportingEntityID|\w+\/\w+\[\d+\])/;

/**
 * The layers above the schema for Table 2: what TRUM asks, then rules, then codes. A record that has a finding in `schemaFindings` is
 * left out, the others are judged all the same; where the layer below gave up counting, or could not enter the root, nothing is.
 */
export function validateRemitTable2(
  document: RemitTable2Document,
  options: { readonly reference?: RemitReferenceData; readonly schemaFindings?: readonly ReportFinding[] } = {},
): readonly ReportFinding[] {
  const { reference = {}, schemaFindings = [] } = options;
  if (schemaFindings.some(({ rule, path }) => rule === MORE_FINDINGS || !path.startsWith(ROOT))) return [];
  const broken = new Set(schemaFindings.flatMap(({ path }) => PART.exec(path)?.[0] ?? []));
  const records = contractReportsOf(document, broken);
  const entity = broken.has(REPORTING_ENTITY)
    ? []
    : partyFindings({ party: document.reportingEntityID, field: '5', path: REPORTING_ENTITY, reference });
  return [
    ...entity,
    ...records.flatMap((record) => [
      ...table2ApplicabilityFindings(record),
      ...table2RuleFindings(record),
      ...table2CodeFindings(record, reference),
    ]),
    ...duplicateFindings(records),
  ];
}

/** @source TRUM v6.0 Table 2 fields 1, 3, 7 and 41, Annex VI; ACER FAQ 2.6.1 */
function table2CodeFindings({ report, path }: LocatedContractReport, reference: RemitReferenceData): readonly ReportFinding[] {
  return [
    ...partyFindings({ party: report.idOfMarketParticipant, field: '1', path: `${path}/idOfMarketParticipant`, reference }),
    ...report.otherMarketParticipant.flatMap((party, index) =>
      partyFindings({
        party,
        field: '3',
        path: `${path}/otherMarketParticipant[${index + 1}]`,
        reference,
        mayBeNonParticipant: true,
      }),
    ),
    ...(report.beneficiaryIdentification ?? []).flatMap((party, index) =>
      partyFindings({ party, field: '7', path: `${path}/beneficiaryIdentification[${index + 1}]`, reference }),
    ),
    ...report.deliveryPointOrZone.flatMap((point, index) =>
      deliveryPointFindings({ point, field: '41', path: `${path}/deliveryPointOrZone[${index + 1}]`, reference }),
    ),
  ];
}

/** The same contract as new twice in one file: the second would be rejected. */
function duplicateFindings(records: readonly LocatedContractReport[]): readonly ReportFinding[] {
  const seen = new Set<string>();
  return records.flatMap(({ report, path }): ReportFinding[] => {
    const key = JSON.stringify([report.idOfMarketParticipant, report.contractId]);
    if (report.actionType !== 'N' || (!seen.has(key) && seen.add(key).size > 0)) return [];
    return [
      {
        layer: 'rule',
        rule: 'trum.11.duplicate',
        field: '11',
        path,
        severity: 'error',
        message: `The contract '${report.contractId}' is reported as new twice.`,
        fix: 'Report it once; a change is M.',
      },
    ];
  });
}
