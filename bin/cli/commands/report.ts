import type { Command } from 'commander';
import { z } from 'zod';
import { findApi } from '../../client/find-api.ts';
import { refusalsOf } from '../../client/refusals.ts';
import { writeError, writeIssues, writeLine } from '../io.ts';

const OFFICER_USER = 'clara-conrad';

const submissionSchema = z.looseObject({
  obligationId: z.string(),
  receipts: z.array(z.looseObject({ id: z.string(), stage: z.string().nullable() })),
});

/** `report show`, `report resubmit`. */
export function addReportCommands(program: Command): void {
  const report = program.command('report').description('What was sent and what came back');
  report
    .command('show')
    .description('The exact XML of a submission on standard output; its state and receipts on standard error')
    .argument('<id>', 'id of a submission')
    .option('--receipts', 'the exact bytes of its receipts instead of the XML')
    .addHelpText('after', '\nExample:\n  energyopti report show sub_46a6c981da5751534da708b35e37f691 > report.xml')
    .action(showReport);
  report
    .command('resubmit')
    .description('Send a rejected report again under a new file name')
    .argument('<id>', 'id of the obligation, or of one of its submissions')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .addHelpText(
      'after',
      "\nExample:\n  energyopti report resubmit obl_01a20410c3df7f579cfae45019f24d7b --reason 'the file was cut off on its way'",
    )
    .action(resubmitReport);
}

async function showReport(id: string, options: { receipts?: true }): Promise<void> {
  const api = await findApi({ defaultUser: OFFICER_USER });
  const found = await api.request({ path: `/v1/submissions/${encodeURIComponent(id)}` });
  if (found.status !== 200) {
    process.exitCode = writeIssues(refusalsOf(found));
    return;
  }
  const submission = submissionSchema.parse(found.json);
  writeError(JSON.stringify(found.json));
  if (options.receipts === true) {
    for (const receipt of submission.receipts)
      process.stdout.write((await api.request({ path: `/v1/receipts/${receipt.id}/document` })).bytes);
    return;
  }
  process.stdout.write((await api.request({ path: `/v1/submissions/${encodeURIComponent(id)}/document` })).bytes);
}

async function resubmitReport(id: string, options: { reason: string }): Promise<void> {
  const api = await findApi({ defaultUser: OFFICER_USER });
  let obligationId = id;
  if (id.startsWith('sub_')) {
    const found = await api.request({ path: `/v1/submissions/${encodeURIComponent(id)}` });
    if (found.status !== 200) {
      process.exitCode = writeIssues(refusalsOf(found));
      return;
    }
    obligationId = submissionSchema.parse(found.json).obligationId;
  }
  const answer = await api.request({
    method: 'POST',
    path: `/v1/obligations/${encodeURIComponent(obligationId)}/resubmit`,
    body: { reason: options.reason },
  });
  if (answer.status !== 202) process.exitCode = writeIssues(refusalsOf(answer));
  else writeLine(answer.json);
}
