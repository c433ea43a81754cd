import { z } from '@hono/zod-openapi';
import { InstantSchema, pageOf } from '../../openapi.ts';

export const SUBMISSION_STATES = ['prepared', 'sending', 'unknown', 'delivered', 'rrmAccepted', 'accepted', 'rejected'] as const;

export const SubmissionSchema = z
  .object({
    id: z.string(),
    obligationId: z.string(),
    number: z.number().int(),
    channelId: z.string(),
    fileName: z.string(),
    sha256: z.string(),
    sizeBytes: z.number().int(),
    state: z.enum(SUBMISSION_STATES),
    revision: z.number().int(),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
  })
  .openapi('Submission');

export const ReceiptSchema = z
  .object({
    id: z.string(),
    channelId: z.string(),
    messageId: z.string(),
    fileName: z.string(),
    submissionId: z.string().nullable(),
    stage: z.enum(['transport', 'rrm', 'aris']).nullable(),
    status: z.enum(['accepted', 'rejected', 'partial']).nullable(),
    findings: z
      .array(
        z.object({
          recordSeq: z.number().int().optional(),
          status: z.enum(['accepted', 'rejected']),
          ruleId: z.string().optional(),
          errorCode: z.string().optional(),
          text: z.string(),
        }),
      )
      .readonly(),
    sha256: z.string(),
    state: z.enum(['bound', 'quarantined']),
    quarantineReason: z.string().nullable(),
    receivedAt: InstantSchema,
  })
  .openapi('Receipt');

export const SubmissionDetailSchema = SubmissionSchema.extend({
  attempts: z
    .array(
      z.object({
        number: z.number().int(),
        startedAt: InstantSchema,
        finishedAt: InstantSchema.nullable(),
        outcome: z.enum(['delivered', 'refused', 'notSent', 'unknown']).nullable(),
        detail: z.string().nullable(),
      }),
    )
    .readonly(),
  receipts: z.array(ReceiptSchema).readonly(),
}).openapi('SubmissionDetail');

export const SubmissionPageSchema = pageOf('SubmissionPage', SubmissionSchema);
export const ReceiptPageSchema = pageOf('ReceiptPage', ReceiptSchema);
export const ReceiptListSchema = z.object({ items: z.array(ReceiptSchema).readonly() }).openapi('ReceiptList');
