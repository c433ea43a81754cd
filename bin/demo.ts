import { runDemo } from './demo/run-demo.ts';

const say = (line: string): void => console.error(line);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

try {
  const { summary, complaints, folder } = await runDemo({ say, signal: interruption.signal });
  for (const complaint of complaints) say(`  not as it should be: ${complaint}`);
  say(`Done in ${(summary.durationMs / 1000).toFixed(1)} s. Files are under ${folder}: xml, receipts, invoices, summary.json.`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
process.exit();
