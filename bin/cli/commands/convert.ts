import type { Command } from 'commander';
import { messageTools } from '../message-tools.ts';
import { EXIT, UsageError, readInput, writeLine } from '../io.ts';

/** `convert`. */
export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description('A message as JSON, or that JSON as the message; there and back loses nothing (offline)')
    .argument('<file>', 'XML or JSON; - for standard input')
    .requiredOption('--to <form>', 'json or xml')
    .addHelpText('after', '\nExample:\n  energyopti convert report.xml --to json | energyopti convert - --to xml')
    .action(async (file: string, options: { to: string }) => {
      using tools = messageTools();
      const bytes = await readInput(file);
      if (options.to === 'json') toJson(tools, { file, bytes });
      else if (options.to === 'xml') toXml(tools, { file, bytes });
      else throw new UsageError(`--to takes json or xml, not '${options.to}'`);
    });
}

function toJson(tools: ReturnType<typeof messageTools>, input: { file: string; bytes: Uint8Array }): void {
  const { json, findings } = tools.read(input.bytes);
  if (json !== undefined) writeLine(json);
  else {
    for (const finding of findings) writeLine({ file: input.file, ...finding });
    process.exitCode = EXIT.findings;
  }
}

function toXml(tools: ReturnType<typeof messageTools>, input: { file: string; bytes: Uint8Array }): void {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(input.bytes).toString('utf8'));
  } catch (cause) {
    throw new UsageError(`${input.file} is not JSON: ${cause instanceof Error ? cause.message : 'unknown'}`);
  }
  const written = tools.registry.write(json);
  if (written.kind === 'written') process.stdout.write(written.xml);
  else {
    for (const finding of written.findings) writeLine({ file: input.file, ...finding });
    process.exitCode = EXIT.findings;
  }
}
