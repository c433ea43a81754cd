import type { FieldIssue } from '../../errors/app-error.ts';
import { canonicalJson } from './canonical-json.ts';
import { computeRisk } from './compute.ts';
import { createIssues, pointer, readObject, riskNumber } from './request-reader.ts';

/** Differences named for one result. */
const DIFFERENCES_MAX = 100;

export type RiskVerification =
  | { ok: true; inputHash: string; numbers: number; codeVersion: string }
  | { ok: false; issues: readonly FieldIssue[] };

/**
 * Recomputes a stored result from its request and compares every member bit for bit. `value` is `{ request, result }` as parsed by JSON.parse.
 * The code version is compared last and alone: other code that gives the same numbers is named as such.
 */
export function verifyRisk({ value, codeVersion }: { value: unknown; codeVersion: string }): RiskVerification {
  const issues = createIssues();
  const record = readObject({ value, field: '', known: ['request', 'result'], issues });
  if (record === undefined || issues.found.length > 0) return { ok: false, issues: issues.found };
  const stored = readObject({ value: record['result'], field: '/result', issues });
  if (stored === undefined) return { ok: false, issues: issues.found };
  const instrumentOrder = storedOrder({ stored, request: record['request'] });
  const answer = computeRisk({ value: record['request'], codeVersion, ...(instrumentOrder === undefined ? {} : { instrumentOrder }) });
  if (!answer.ok) return { ok: false, issues: answer.issues.map((issue) => ({ ...issue, field: `/request${issue.field}` })) };
  // What is stored went through JSON, so what is recomputed does too.
  const again: unknown = JSON.parse(JSON.stringify(answer.result));
  const differences: FieldIssue[] = [];
  // Provenance first: a changed request is named as such before the numbers that follow from it.
  compare({ stored: member(stored, 'provenance'), again: member(again, 'provenance'), field: '/result/provenance', differences });
  compare({ stored: withoutProvenance(stored), again: withoutProvenance(again), field: '/result', differences });
  if (differences.length > 0) return { ok: false, issues: differences };
  const { inputHash, codeVersion: recomputedBy } = answer.result.provenance;
  return { ok: true, inputHash, numbers: countNumbers(again), codeVersion: recomputedBy };
}

/** The order of the stored matrices: a store that sorts keys has lost that of the positions. */
function storedOrder({ stored, request }: { stored: Record<string, unknown>; request: unknown }): string[] | undefined {
  const named = member(member(member(stored, 'provenance'), 'conventions'), 'instruments');
  const positions = member(request, 'positions');
  if (!Array.isArray(named) || typeof positions !== 'object' || positions === null) return undefined;
  const names = named.filter((name) => typeof name === 'string');
  const held = Object.keys(positions);
  const isSame =
    names.length === held.length && new Set(names).size === held.length && names.every((name) => Object.hasOwn(positions, name));
  return isSame ? names : undefined;
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function withoutProvenance(value: unknown): unknown {
  return isTree(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'provenance')) : value;
}

function compare(input: { stored: unknown; again: unknown; field: string; differences: FieldIssue[] }): void {
  const { stored, again, field, differences } = input;
  if (differences.length >= DIFFERENCES_MAX) return;
  if (isTree(stored) && isTree(again) && Array.isArray(stored) === Array.isArray(again)) {
    const storedMembers = new Map<string, unknown>(Object.entries(stored));
    const againMembers = new Map<string, unknown>(Object.entries(again));
    for (const key of new Set([...storedMembers.keys(), ...againMembers.keys()]))
      compare({ stored: storedMembers.get(key), again: againMembers.get(key), field: pointer(field, key), differences });
    return;
  }
  // The command line hands a stored number on as its exact text; the same double is the same bits.
  const isSame = typeof again === 'number' ? riskNumber(stored) === again : canonicalJson(stored) === canonicalJson(again);
  if (isSame) return;
  differences.push({
    field,
    code: field === '/result/provenance/codeVersion' ? 'risk.verify.codeVersion' : 'risk.verify.differs',
    message: `stored ${text(stored)}, recomputed ${text(again)}`,
    fix:
      field === '/result/provenance/codeVersion'
        ? 'Recompute it with the version that is named, or store the result anew.'
        : 'The request or the result was changed after it was stored, or other code made it.',
  });
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalJson(value).slice(0, 80);
}

function countNumbers(value: unknown): number {
  if (typeof value === 'number') return 1;
  return isTree(value) ? Object.values(value).reduce((total: number, item: unknown) => total + countNumbers(item), 0) : 0;
}
