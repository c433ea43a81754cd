import { z } from '@hono/zod-openapi';
import { DateSchema, InstantSchema, pageOf } from '../../openapi.ts';
import { SubmissionSchema } from '../submissions/schema.ts';
import { ReasonSchema } from '../trades/schema.ts';

export const OBLIGATION_STATES = ['pending', 'prepared', 'sent', 'rrmAccepted', 'accepted', 'rejected', 'invalid', 'withdrawn'] as const;

/** Report fields that may be corrected without a new version of the trade; what each takes is checked by the service. */
const OverridesSchema = z.object({
  deliveryPoint: z.string().optional().openapi({ description: 'EIC, TRUM field 48' }),
  venueMic: z.string().optional().openapi({ description: 'ISO 10383, TRUM field 27' }),
  contractName: z.string().optional().openapi({ description: 'TRUM field 22' }),
  traderIdAtVenue: z.string().optional().openapi({ description: 'TRUM field 3' }),
  otherMarketParticipantAcerCode: z.string().optional().openapi({ description: 'TRUM field 4' }),
});

export const ObligationSchema = z
  .object({
    id: z.string(),
    tradeId: z.string(),
    tradeVersion: z.number().int(),
    regime: z.enum(['REMIT', 'EMIR_EU', 'EMIR_UK']),
    uti: z.string(),
    action: z.enum(['N', 'M', 'C', 'E']),
    sequence: z.number().int(),
    dueOn: DateSchema,
    dueAt: InstantSchema,
    rule: z.string(),
    reason: z.string(),
    state: z.enum(OBLIGATION_STATES),
    overrides: OverridesSchema,
    warnedPercent: z.number().int(),
    breachedAt: InstantSchema.nullable(),
    acceptedAt: InstantSchema.nullable(),
    revision: z.number().int(),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
  })
  .openapi('Obligation');

export const ObligationDetailSchema = ObligationSchema.extend({ submissions: z.array(SubmissionSchema).readonly() }).openapi(
  'ObligationDetail',
);
export const ObligationPageSchema = pageOf('ObligationPage', ObligationSchema);

export const ObligationFiltersSchema = z.object({
  state: z.enum(OBLIGATION_STATES).optional(),
  regime: z.enum(['REMIT', 'EMIR_EU', 'EMIR_UK']).optional(),
  tradeId: z.string().max(60).optional(),
  dueBefore: z.iso.datetime({ offset: true }).optional(),
});

export const RepairSchema = z
  .strictObject({
    overrides: z
      .record(z.string().max(60), z.string().max(200))
      .openapi({ description: 'Report fields to correct, by name', example: { deliveryPoint: '10YDE-RWENET---I' } }),
    reason: ReasonSchema,
  })
  .openapi('RepairReport');
export const ResubmitSchema = z.strictObject({ reason: ReasonSchema }).openapi('ResubmitReport');
export const RepairedSchema = z.object({ obligationId: z.string(), state: z.string() }).openapi('Repaired');
