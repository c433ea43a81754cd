import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { judgeCamt053 } from '../templates/camt-053/read-camt-053.ts';
import { CAMT_053 } from '../templates/camt-053/schema.ts';
import { judgePain001 } from '../templates/pain-001/judge-pain-001.ts';
import { PAIN_001 } from '../templates/pain-001/schema.ts';
import { PAIN_002 } from '../templates/pain-002/schema.ts';
import type { XmlValue } from '../xml/document-type.ts';
import type { MessageSchema } from '../xml/schema-model.ts';

/** A payment message with what is checked above its schema; only documents that keep the schema are judged. */
export type PaymentMessage = {
  readonly schema: MessageSchema;
  readonly judge: (document: XmlValue, schemaFindings: readonly ReportFinding[]) => readonly ReportFinding[];
};

/** Every payment message that `validate` and `convert` know. */
export const PAYMENT_MESSAGES: readonly PaymentMessage[] = [
  { schema: PAIN_001, judge: whereSound(judgePain001) },
  { schema: PAIN_002, judge: () => [] },
  { schema: CAMT_053, judge: whereSound(judgeCamt053) },
];

function whereSound(judge: (document: XmlValue) => readonly ReportFinding[]): PaymentMessage['judge'] {
  return (document, schemaFindings) => (schemaFindings.length > 0 ? [] : judge(document));
}
