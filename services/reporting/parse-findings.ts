import { z } from 'zod';
import type { ReceiptFinding } from '../../domain/reporting/receipt.ts';

const findingsSchema = z.array(
  z.object({
    recordSeq: z.number().optional(),
    status: z.enum(['accepted', 'rejected']),
    ruleId: z.string().optional(),
    errorCode: z.string().optional(),
    text: z.string(),
  }),
);

/** Findings of a receipt as they stand in the database. Throws where they are not what we wrote. */
export function parseFindings(stored: unknown): readonly ReceiptFinding[] {
  return findingsSchema.parse(stored).map(({ status, text, recordSeq, ruleId, errorCode }) => ({
    status,
    text,
    ...(recordSeq === undefined ? {} : { recordSeq }),
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(errorCode === undefined ? {} : { errorCode }),
  }));
}
