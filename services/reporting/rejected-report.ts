import type { Tx } from '../../db/client.ts';
import type { ObligationRow } from '../../db/queries/obligations.ts';
import type { SubmissionRow } from '../../db/queries/submissions.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';
import type { Receipt } from '../../domain/reporting/receipt.ts';
import type { ServiceContext } from '../context.ts';
import { openException } from '../exceptions/open-exception.ts';
import { rejectingFindings } from './receipt-verdict.ts';

/** How many findings an exception spells out; the receipt and the report have them all. */
const FINDINGS_SPELT_OUT_MAX = 5;

/** Puts a rejection before compliance: who rejected, by which rule, which field, in plain text, and what to do. */
export async function openRejectedReport(
  ctx: ServiceContext,
  tx: Tx,
  input: { obligation: ObligationRow; submission: SubmissionRow; receipt: Receipt },
): Promise<void> {
  const { obligation, submission, receipt } = input;
  const findings = rejectingFindings(receipt.findings);
  const who = { transport: 'The channel', rrm: 'The RRM', aris: 'The regulator' }[receipt.stage];
  const spelt = findings.slice(0, FINDINGS_SPELT_OUT_MAX).map(({ ruleId, errorCode, text }) => {
    const rule = [ruleId, errorCode].filter((part) => part !== undefined).join(' / ');
    return rule === '' ? text : `${rule}: ${text}`;
  });
  const field = findings.map(({ text }) => /\bfield (\d{1,2})\b/i.exec(text)?.[1]).find((number) => number !== undefined);
  await openException(ctx, tx, {
    kind: 'rejectedReport',
    subjectKind: 'obligation',
    subjectId: obligation.id,
    tradeId: obligation.trade_id,
    reason: `${who} rejected ${submission.file_name}. ${spelt.join(' ') || 'It gave no reason.'}${more(findings.length)}`,
    nextAction: `Correct ${field === undefined ? 'what the rule names' : `field ${field}`} by a repair of the obligation; without a correction the same report goes out under a new name.`,
    ownerRole: 'compliance',
    deadline: obligation.due_at,
  });
}

/** Puts a report that our own validation refuses before compliance: each field by its TRUM number, and the fix. */
export async function openUnreportable(
  ctx: ServiceContext,
  tx: Tx,
  input: { obligation: ObligationRow; findings: readonly ReportFinding[] },
): Promise<void> {
  const { obligation, findings } = input;
  const spelt = findings
    .slice(0, FINDINGS_SPELT_OUT_MAX)
    .map(({ field, path, rule, message }) => `${field === undefined ? path : `Field ${field}`} (${rule}): ${message}`);
  const fixes = [...new Set(findings.slice(0, FINDINGS_SPELT_OUT_MAX).map(({ fix }) => fix))];
  await openException(ctx, tx, {
    kind: 'unreportableTrade',
    subjectKind: 'obligation',
    subjectId: obligation.id,
    tradeId: obligation.trade_id,
    reason: `The report of ${obligation.uti} (${obligation.action}) is not valid and was not sent. ${spelt.join(' ')}${more(findings.length)}`,
    nextAction: `${fixes.join(' ')} Then repair the obligation, or amend the trade.`,
    ownerRole: 'compliance',
    deadline: obligation.due_at,
  });
}

function more(count: number): string {
  return count > FINDINGS_SPELT_OUT_MAX ? ` And ${count - FINDINGS_SPELT_OUT_MAX} more.` : '';
}
