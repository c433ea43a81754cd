import { chownSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where data and programs go that PostgreSQL's account must reach although the checkout is closed to it. */
const PUBLIC_ROOT = '/var/lib/energyopti';
const ACCOUNTS = ['postgres', 'nobody'];

/** Whom the server runs as. Nothing where that is simply us: PostgreSQL refuses to run as root only. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/** An unprivileged account of this machine, where we are root. */
export function accountForServer(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ACCOUNTS) {
    const entry = accounts.find(([candidate]) => candidate === name);
    if (entry !== undefined) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and this machine has neither of the accounts ${ACCOUNTS.join(', ')}. Create one: useradd --system postgres`,
  );
}

/** The first folder above `path` (or itself) that the account cannot enter. */
export function closedFolder(path: string, account: Account): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return folder;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder for the server's data: in ours where the account can reach it, else a private one under /var/lib. */
export function dataFolderFor(input: {
  readonly wanted: string;
  readonly id: string;
  readonly account: Account | undefined;
  readonly log: (line: string) => void;
}): string {
  if (input.account === undefined) return input.wanted;
  const closed = closedFolder(dirname(input.wanted), input.account);
  if (closed === undefined) return input.wanted;
  const folder = join(PUBLIC_ROOT, input.id, 'postgres');
  input.log(`PostgreSQL runs as '${input.account.name}', which may not enter ${closed}: its data is in ${folder}.`);
  mkdirSync(dirname(folder), { recursive: true });
  for (const opened of [PUBLIC_ROOT, dirname(folder)]) chmodSync(opened, 0o711);
  return folder;
}

/** The folder with the server's programs: the package's own where the account can reach it, else a copy under /var/lib. */
export function programFolderFor(input: {
  readonly packaged: string;
  readonly version: string;
  readonly account: Account | undefined;
  readonly log: (line: string) => void;
}): string {
  if (input.account === undefined || closedFolder(input.packaged, input.account) === undefined) return input.packaged;
  const copy = join(PUBLIC_ROOT, `postgres-${input.version}`);
  if (existsSync(copy)) return copy;
  input.log(`Copying PostgreSQL ${input.version} to ${copy}, where '${input.account.name}' can run it.`);
  mkdirSync(PUBLIC_ROOT, { recursive: true, mode: 0o711 });
  const temporary = `${copy}.${process.pid}`;
  cpSync(input.packaged, temporary, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(temporary, copy);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process may have been first with the same copy.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Makes a folder that only the server's account can read. */
export function makeServerFolder(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
}
