import type { Command } from 'commander';
import { computeSettlement } from '../../../domain/settlement/compute.ts';
import { eachObject } from '../io.ts';

const EXAMPLE = `
Prices: {"fixed":"92.35"}, {"index":"DE_DA","factor":"1","spread":"0.75"} or {"formula":"clamp(0.7*TTF_MA[6-0-1@JAN] + 2.15, 20, 45)"};
windows: interval, H, D, M-n, X-Y-Z@JAN|OCT. Fixings: {"index","from","to","value"}; a day or month as "to" is included. Where a fixing
is missing it is named under missingFixings, and net, vat and total are null.

Examples:
  echo '{"terms":{"commodity":"power","market":"DE","direction":"sell","profile":"base","capacityMw":"10","price":{"fixed":"92.35"},"currency":"EUR","deliveryStart":"2027-01-01","deliveryEnd":"2027-01-31","vat":{"sellerCountry":"DE","buyerCountry":"DE","buyerIsDealer":false}},"month":"2027-01"}' | energyopti settlement compute
  echo '{"terms":{"commodity":"gas","market":"TTF","direction":"buy","profile":"gasDay","capacityMw":"1","price":{"formula":"TTF_MA[M-0] + 0.5"},"currency":"EUR","deliveryStart":"2027-01-01","deliveryEnd":"2027-01-31","vat":{"sellerCountry":"NL","buyerCountry":"DE","buyerIsDealer":true}},"month":"2027-01","fixings":[{"index":"TTF_MA","from":"2027-01","to":"2027-01","value":"33.20"}]}' | energyopti settlement compute`;

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
