import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { applicabilityFindings } from './applicability.ts';
import { codeFindings, reportingEntityFindings } from './code-rules.ts';
import type { RemitReferenceData } from './code-rules.ts';
import { MORE_FINDINGS } from '../../xml/finding-sink.ts';
import { recordsOf } from './record-kind.ts';
import type { BrokenParts, LocatedRecord } from './record-kind.ts';
import { ruleFindings } from './rules.ts';
import type { RemitTable1Document } from './schema.ts';

/**
 * The layers above the schema: what TRUM asks of each kind of record, then the rules of ARIS, then the codes.
 * A contract that several records name is judged once.
 *
 * `schemaFindings` are those of the layer below. A record that has one is left out here, as is one whose contract has, so that the other
 * records of a file are judged all the same. Where the layer below gave up counting, or could not enter the root, nothing is judged.
 */
export function validateRemitTable1(
  document: RemitTable1Document,
  options: { readonly reference?: RemitReferenceData; readonly schemaFindings?: readonly ReportFinding[] } = {},
): readonly ReportFinding[] {
  const { reference = {}, schemaFindings = [] } = options;
  if (schemaFindings.some(({ rule, path }) => rule === MORE_FINDINGS || !path.startsWith(ROOT))) return [];
  const broken = brokenPartsOf(schemaFindings);
  const findings: ReportFinding[] = broken.has(REPORTING_ENTITY) ? [] : [...reportingEntityFindings(document, reference)];
  const records = recordsOf(document, broken);
  for (const record of records) {
    findings.push(...applicabilityFindings(record), ...ruleFindings(record), ...codeFindings(record, reference));
  }
  findings.push(...duplicateFindings(records));
  return withoutRepeats(findings);
}

const ROOT = '/REMITTable1/';
const REPORTING_ENTITY = `${ROOT}reportingEntityID`;
/** Records, listed contracts and the reporting entity: what can be judged apart from the rest of the file. */
const PART = /^\/REMITTable1\/(?:reportingEntityID|\w+\/\w+\[\d+\])/;

function brokenPartsOf(schemaFindings: readonly ReportFinding[]): BrokenParts {
  return new Set(schemaFindings.flatMap(({ path }) => PART.exec(path)?.[0] ?? []));
}

/** The same transaction with the same action twice in one file: the second would be rejected. */
function duplicateFindings(records: readonly LocatedRecord[]): readonly ReportFinding[] {
  const seen = new Set<string>();
  return records.flatMap(({ report, path }): ReportFinding[] => {
    if (!('uniqueTransactionIdentifier' in report) || report.actionType !== 'N') return [];
    const uti = report.uniqueTransactionIdentifier.uniqueTransactionIdentifier;
    const key = JSON.stringify([report.idOfMarketParticipant, uti]);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        layer: 'rule',
        rule: 'trum.31.duplicate',
        field: '31',
        path,
        severity: 'error',
        message: `The transaction '${uti}' is reported as new twice.`,
        fix: 'Report it once; a change is M.',
      },
    ];
  });
}

function withoutRepeats(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, path, message }) => {
    const key = `${rule}\n${path}\n${message}`;
    return !seen.has(key) && seen.add(key).size > 0;
  });
}
