import { z } from '@hono/zod-openapi';
import { DateSchema, DecimalSchema, InstantSchema, pageOf } from '../../openapi.ts';
import { ReasonSchema } from '../trades/schema.ts';

export const CYCLE_STATES = ['open', 'closing', 'blocked', 'invoiced', 'settled', 'empty'] as const;

const CycleInvoiceSchema = z
  .object({
    id: z.string(),
    invoiceNumber: z.string(),
    kind: z.enum(['invoice', 'selfBill', 'creditNote', 'selfBillCreditNote']),
    direction: z.enum(['sell', 'buy']),
    commodity: z.enum(['power', 'gas']),
    currency: z.string(),
    net: DecimalSchema,
    vat: DecimalSchema,
    total: DecimalSchema,
    issuedOn: DateSchema,
    dueOn: DateSchema,
    sha256: z.string(),
    payment: z.object({ id: z.string(), valueDate: DateSchema, bankReference: z.string() }).nullable(),
  })
  .openapi('CycleInvoice');

export const CycleSchema = z
  .object({
    id: z.string(),
    counterpartyId: z.string(),
    agreementId: z.string(),
    deliveryMonth: z.string(),
    state: z.enum(CYCLE_STATES),
    closesAt: InstantSchema,
    invoiceOn: DateSchema,
    blockedReason: z.string().nullable(),
    revision: z.number().int(),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
    invoices: z.array(CycleInvoiceSchema).readonly(),
  })
  .openapi('SettlementCycle');

export const CyclePageSchema = pageOf('SettlementCyclePage', CycleSchema);
export const CycleFiltersSchema = z.object({
  state: z.enum(CYCLE_STATES).optional(),
  counterpartyId: z.string().max(60).optional(),
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
});

export const InvoiceSchema = z
  .object({
    id: z.string(),
    cycleId: z.string(),
    invoiceNumber: z.string(),
    model: z.unknown().openapi({ description: 'The document as it was drawn' }),
    sha256: z.string(),
    paidOn: DateSchema.nullable(),
  })
  .openapi('Invoice');

export const TrialBalanceSchema = z
  .object({
    accounts: z
      .array(z.object({ account: z.string(), name: z.string(), currency: z.string(), balance: DecimalSchema }))
      .readonly()
      .openapi({ description: 'Debits positive, credits negative' }),
    sums: z.record(z.string(), DecimalSchema).openapi({ description: 'By currency; always zero', example: { EUR: '0' } }),
  })
  .openapi('TrialBalance');

export const CloseCycleSchema = z.strictObject({ reason: ReasonSchema }).openapi('CloseCycle');
export const PaymentSchema = z
  .strictObject({
    amount: z.string().max(40).openapi({ description: 'Exactly the open amount', example: '687084.00' }),
    valueDate: DateSchema,
    bankReference: z.string().min(1).max(140),
  })
  .openapi('RecordPayment');
export const CycleCommandDoneSchema = z.object({ cycleId: z.string(), state: z.string() }).openapi('CycleCommandDone');
