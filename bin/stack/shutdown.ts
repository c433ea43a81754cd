/** npm passes on a Ctrl-C that the terminal has delivered already: what comes this soon is the same one. */
const SAME_REQUEST_MS = 500;

/** Resolves with the exit code 0 at the first Ctrl-C, SIGTERM or SIGHUP. A second one ends the process at once. */
export function untilSignal(say: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (askedAtMs === undefined) {
          askedAtMs = performance.now();
          say('Stopping in order (once more to force) …');
          resolve(0);
        } else if (performance.now() - askedAtMs > SAME_REQUEST_MS) {
          say('Ended at once; what still runs ends by itself.');
          process.exit(130);
        }
      });
    }
  });
}
