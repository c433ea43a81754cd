import { describe, expect, it } from 'vitest';
import { supervise } from '../../../bin/stack/supervise.ts';
import type { Ending, Running } from '../../../bin/stack/supervise.ts';
import { waitUntil } from './fixtures/wait.ts';

/** A process that exists only here: `end` is its death, `stop` its orderly end. */
function inMemory(): { launch: () => Promise<Running>; end: (ending: Ending) => void; launched: () => number; stopped: () => number } {
  let launched = 0;
  let stopped = 0;
  let end: (ending: Ending) => void = () => undefined;
  return {
    launch: async () => {
      launched += 1;
      const ended = new Promise<Ending>((resolve) => {
        end = resolve;
      });
      return {
        pid: 1_000_000 + launched,
        ended,
        stop: async () => {
          stopped += 1;
          end({ code: 0, signal: null });
        },
      };
    },
    end: (ending) => end(ending),
    launched: () => launched,
    stopped: () => stopped,
  };
}

describe('supervise', () => {
  it('starts again after a crash, and not after a stop', async () => {
    const fake = inMemory();
    const said: string[] = [];
    const one = supervise({ name: 'worker', launch: fake.launch, log: (line) => said.push(line), backoffFirstMs: 1 });
    await one.start();
    fake.end({ code: null, signal: 'SIGKILL' });
    await waitUntil({ what: 'the second launch', timeoutMs: 2_000, done: () => fake.launched() === 2 });
    await one.whenReady();
    expect(one.pid()).toBe(1_000_002);
    expect(said).toEqual(['worker ended by SIGKILL; starting it again.']);
    await one.stop();
    expect([fake.launched(), fake.stopped(), one.pid()]).toEqual([2, 1, undefined]);
  });

  it('leaves a process down that keeps ending, and says so once', async () => {
    const fake = inMemory();
    const reasons: string[] = [];
    const one = supervise({
      name: 'api',
      log: () => undefined,
      backoffFirstMs: 1,
      onGiveUp: (reason) => reasons.push(reason),
      launch: async () => {
        const running = await fake.launch();
        setImmediate(() => fake.end({ code: 1, signal: null }));
        return running;
      },
    });
    await one.start();
    await waitUntil({ what: 'giving up', timeoutMs: 5_000, done: () => reasons.length > 0 });
    expect(fake.launched()).toBe(9);
    expect(reasons).toEqual(['api ended 8 times within a minute and is left down; its log says why.']);
    await one.stop();
  });

  it('stops what was still coming up when it was told to stop', async () => {
    const fake = inMemory();
    const gate = Promise.withResolvers<void>();
    const one = supervise({ name: 'api', log: () => undefined, launch: async () => gate.promise.then(fake.launch) });
    const started = one.start();
    const stopped = one.stop();
    gate.resolve();
    await Promise.all([started, stopped]);
    expect([fake.launched(), fake.stopped(), one.pid()]).toEqual([1, 1, undefined]);
  });
});
