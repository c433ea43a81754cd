import type { Command } from 'commander';
import { messageTools } from '../message-tools.ts';
import { EXIT, UsageError, readInput, writeError, writeLine } from '../io.ts';

/** `validate`. */
export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .description('Judge messages in all layers: schema, applicability, rules, and the official schema where SCHEMA_DIR has it (offline)')
    .argument('<files...>', 'XML files, told apart by their namespace; - for standard input')
    .addHelpText('after', '\nExample:\n  energyopti validate .energyopti/demo/xml/*.xml')
    .action(async (files: string[]) => {
      if (files.length === 0) throw new UsageError('name at least one file');
      using tools = messageTools();
      let errors = 0;
      for (const file of files) {
        for (const finding of await tools.findingsOf(await readInput(file))) {
          if (finding.severity === 'error') errors += 1;
          writeLine({ file, ...finding });
        }
      }
      if (!tools.hasOfficialSchemas()) writeError('The official schemas are not installed (SCHEMA_DIR); our own model judged alone.');
      process.exitCode = errors === 0 ? EXIT.done : EXIT.findings;
    });
}
