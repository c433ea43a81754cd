import type { Command } from 'commander';
import { computeSettlement } from '../../../domain/settlement/compute.ts';
import { eachObject } from '../io.ts';

const EXAMPLE = `
Example:
  echo '{"terms":{"commodity":"power","market":"DE","direction":"sell","profile":"base","capacityMw":"10","price":{"fixed":"92.35"},"currency":"EUR","deliveryStart":"2027-01-01","deliveryEnd":"2027-01-31","vat":{"sellerCountry":"DE","buyerCountry":"DE","buyerIsDealer":false}},"month":"2027-01"}' | energyopti settlement compute`;

/** `settlement compute`. */
export function addSettlementCommands(program: Command): void {
  const settlement = program.command('settlement').description('Settlement rules');
  settlement
    .command('compute')
    .description('Volumes, lines, VAT, total and due date of one trade in one delivery month (offline)')
    .argument('[files...]', 'JSON or NDJSON; standard input where absent')
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[]) => {
      process.exitCode = await eachObject(files, (value) => ({ result: computeSettlement(value) }));
    });
}
