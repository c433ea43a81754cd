import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { computeRisk } from '../../../domain/risk/engine/compute.ts';
import { verifyRisk } from '../../../domain/risk/engine/verify.ts';
import { packageVersion } from '../../api/package-version.ts';
import { eachObject } from '../io.ts';

const COMPUTE_EXAMPLE = `
Example:
  echo '{"prices":{"dates":["2026-03-02","2026-03-03","2026-03-04","2026-03-05","2026-03-06"],"series":{"DE_BASE_Y27":[82.1,83.4,81.9,84.0,82.6]}},"positions":{"DE_BASE_Y27":8760},"returns":"relative","horizonDays":1,"confidence":[0.99],"methods":["historical","parametric"]}' | energyopti risk compute`;

const VERIFY_EXAMPLE = `
Example:
  echo '{"prices":{"dates":["2026-03-02","2026-03-03","2026-03-04","2026-03-05"],"series":{"DE_BASE_Y27":[82.1,83.4,81.9,84.0]}},"positions":{"DE_BASE_Y27":8760},"returns":"relative","horizonDays":1,"confidence":[0.99],"methods":["historical"]}' | energyopti risk compute --record | energyopti verify risk`;

/** `risk compute` and `verify risk`. */
export function addRiskCommands(program: Command): void {
  const risk = program.command('risk').description('Market risk');
  risk
    .command('compute')
    .description('VaR, ES, correlation, stress and backtests of positions over a price history, by docs/risk-conventions.md (offline)')
    .argument('[files...]', 'JSON or NDJSON; standard input where absent')
    .option('--record', 'give {"request", "result"}, which `verify risk` recomputes')
    .addHelpText('after', COMPUTE_EXAMPLE)
    .action(async (files: string[], options: { record?: boolean }) => {
      const codeVersion = riskCodeVersion();
      process.exitCode = await eachObject(files, (value) => {
        const answer = computeRisk({ value, codeVersion });
        if (!answer.ok) return { issues: answer.issues };
        return { result: options.record === true ? { request: value, result: answer.result } : answer.result };
      });
    });
  addVerifyRisk(program);
}

/** `verify` may stand already for evidence: `risk` is then one more kind of it. */
function addVerifyRisk(program: Command): void {
  const verify =
    program.commands.find((command) => command.name() === 'verify') ?? program.command('verify').description('Recompute what was stored');
  verify
    .command('risk')
    .description('Recompute stored risk results from their requests, bit for bit (offline)')
    .argument('[files...]', 'lines of `risk compute --record`; standard input where absent')
    .addHelpText('after', VERIFY_EXAMPLE)
    .action(async (files: string[]) => {
      const codeVersion = riskCodeVersion();
      process.exitCode = await eachObject(files, (value) => {
        const verified = verifyRisk({ value, codeVersion });
        if (!verified.ok) return { issues: verified.issues };
        const { inputHash, numbers } = verified;
        return { result: { verified: true, inputHash, numbers, codeVersion: verified.codeVersion } };
      });
    });
}

const HASH_DIGITS = 16;

/** The package's version and a hash over the sources of the engine: equal code versions are equal code. */
export function riskCodeVersion(): string {
  const folder = new URL('../../../domain/risk/engine/', import.meta.url);
  const hash = createHash('sha256');
  const names = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.test-support.ts'),
  );
  for (const name of names.toSorted())
    hash
      .update(`${name}\0`)
      .update(readFileSync(new URL(name, folder)))
      .update('\0');
  return `energyopti-pro/${packageVersion()} sources/${hash.digest('hex').slice(0, HASH_DIGITS)}`;
}
