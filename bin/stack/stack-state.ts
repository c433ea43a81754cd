import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from './ports.ts';
import { readJson, writePrivateJson } from './private-file.ts';
import { killIfAlive, startMark } from './process-table.ts';
import type { Log } from './supervise.ts';

/** Time that processes of a killed supervisor get to end on their own. */
const LEFTOVER_MS = 15_000;
const POLL_MS = 100;

const secretsSchema = z.object({
  /** Names this data folder, so that what is kept elsewhere on the machine can be told apart. */
  id: z.string(),
  databaseAdminPassword: z.string(),
  databaseAppPassword: z.string(),
  channelToken: z.string(),
  sandboxAdminToken: z.string(),
  /** Losing it makes what Temporal stores unreadable. */
  payloadKeys: z.string(),
});
const portsSchema = z.record(z.string(), z.number());
const stackFileSchema = z.object({
  profile: z.string(),
  supervisorPid: z.number(),
  urls: z.record(z.string(), z.string()),
  temporal: z.object({ address: z.string(), namespace: z.string() }),
  processes: z.array(z.object({ name: z.string(), pid: z.number(), mark: z.string() })),
  apiKeysFile: z.string(),
});

export type StackSecrets = z.output<typeof secretsSchema>;
/** What `stack.json` tells the command line: where the running stack is. It holds no secret, but is private all the same. */
export type StackFile = z.output<typeof stackFileSchema>;

/**
 * The folder of one profile, made where it is absent.
 * @throws Error in one sentence with the fix where it cannot be made or written
 */
export function openProfileFolder(input: { readonly dataDir: string; readonly profile: string }): string {
  const folder = resolve(input.dataDir, input.profile);
  for (const made of [resolve(input.dataDir), folder]) {
    const existed = existsSync(made);
    try {
      mkdirSync(made, { recursive: true });
      accessSync(made, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      throw new Error(`The data folder ${made} cannot be made or written (${why}): mend that, or choose another with DATA_DIR.`, { cause });
    }
    // PostgreSQL's account passes through, and sees nothing; every file in it is closed by itself.
    if (!existed) chmodSync(made, 0o711);
  }
  return folder;
}

/** The passwords and tokens of this profile, made once. */
export function loadSecrets(folder: string): StackSecrets {
  const file = join(folder, 'secrets.json');
  const known = readJson(file, secretsSchema);
  if (known !== undefined) return known;
  const secret = (): string => randomBytes(24).toString('base64url');
  const made = {
    id: randomBytes(8).toString('hex'),
    databaseAdminPassword: secret(),
    databaseAppPassword: secret(),
    channelToken: secret(),
    sandboxAdminToken: secret(),
    payloadKeys: `k1:${randomBytes(32).toString('base64')}`,
  };
  writePrivateJson(file, made);
  return made;
}

/**
 * Ports by name: those of the last run where they are still free.
 * @throws Error in one sentence with the fix where a fixed one is taken
 */
export async function choosePorts(input: {
  readonly folder: string;
  readonly names: readonly string[];
  readonly fixed?: Readonly<Record<string, number>>;
}): Promise<Readonly<Record<string, number>>> {
  const file = join(input.folder, 'ports.json');
  const known = readJson(file, portsSchema) ?? {};
  const chosen: Record<string, number> = {};
  for (const name of input.names) {
    const fixed = input.fixed?.[name];
    let port = await freePort(fixed ?? known[name]);
    if (fixed !== undefined && port !== fixed)
      throw new Error(`Port ${fixed}, given for ${name}, is in use: free it, or choose another (${name.toUpperCase()}_PORT).`);
    // The system may offer the same free port twice in a row, as nobody listens on the first one yet.
    while (Object.values(chosen).includes(port)) port = await freePort();
    chosen[name] = port;
  }
  writePrivateJson(file, { ...known, ...chosen });
  return chosen;
}

/** Where the running stack of a profile is; nothing where none was ever started. */
export function readStackFile(folder: string): StackFile | undefined {
  return readJson(join(folder, 'stack.json'), stackFileSchema);
}

export function writeStackFile(
  folder: string,
  content: Omit<StackFile, 'processes'> & { readonly pids: Readonly<Record<string, number>> },
): void {
  const { pids, ...rest } = content;
  const processes = Object.entries(pids).map(([name, pid]) => ({ name, pid, mark: startMark(pid) ?? '' }));
  writePrivateJson(join(folder, 'stack.json'), { ...rest, processes });
}

/** Waits for the processes of an earlier run whose supervisor was killed, and ends those that do not end by themselves. */
export async function endLeftovers(input: { readonly folder: string; readonly log: Log }): Promise<void> {
  const alive = (): StackFile['processes'] =>
    (readStackFile(input.folder)?.processes ?? []).filter((one) => one.mark !== '' && startMark(one.pid) === one.mark);
  if (alive().length === 0) return;
  input.log(
    `Waiting for processes of the last run to end: ${alive()
      .map((one) => `${one.name} (${one.pid})`)
      .join(', ')}.`,
  );
  const deadline = performance.now() + LEFTOVER_MS;
  while (alive().length > 0 && performance.now() < deadline) await sleep(POLL_MS);
  for (const one of alive()) killIfAlive(one.pid, one.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
}
