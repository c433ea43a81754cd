import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts in these; `getconf CLK_TCK` is 100 everywhere that matters. */
const MS_PER_TICK = 10;

/** CPU time of a process, its ended children and its living descendants, in milliseconds. Linux only. */
export function cpuMsOfTree(rootPid: number): number {
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === undefined) continue;
    const pid = Number(name);
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    ticks.set(
      pid,
      [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0),
    );
  }
  let total = 0;
  const waiting = [rootPid];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    total += ticks.get(pid) ?? 0;
    waiting.push(...(children.get(pid) ?? []));
  }
  return total * MS_PER_TICK;
}

/** The fields of /proc/PID/stat from the state on; undefined where the process has ended meanwhile. */
function statOf(pid: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
