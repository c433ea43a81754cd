import type { Command } from 'commander';
import type { ApiAnswer } from '../../client/api-client.ts';
import { findApi } from '../../client/find-api.ts';
import { refusalsOf } from '../../client/refusals.ts';
import { submitTradeFile } from '../../client/submit-trade-file.ts';
import { EXIT, readInput, utf8Text, writeError, writeIssues, writeLine } from '../io.ts';

/** Users of the embedded stack whose keys these commands take. */
const FEED_USER = 'etrm-feed';
const READER_USER = 'clara-conrad';

/** `trade submit`, `trade show`, `trade why`. */
export function addTradeCommands(program: Command): void {
  const trade = program.command('trade').description('Trades in the running system');
  trade
    .command('submit')
    .description('Hand a file of trades to the system, row by row; a broken row never stops the others')
    .argument('<file>', 'CSV or NDJSON, one row a trade; - for standard input')
    .addHelpText('after', '\nExample:\n  energyopti trade submit samples/sample-day/trades.csv')
    .action(async (file: string) => {
      const api = await findApi({ defaultUser: FEED_USER });
      const read = utf8Text(await readInput(file));
      if (!read.ok) {
        process.exitCode = writeIssues([read.issue]);
        return;
      }
      const result = await submitTradeFile({ api, text: read.text, format: file.endsWith('.csv') ? 'csv' : 'detect', onRow: writeLine });
      writeError(`${result.accepted} accepted, ${result.refused} refused`);
      process.exitCode = result.refused === 0 ? EXIT.done : EXIT.findings;
    });
  trade
    .command('show')
    .description('A trade with its versions and its timeline')
    .argument('<id>', 'id of a trade, as `trade submit` printed it')
    .addHelpText('after', '\nExample:\n  energyopti trade show trd_01a2040370477dbba5c97777f38d9a22')
    .action(async (id: string) => {
      const api = await findApi({ defaultUser: READER_USER });
      const found = await api.request({ path: `/v1/trades/${encodeURIComponent(id)}` });
      if (found.status !== 200) return refuse(found);
      const timeline = await api.request({ path: `/v1/trades/${encodeURIComponent(id)}/timeline` });
      writeLine(found.json);
      writeLine(timeline.json);
    });
  trade
    .command('why')
    .description('The one line that says what a trade waits for')
    .argument('<id>', 'id of a trade, as `trade submit` printed it')
    .addHelpText('after', '\nExample:\n  energyopti trade why trd_01a2040370477dbba5c97777f38d9a22')
    .action(async (id: string) => {
      const api = await findApi({ defaultUser: READER_USER });
      const found = await api.request({ path: `/v1/trades/${encodeURIComponent(id)}/waiting` });
      if (found.status !== 200) return refuse(found);
      writeLine(found.json);
    });
}

function refuse(answer: ApiAnswer): void {
  process.exitCode = writeIssues(refusalsOf(answer));
}
