import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { applicabilityFindings } from './applicability.ts';
import { codeFindings, reportingEntityFindings } from './code-rules.ts';
import type { RemitReferenceData } from './code-rules.ts';
import { recordsOf } from './record-kind.ts';
import type { LocatedRecord } from './record-kind.ts';
import { ruleFindings } from './rules.ts';
import type { RemitTable1Document } from './schema.ts';

/**
 * The layers above the schema: what TRUM asks of each kind of record, then the rules of ARIS, then the codes.
 * Call it with documents that keep the schema. A contract that several records name is judged once.
 */
export function validateRemitTable1(document: RemitTable1Document, reference: RemitReferenceData = {}): readonly ReportFinding[] {
  const findings: ReportFinding[] = [...reportingEntityFindings(document, reference)];
  const records = recordsOf(document);
  for (const record of records) {
    findings.push(...applicabilityFindings(record), ...ruleFindings(record), ...codeFindings(record, reference));
  }
  findings.push(...duplicateFindings(records));
  return withoutRepeats(findings);
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
