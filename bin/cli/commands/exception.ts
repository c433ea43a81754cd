import type { Command } from 'commander';
import { findApi } from '../../client/find-api.ts';
import { listAll } from '../../client/list-all.ts';
import { refusalsOf } from '../../client/refusals.ts';
import { writeIssues, writeLine } from '../io.ts';

const OFFICER_USER = 'clara-conrad';

/** `exception list`, `exception resolve`. */
export function addExceptionCommands(program: Command): void {
  const exception = program.command('exception').description('What waits for a person');
  exception
    .command('list')
    .description('The open exceptions, newest first')
    .option('--all', 'the resolved ones too')
    .addHelpText('after', '\nExample:\n  energyopti exception list')
    .action(async (options: { all?: true }) => {
      const api = await findApi({ defaultUser: OFFICER_USER });
      for await (const item of listAll(api, `/v1/exceptions${options.all === true ? '' : '?state=open'}`)) writeLine(item);
    });
  exception
    .command('resolve')
    .description('Close an exception with a reason')
    .argument('<id>', 'id of an exception, as `exception list` prints it')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .addHelpText(
      'after',
      "\nExample:\n  energyopti exception resolve exc_01a204104ebc7620a15db090d8b15cbc --reason 'the broker confirmed it'",
    )
    .action(async (id: string, options: { reason: string }) => {
      const api = await findApi({ defaultUser: OFFICER_USER });
      const answer = await api.request({
        method: 'POST',
        path: `/v1/exceptions/${encodeURIComponent(id)}/resolve`,
        body: { reason: options.reason },
      });
      if (answer.status !== 200) process.exitCode = writeIssues(refusalsOf(answer));
      else writeLine(answer.json);
    });
}
