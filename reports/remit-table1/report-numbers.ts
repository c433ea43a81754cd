import { decimal, decimalText, roundHalfAwayFromZero } from '../../domain/money/decimal.ts';
import type { Decimal, DecimalText } from '../../domain/money/decimal.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';

/** The schemas of both tables take five decimals, `number` of REMITTable1_V3.xsd and `numberType` of REMITTable2_V1.xsd. */
const NUMBER_DECIMALS = 5;

/** Turns decimals into the text that both tables take and remembers what was lost, under the path of one record. */
export class RecordNumbers {
  readonly findings: ReportFinding[] = [];
  readonly #path: string;

  constructor(recordPath: string) {
    this.#path = recordPath;
  }

  /** A number that should fit as it is: what does not is rounded and reported. `at` is the path below the record. */
  exact(input: { readonly text: DecimalText; readonly field: string; readonly at: string }): DecimalText {
    const value = decimal(input.text);
    const text = this.rounded(value);
    if (!decimal(text).equals(value)) {
      this.findings.push({
        layer: 'rule',
        rule: 'report.rounded',
        field: input.field,
        path: `${this.#path}/${input.at}`,
        severity: 'warning',
        message: `${decimalText(value)} has more than ${NUMBER_DECIMALS} decimals; ${text} is reported.`,
        fix: 'Amend the event where it was not meant so exactly.',
      });
    }
    return text;
  }

  /** A product of our own, rounded half away from zero without a word. */
  rounded(value: Decimal): DecimalText {
    return decimalText(roundHalfAwayFromZero(value, NUMBER_DECIMALS));
  }
}
