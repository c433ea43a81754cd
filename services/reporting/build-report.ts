import type { ObligationRow, ReportBasisRow } from '../../db/queries/obligations.ts';
import { AppError } from '../../domain/errors/app-error.ts';
import { marketOf } from '../../domain/market/markets.ts';
import { decimalText } from '../../domain/money/decimal.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { deliveryTotals, expandDelivery } from '../../domain/settlement/delivery-intervals.ts';
import { readStoredTerms } from '../../domain/trade/stored-terms.ts';
import { remitTable1Of } from '../../reports/remit-table1/model.ts';
import { renderRemitTable1 } from '../../reports/remit-table1/render.ts';
import type { OfficialSchemas } from '../../reports/xml/official-xsd.ts';
import { createMessageRegistry } from '../../reports/xml/read-any.ts';
import { readCounterparty, readLegalEntity } from '../settlement/stored-parties.ts';
import { readOverrides } from './overrides.ts';

export type BuiltReport =
  | { readonly kind: 'valid'; readonly regime: 'REMIT'; readonly schemaName: 'REMITTable1_V3'; readonly bytes: Uint8Array }
  /** Errors only, ours before those of the official schema. */
  | { readonly kind: 'invalid'; readonly findings: readonly ReportFinding[] };

/** Compiled once, never changed. */
const MESSAGES = createMessageRegistry();

/**
 * Collects, models, draws and validates one report. The bytes are read back and judged by our own model, then by the official schema
 * where it is installed. Same input, same bytes.
 *
 * Throws `report-invalid` where no report is known for the regime.
 */
export function buildReport(input: { obligation: ObligationRow; basis: ReportBasisRow; schemas: OfficialSchemas }): BuiltReport {
  const { obligation, basis, schemas } = input;
  if (obligation.regime !== 'REMIT') {
    throw new AppError({ code: 'report-invalid', message: `No report is built for the regime ${obligation.regime}.` });
  }
  const terms = readStoredTerms(basis.terms);
  const { document } = remitTable1Of({
    reportingEntityAcerCode: basis.reportingEntityAcerCode,
    ours: readLegalEntity(basis.legalEntity),
    counterparty: readCounterparty(basis.counterparty),
    terms,
    uti: obligation.uti,
    action: obligation.action,
    eventAt: basis.versionCreatedAt.toISOString(),
    totalEnergyMwh: decimalText(deliveryTotals(expandDelivery(terms)).energyMwh),
    market: marketOf(terms.market),
    overrides: readOverrides(obligation.overrides),
  });
  const bytes = renderRemitTable1(document);
  const official = schemas.validate({ schema: 'REMITTable1_V3', bytes });
  const findings = [...MESSAGES.read(bytes).findings, ...(official.kind === 'invalid' ? official.findings : [])];
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.length === 0
    ? { kind: 'valid', regime: obligation.regime, schemaName: 'REMITTable1_V3', bytes }
    : { kind: 'invalid', findings: errors };
}
