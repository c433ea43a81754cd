import { z } from '@hono/zod-openapi';
import { DateSchema, DecimalSchema, InstantSchema, pageOf } from '../../openapi.ts';

const VenueSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('organisedMarket'),
      mic: z.string().openapi({ description: 'ISO 10383 code of the venue', example: 'XEER' }),
      contractId: z.string(),
      contractName: z.string(),
      traderIdAtVenue: z.string(),
      orderId: z.string().optional(),
      aggressor: z.enum(['initiator', 'aggressor']).optional(),
    }),
    z.object({ kind: z.literal('bilateral'), voiceBrokered: z.boolean().optional() }),
  ])
  .openapi('TradeVenue');

/** The commercial terms as they travel; `domain/trade` checks them, this describes them. */
export const TradeTermsSchema = z
  .object({
    direction: z.enum(['buy', 'sell']),
    commodity: z.enum(['power', 'gas']),
    market: z.enum(['DE', 'FR', 'TTF', 'THE']),
    deliveryPoint: z.string().openapi({ description: 'EIC of the delivery point, TRUM field 48', example: '10YDE-RWENET---I' }),
    venue: VenueSchema,
    contractType: z.enum(['CO', 'FW', 'FU']).openapi({ description: 'TRUM field 23' }),
    settlementMethod: z.enum(['physical', 'financial']),
    profile: z.enum(['base', 'peak', 'offpeak', 'gasDay', 'shaped']),
    capacityMw: DecimalSchema.optional().openapi({ description: 'Constant power in MW; absent for shaped', example: '10' }),
    shape: z
      .array(z.object({ from: InstantSchema, to: InstantSchema, quantityMw: DecimalSchema }))
      .readonly()
      .optional()
      .openapi({ description: 'Steps of a shaped profile, ordered, without overlap' }),
    deliveryStartDate: DateSchema,
    deliveryEndDate: DateSchema.openapi({ description: 'Last delivery day (gas: last gas day), included', example: '2026-10-31' }),
    price: z.object({ fixed: DecimalSchema.openapi({ description: 'EUR/MWh, negative allowed', example: '88.25' }) }),
    currency: z.literal('EUR'),
    concludedAt: InstantSchema,
    counterpartyId: z.string(),
    bookId: z.string(),
    traderId: z.string(),
    agreementId: z.string(),
    uti: z.string().optional().openapi({ description: 'The UTI of the venue or the one agreed; never replaced by a computed one' }),
  })
  .openapi('TradeTerms');

export const TradeDraftSchema = TradeTermsSchema.extend({
  sourceSystem: z.string().openapi({ example: 'etrm' }),
  sourceTradeId: z.string().openapi({ description: 'With sourceSystem the natural key, for ever', example: 'SD-0001' }),
}).openapi('TradeDraft');

const TRADE_STATES = ['captured', 'checking', 'held', 'rejected', 'booked', 'cancelled', 'settled'] as const;

const WaitingFields = {
  state: z.string(),
  waitingFor: z.string().nullable().openapi({ description: 'One line; null where nothing is waited for' }),
  since: InstantSchema,
  nextAction: z.string().nullable(),
  who: z.string().nullable().openapi({ description: 'The role, system or day that moves next' }),
  deadline: InstantSchema.nullable(),
};

export const WaitingSchema = z.object({ tradeId: z.string(), ...WaitingFields }).openapi('Waiting');

export const TradeSummarySchema = z
  .object({
    id: z.string().openapi({ example: 'trd_0197…' }),
    sourceSystem: z.string(),
    sourceTradeId: z.string(),
    state: z.string().openapi({ enum: [...TRADE_STATES] }),
    stateSince: InstantSchema,
    currentVersion: z.number().int(),
    bookedVersion: z.number().int().nullable(),
    counterpartyId: z.string(),
    bookId: z.string(),
    traderId: z.string(),
    agreementId: z.string(),
    market: z.string(),
    commodity: z.string(),
    deliveryStartDate: DateSchema,
    deliveryEndDate: DateSchema,
    revision: z.number().int(),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
  })
  .openapi('TradeSummary');

export const TradeListItemSchema = TradeSummarySchema.extend({ waitingFor: z.string().nullable() }).openapi('TradeListItem');

const TradeVersionSchema = z
  .object({
    version: z.number().int(),
    kind: z.enum(['new', 'amend', 'cancel']),
    state: z.string(),
    terms: TradeTermsSchema,
    termsSha256: z.string(),
    reason: z.string().nullable(),
    createdBy: z.string(),
    requestId: z.string(),
    createdAt: InstantSchema,
  })
  .openapi('TradeVersion');

export const TradeSchema = TradeSummarySchema.extend({ terms: TradeTermsSchema, versions: z.array(TradeVersionSchema).readonly() }).openapi(
  'Trade',
);

export const TradePageSchema = pageOf('TradePage', TradeListItemSchema);

export const TimelineSchema = z
  .object({
    tradeId: z.string(),
    entries: z
      .array(
        z.object({
          at: InstantSchema,
          stage: z.string(),
          what: z.string(),
          who: z.string(),
          evidence: z.object({ kind: z.string(), id: z.string() }),
        }),
      )
      .readonly(),
    truncated: z.boolean().openapi({ description: 'There are more entries than one answer holds' }),
  })
  .openapi('Timeline');

export const CapturedSchema = z
  .object({
    tradeId: z.string(),
    version: z.number().int(),
    state: z.string(),
    outcome: z.enum(['captured', 'existing']),
    links: z.object({ self: z.string(), timeline: z.string(), waiting: z.string() }),
  })
  .openapi('Captured');

const REASON_LENGTH_MAX = 2000;
export const ReasonSchema = z.string().trim().min(1).max(REASON_LENGTH_MAX).openapi({ description: 'Why; kept in the audit trail' });

export const AmendSchema = z.strictObject({ terms: z.record(z.string(), z.unknown()), reason: ReasonSchema });
export const CancelSchema = z.strictObject({ reason: ReasonSchema }).openapi('CancelTrade');
export const DecisionSchema = z.strictObject({ reason: ReasonSchema }).openapi('DecideTrade');

export const TradeFiltersSchema = z.object({
  state: z.enum(TRADE_STATES).optional(),
  counterpartyId: z.string().max(60).optional(),
  market: z.string().max(10).optional(),
  sourceTradeId: z.string().max(100).optional(),
  createdFrom: z.iso.datetime({ offset: true }).optional(),
  createdTo: z.iso.datetime({ offset: true }).optional(),
});
