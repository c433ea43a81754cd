import type { Command } from 'commander';
import { remitUtiFromRequest } from '../../../domain/reporting/remit/uti-request.ts';
import { remitTable1Fields } from '../../../reports/templates/remit-table1-v3/fields.ts';
import { remitTable2Fields } from '../../../reports/templates/remit-table2-v1/fields.ts';
import { UsageError, eachObject, writeLine } from '../io.ts';

const UTI_EXAMPLE = `
Example:
  echo '{"text":"C0643778W.EUC06AG978W.EUFWELP2014-11-2153.50000EUR1.0000000000MW10YCB-EUROPEU--82015-01-012015-01-31","progressive":1}' | energyopti remit uti
  echo '{"terms":{"buyer":"A0010001N.DE","seller":"A0001984K.DE","contractType":"FW","energyCommodity":"EL","settlementMethod":"P","tradeDate":"2026-09-29","price":"93.40","priceCurrency":"EUR","quantity":"10","quantityUnit":"MW","deliveryPoint":"10YDE-RWENET---I","deliveryStartDate":"2026-11-01","deliveryEndDate":"2026-11-30"},"progressive":1,"profile":"guide"}' | energyopti remit uti`;

/** `remit uti`, `remit fields`. */
export function addRemitCommands(program: Command): void {
  const remit = program.command('remit').description('REMIT rules');
  remit
    .command('uti')
    .description("ACER's transaction identifier of the given terms (offline)")
    .argument('[files...]', 'JSON or NDJSON; standard input where absent')
    .addHelpText('after', UTI_EXAMPLE)
    .action(async (files: string[]) => {
      process.exitCode = await eachObject(files, (value) => {
        const answer = remitUtiFromRequest(value);
        return answer.kind === 'uti' ? { result: { uti: answer.uti, text: answer.text } } : { issues: answer.issues };
      });
    });
  remit
    .command('fields')
    .description('Every field of REMIT Table 1 and Table 2: number, name, path, format, applicability, source (offline)')
    .option('--table <number>', 'only those of table 1 or 2')
    .addHelpText('after', '\nExample:\n  energyopti remit fields --table 2')
    .action((options: { table?: string }) => {
      for (const field of fieldsOf(options.table)) writeLine(field);
    });
}

function fieldsOf(table: string | undefined): readonly object[] {
  switch (table) {
    case undefined:
      return [...remitTable1Fields(), ...remitTable2Fields()];
    case '1':
      return remitTable1Fields();
    case '2':
      return remitTable2Fields();
    default:
      throw new UsageError(`--table takes 1 or 2, not '${table}'`);
  }
}
