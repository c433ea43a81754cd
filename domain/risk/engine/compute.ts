import type { FieldIssue } from '../../errors/app-error.ts';
import { measure } from './measures.ts';
import type { JsonValue, Measured } from './measures.ts';
import { parseRiskRequest } from './parse-request.ts';
import { provenanceOf } from './provenance.ts';
import type { Provenance } from './provenance.ts';
import { prepareInputs } from './risk-inputs.ts';
import type { RiskMethod, RiskRequest } from './request.ts';

/** What `risk compute` gives: a member for every method asked for, and where it all came from. Numbers are doubles. */
export type RiskResult = Readonly<Partial<Record<RiskMethod, JsonValue>>> & { readonly provenance: Provenance };

export type RiskAnswer = { ok: true; result: RiskResult } | { ok: false; issues: readonly FieldIssue[] };

/**
 * Computes every measure asked for. `value` is the request as it was parsed from JSON (numbers, or their exact text); `codeVersion` names the
 * program. The same request gives the same bytes always; the order of positions changes only the order of rows and members.
 */
export function computeRisk(input: { value: unknown; codeVersion: string; instrumentOrder?: readonly string[] }): RiskAnswer {
  const parsed = parseRiskRequest(input.value);
  if (!parsed.ok) return parsed;
  return computeParsedRisk({ ...input, request: parsed.request });
}

/** `computeRisk` of a request that is read already. `instrumentOrder` gives matrices in an order other than that of the positions. */
export function computeParsedRisk(input: { request: RiskRequest; codeVersion: string; instrumentOrder?: readonly string[] }): RiskAnswer {
  const { request, codeVersion, instrumentOrder = Object.keys(request.positions) } = input;
  const inputs = prepareInputs({ request, instrumentOrder });
  const members: Partial<Record<RiskMethod, JsonValue>> = {};
  const issues: FieldIssue[] = [];
  for (const method of request.methods) {
    const measured: Measured = measure({ method, inputs });
    if (!measured.ok) issues.push(...measured.issues);
    else if (isFiniteThroughout(measured.value)) members[method] = measured.value;
    else issues.push(overflowIssue(method));
  }
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, result: { ...members, provenance: provenanceOf({ inputs, codeVersion }) } };
}

/** JSON has no infinity: it would be written as null, and read as no risk. */
function isFiniteThroughout(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every((item: JsonValue) => isFiniteThroughout(item));
}

function overflowIssue(method: RiskMethod): FieldIssue {
  return {
    field: '/prices/series',
    code: 'risk.notFinite',
    message: `'${method}' gives a number that is infinite or none: prices or quantities are too large, too small, or all but constant`,
    fix: 'Check the prices and quantities, and give them in other units.',
  };
}
