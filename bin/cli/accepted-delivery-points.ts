import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const LIST_FILE = /^acer-accepted-eics-\d{4}-\d{2}-\d{2}\.csv$/;
const EIC = /\b[0-9]{2}[XYZTWV][0-9A-Z-]{13}/g;

/**
 * ACER's list of accepted EICs, the newest in the folder by the date in its name; every code in it counts, whatever the columns are.
 * Undefined where no list is installed or the list names no code: then nothing is judged by it.
 *
 * @source TRUM Annex VI, List of Accepted EICs
 */
export function loadAcceptedDeliveryPoints(folder: string): ReadonlySet<string> | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return undefined;
  }
  const newest = names
    .filter((name) => LIST_FILE.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) return undefined;
  const codes = readFileSync(path.join(folder, newest), 'utf8').match(EIC);
  return codes === null ? undefined : new Set(codes);
}
