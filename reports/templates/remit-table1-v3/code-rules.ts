import type { ReportFinding } from '../../../domain/reporting/finding.ts';
import { ACER_CODE_OF_NON_PARTICIPANT } from '../../../domain/identifiers/acer-code.ts';
import { checkEic, eicKindOf } from '../../../domain/identifiers/eic.ts';
import type { IdentifierFinding } from '../../../domain/identifiers/finding.ts';
import { checkLei } from '../../../domain/identifiers/lei.ts';
import type { LocatedRecord } from './record-kind.ts';
import type { RemitTable1Document } from './schema.ts';

/** Reference data that a check may use where it is at hand. */
export type RemitReferenceData = {
  /** ACER's list of accepted EICs; a delivery point that is not on it is rejected. */
  readonly acceptedDeliveryPoints?: ReadonlySet<string>;
  /** Codes registered in CEREMP. */
  readonly registeredParties?: ReadonlySet<string>;
};

type PartyCode = RemitTable1Document['reportingEntityID'];

/**
 * Checks the codes of parties and delivery points of one record: check digits as warnings, lists as errors.
 *
 * @source TRUM v6.0 fields 1, 4, 8, 48 and Annex VI; ACER FAQ 2.6.1
 */
export function codeFindings(record: LocatedRecord, reference: RemitReferenceData): readonly ReportFinding[] {
  const { report, path, contract } = record;
  const findings = [
    ...partyFindings({ party: report.idOfMarketParticipant, field: '1', path: `${path}/idOfMarketParticipant`, reference }),
    ...('otherMarketParticipant' in report && report.otherMarketParticipant !== undefined
      ? partyFindings({
          party: report.otherMarketParticipant,
          field: '4',
          path: `${path}/otherMarketParticipant`,
          reference,
          mayBeNonParticipant: true,
        })
      : []),
    ...(report.beneficiaryIdentification === undefined
      ? []
      : partyFindings({ party: report.beneficiaryIdentification, field: '8', path: `${path}/beneficiaryIdentification`, reference })),
  ];
  contract?.contract.deliveryPointOrZone.forEach((point, index) => {
    findings.push(...deliveryPointFindings({ point, field: '48', path: `${contract.path}/deliveryPointOrZone[${index + 1}]`, reference }));
  });
  return findings;
}

/** Checks the reporting entity, once per file. */
export function reportingEntityFindings(document: RemitTable1Document, reference: RemitReferenceData): readonly ReportFinding[] {
  return partyFindings({ party: document.reportingEntityID, field: '6', path: '/REMITTable1/reportingEntityID', reference });
}

/** Checks the code of one party of either table. `mayBeNonParticipant`: the other side of a deal may have no code of its own. */
export function partyFindings(input: {
  readonly party: PartyCode;
  readonly field: string;
  readonly path: string;
  readonly reference: RemitReferenceData;
  readonly mayBeNonParticipant?: boolean;
}): readonly ReportFinding[] {
  const { party, field, path, reference, mayBeNonParticipant = false } = input;
  const findings: ReportFinding[] = [];
  if ('lei' in party)
    findings.push(...identifierFindings({ found: checkLei(party.lei, { checkDigits: 'warning' }), field, path: `${path}/lei` }));
  if ('eic' in party) findings.push(...identifierFindings({ found: checkEic(party.eic), field, path: `${path}/eic` }));
  const [code = ''] = Object.values(party);
  const mayBeUnknown = mayBeNonParticipant && code === ACER_CODE_OF_NON_PARTICIPANT;
  if (reference.registeredParties !== undefined && !reference.registeredParties.has(code) && !mayBeUnknown) {
    findings.push({
      layer: 'rule',
      rule: 'aris.registeredParty',
      field,
      path,
      severity: 'error',
      message: `'${code}' is not registered in CEREMP.`,
      fix: `Give the registered code${mayBeNonParticipant ? `, or ${ACER_CODE_OF_NON_PARTICIPANT} where there is none` : ''}.`,
    });
  }
  return findings;
}

/** Checks one delivery point of either table: its shape and kind as warnings, ACER's list, where it is at hand, as an error. */
export function deliveryPointFindings(input: {
  readonly point: string;
  readonly field: string;
  readonly path: string;
  readonly reference: RemitReferenceData;
}): readonly ReportFinding[] {
  const { point, field, path, reference } = input;
  const findings: ReportFinding[] = [...identifierFindings({ found: checkEic(point), field, path })];
  const kind = eicKindOf(point);
  if (kind !== 'area' && kind !== 'point' && kind !== 'facility') {
    findings.push({
      layer: 'rule',
      rule: `trum.${field}.kind`,
      field,
      path,
      severity: 'warning',
      message: `The EIC '${point}' does not name a delivery point.`,
      fix: 'Give a Y code (area), Z code (point) or W code (facility).',
    });
  }
  if (reference.acceptedDeliveryPoints !== undefined && !reference.acceptedDeliveryPoints.has(point)) {
    findings.push({
      layer: 'rule',
      rule: 'aris.acceptedEic',
      field,
      path,
      severity: 'error',
      message: `The delivery point '${point}' is not on ACER's list of accepted EICs.`,
      fix: 'Give a code of TRUM Annex VI.',
    });
  }
  return findings;
}

/** Whatever a check digit says, the file may be right: a shape is the schema's business, so all become warnings here. */
function identifierFindings(input: { found: readonly IdentifierFinding[]; field: string; path: string }): readonly ReportFinding[] {
  const { found, field, path } = input;
  return found.map(({ code, message, fix }): ReportFinding => ({
    layer: 'rule',
    rule: code,
    field,
    path,
    severity: 'warning',
    message,
    fix,
  }));
}
