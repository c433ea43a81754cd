import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackEnv } from '../../config/stack-env.ts';
import type { Log } from './supervise.ts';

/** The project's folder: children run in it, relative paths of the configuration start from it. */
export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

/** Our own programs, in the order in which they are stopped. */
export const PROGRAM_NAMES = ['api', 'queue-worker', 'worker', 'sandbox'] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];
export type ProcessName = ProgramName | 'postgres' | 'temporal';

/** How the sandbox behaves; handed to it as its environment. */
export type SandboxOptions = {
  readonly seed?: string;
  /** Misbehaviours, in the sandbox's own notation. */
  readonly modes?: string;
  readonly delayMs?: number;
};

export type StackOptions = {
  /** Folder name below `dataDir`, e.g. `start`, `demo`. */
  readonly profile: string;
  readonly env: StackEnv;
  readonly log: Log;
  /** In place of `env.dataDir`. */
  readonly dataDir?: string;
  /** JSON file with `offsetMs` that moves the clock of all children. */
  readonly clockFile?: string;
  readonly sandbox?: SandboxOptions;
  /** Which of our programs run; all by default. Tests that need servers only pass none. */
  readonly programs?: readonly ProgramName[];
  /** Entry file of a program, in place of `bin/<name>.ts`. */
  readonly entries?: Partial<Readonly<Record<ProgramName, string>>>;
  /** Further environment of the children. */
  readonly childEnv?: Readonly<Record<string, string>>;
  /** Brings the database up to date and makes the application role. */
  readonly migrate: (input: { adminUrl: string; appPassword: string; log: Log }) => Promise<void>;
  /** Runs after the migrations, before the programs: seeds, keys. */
  readonly prepare?: (context: StackContext) => Promise<void>;
  /** A process ended too often and is left down. */
  readonly onGiveUp?: (name: string, reason: string) => void;
};

/** What `prepare` gets to work with. */
export type StackContext = {
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly profileDir: string;
  /** Where seeds write the API keys they make, mode 0600. */
  readonly apiKeysFile: string;
  readonly log: Log;
};

export function entryOf(options: StackOptions, name: ProgramName): string {
  return options.entries?.[name] ?? join(PROJECT_DIR, 'bin', `${name}.ts`);
}
