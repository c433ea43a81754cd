import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * Used where no reference folder is at hand: delivery points that were on ACER's List of Accepted EICs of 5 July 2024.
 * @source ACER, List of Accepted EICs (TRUM Annex VI), 2024-07-05
 */
export const OWN_ACCEPTED_EICS = {
  asOf: '2024-07-05',
  codes: ['10YDE-RWENET---I', '10YFR-RTE------C', '21YNL----TTF---1', '37Y005053MH0000R'],
} as const;

export type AcceptedEics = { readonly source: string; readonly codes: ReadonlySet<string> };

const EIC_PATTERN = /[0-9]{2}[XYZTWV][0-9A-Z-]{13}/g;
const LIST_FILE_PATTERN = /accepted-eics.*\.(csv|txt)$/i;

/** The newest list of the folder by its name, in which every 16-character code counts, whatever the columns are. */
export function loadAcceptedEics(referenceDir: string | undefined): AcceptedEics {
  const name =
    referenceDir !== undefined && existsSync(referenceDir)
      ? readdirSync(referenceDir)
          .filter((file) => LIST_FILE_PATTERN.test(file))
          .toSorted()
          .at(-1)
      : undefined;
  if (referenceDir === undefined || name === undefined) {
    return { source: `own list as of ${OWN_ACCEPTED_EICS.asOf}`, codes: new Set(OWN_ACCEPTED_EICS.codes) };
  }
  const codes = readFileSync(join(referenceDir, name), 'utf8').match(EIC_PATTERN) ?? [];
  return { source: name, codes: new Set(codes) };
}

/** Who counts as registered (CEREMP's part in the play). `wellShaped`: everyone but `unregistered`; `listed`: only `registered`. */
export const registrySchema = z.strictObject({
  mode: z.enum(['wellShaped', 'listed']).default('wellShaped'),
  registered: z.array(z.string().max(40)).max(100_000).default([]),
  unregistered: z.array(z.string().max(40)).max(100_000).default([]),
});
export type Registry = z.infer<typeof registrySchema>;

export type PartyRegistry = {
  isRegistered(code: string): boolean;
  replace(registry: Registry): void;
};

/** Reads `registry.json` again whenever it changes on the disk. */
export function createPartyRegistry(path: string): PartyRegistry {
  let readAt = -1;
  let registry: Registry = registrySchema.parse({});

  function current(): Registry {
    const changedAt = existsSync(path) ? statSync(path).mtimeMs : 0;
    if (changedAt !== readAt) {
      registry = registrySchema.parse(changedAt === 0 ? {} : JSON.parse(readFileSync(path, 'utf8')));
      readAt = changedAt;
    }
    return registry;
  }

  return {
    isRegistered: (code) => {
      const { mode, registered, unregistered } = current();
      return mode === 'listed' ? registered.includes(code) : !unregistered.includes(code);
    },
    replace: (next) => {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(`${path}.part`, JSON.stringify(next, undefined, 2));
      renameSync(`${path}.part`, path);
      readAt = -1;
    },
  };
}
