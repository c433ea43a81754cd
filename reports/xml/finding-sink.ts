import type { ReportFinding } from '../../domain/reporting/finding.ts';
import type { ElementParticle, SimpleType } from './schema-model.ts';
import type { Facet } from './simple-value.ts';

/** No file needs more to be mended; a broken 50 MB file would otherwise fill the memory with findings. */
export const MAX_FINDINGS = 1_000;

/** The rule of the finding that says that counting has ended. */
export const MORE_FINDINGS = 'xsd.more';

/** Collects findings of the schema layer up to {@link MAX_FINDINGS}; the last one says that there are more. */
export class FindingSink {
  readonly #findings: ReportFinding[] = [];

  get findings(): readonly ReportFinding[] {
    return this.#findings;
  }

  schema(finding: Omit<ReportFinding, 'layer' | 'severity'>): void {
    if (this.#findings.length > MAX_FINDINGS) return;
    if (this.#findings.length === MAX_FINDINGS) {
      this.#findings.push({
        layer: 'schema',
        severity: 'error',
        rule: MORE_FINDINGS,
        path: finding.path,
        message: `There are more than ${MAX_FINDINGS} findings; the rest is not listed.`,
        fix: 'Mend these first and validate again.',
      });
      return;
    }
    this.#findings.push({ layer: 'schema', severity: 'error', ...finding });
  }

  /** A value that breaks a facet of its type. */
  value(input: { particle: ElementParticle; type: SimpleType; facet: Facet; path: string; text: string }): void {
    const { particle, type, facet, path } = input;
    const shown = input.text.length > 60 ? `${input.text.slice(0, 60)}…` : input.text;
    this.schema({
      ...(particle.field === undefined ? {} : { field: particle.field }),
      rule: `xsd.${facet}`,
      path,
      message: `${particle.title ?? particle.name} '${shown}' ${complaint(type, facet)}.`,
      fix: `Give ${type.words}.`,
    });
  }
}

function complaint(type: SimpleType, facet: Facet): string {
  switch (facet) {
    case 'type':
      return `is not a value of type ${type.base}`;
    case 'enumeration':
      return 'is not in the list of codes';
    case 'minLength':
      return `is shorter than ${type.minLength ?? 0} characters`;
    case 'maxLength':
      return `is longer than ${type.maxLength ?? 0} characters`;
    case 'pattern':
      return 'has characters or a form that are not allowed';
    case 'totalDigits':
      return `has more than ${type.totalDigits ?? 0} digits`;
    case 'fractionDigits':
      return `has more than ${type.fractionDigits ?? 0} decimals`;
    case 'minInclusive':
      return `is below ${type.minInclusive ?? ''}`;
    case 'maxInclusive':
      return `is above ${type.maxInclusive ?? ''}`;
  }
}
