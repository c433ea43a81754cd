import { loadSandboxOptions } from '../sandbox/config.ts';
import { startSandbox } from '../sandbox/server.ts';

/** The regulator that misbehaves on purpose. Prints one JSON line when it listens; ends on SIGTERM and Ctrl-C. */
const options = (() => {
  try {
    return loadSandboxOptions(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
})();

const sandbox = await startSandbox(options);
console.log(JSON.stringify({ ready: true, url: sandbox.url, caFile: sandbox.caCertPath }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.stop().then(() => process.exit(0));
  });
}
