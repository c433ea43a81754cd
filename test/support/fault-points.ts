import { appendFileSync, closeSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../adapters/channels/channel.ts';

/** Where a process can be made to die: before a request goes out, while it is under way, after its answer and before anything is committed. */
export const FAULT_POINTS = ['beforeSend', 'duringSend', 'afterSend', 'beforeLookup', 'afterLookup'] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Dies the `nth` time that the point is reached, counted over all lives of the process. */
export type PlannedFault = { readonly point: FaultPoint; readonly nth: number };

/** File in the folder of the faults that says which are planned. */
export const PLAN_FILE = 'plan.json';
const UNDER_WAY_MS = 4;

/** Kills its own process with SIGKILL at the planned points; counters and traces lie in `folder`, so that each fault strikes once. */
export function withFaultPoints<C extends Channel>(channel: C, folder: string): C {
  // Safe because only our tests write the file.
  const plan = JSON.parse(readFileSync(path.join(folder, PLAN_FILE), 'utf8')) as readonly PlannedFault[];
  const pass = (point: FaultPoint): void => {
    const counter = path.join(folder, `${point}.count`);
    appendFileSync(counter, '.');
    const count = statSync(counter).size;
    if (!plan.some((fault) => fault.point === point && fault.nth === count)) return;
    closeSync(openSync(path.join(folder, `${point}-${count}.struck`), 'wx'));
    process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...channel,
    send: async (artefact) => {
      pass('beforeSend');
      const sending = channel.send(artefact);
      await Promise.race([sending, sleep(UNDER_WAY_MS)]);
      pass('duringSend');
      const outcome = await sending;
      pass('afterSend');
      return outcome;
    },
    lookup: async (input) => {
      pass('beforeLookup');
      const outcome = await channel.lookup(input);
      pass('afterLookup');
      return outcome;
    },
  };
}
