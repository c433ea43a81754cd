import { z } from '@hono/zod-openapi';
import { InstantSchema, pageOf } from '../../openapi.ts';

const KINDS = [
  'heldTrade',
  'unreportableTrade',
  'rejectedReport',
  'unknownOutcome',
  'deadlineAtRisk',
  'deadlineBreached',
  'quarantinedReceipt',
  'settlementBlocked',
  'workflowFailed',
] as const;

export const ExceptionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(KINDS),
    subjectKind: z.string(),
    subjectId: z.string(),
    tradeId: z.string().nullable(),
    reason: z.string(),
    nextAction: z.string(),
    ownerRole: z.string(),
    since: InstantSchema,
    deadline: InstantSchema.nullable(),
    state: z.enum(['open', 'resolved']),
    resolution: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    resolvedAt: InstantSchema.nullable(),
    revision: z.number().int(),
  })
  .openapi('Exception');

export const ExceptionPageSchema = pageOf('ExceptionPage', ExceptionSchema);
export const ExceptionFiltersSchema = z.object({
  state: z.enum(['open', 'resolved']).optional(),
  kind: z.enum(KINDS).optional(),
  tradeId: z.string().max(60).optional(),
});
