import type { Command } from 'commander';
import { deadlineRequest } from '../../../domain/reporting/remit/deadline.ts';
import { eachObject } from '../io.ts';

const EXAMPLE = `
Example:
  echo '{"regime":"REMIT","kind":"bilateral","concludedAt":"2026-04-29T10:00:00Z"}' | energyopti deadline`;

/** `deadline`. */
export function addDeadlineCommand(program: Command): void {
  program
    .command('deadline')
    .description('When a report is due, by the rule in force on the trade date (offline)')
    .argument('[files...]', 'JSON or NDJSON; standard input where absent')
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[]) => {
      process.exitCode = await eachObject(files, (value) => {
        const answer = deadlineRequest(value);
        if (answer.kind === 'refused') return { issues: answer.issues };
        const { dueOn, dueAt, rule, source } = answer;
        return { result: { dueOn, dueAt, rule, source } };
      });
    });
}
