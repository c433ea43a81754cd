import type { IdentifierFinding } from '../identifiers/finding.ts';
import type { RuleResult } from './rule.ts';

/** An error holds the trade until master data are mended, a warning is recorded, and nothing found passes with the words of `right`. */
export function resultOfFindings(input: { findings: readonly IdentifierFinding[]; right: string }): RuleResult {
  const { findings, right } = input;
  if (findings.length === 0) return { outcome: 'pass', explanation: right };
  const explanation = findings.map(({ message, fix }) => `${message} ${fix}`).join(' ');
  return { outcome: findings.some(({ severity }) => severity === 'error') ? 'hold' : 'warn', explanation };
}
