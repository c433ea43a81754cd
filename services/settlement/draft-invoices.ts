import type { CycleRow } from '../../db/queries/settlement-cycles.ts';
import { AppError } from '../../domain/errors/app-error.ts';
import { marketOf } from '../../domain/market/markets.ts';
import { DEFAULT_SETTLEMENT_TERMS } from '../../domain/settlement/due-date.ts';
import { type Invoice, type InvoiceInput, buildInvoice } from '../../domain/settlement/invoice.ts';
import { yearMonth } from '../../domain/time/business-date.ts';
import { isCalendarName } from '../../domain/time/calendar.ts';
import { localDateOf } from '../../domain/time/zone.ts';
import type { CycleParties } from './cycle-parties.ts';
import type { DeliveredGroup } from './delivered-lines.ts';

/** A document that lacks only its number. */
export type InvoiceDraft = {
  readonly group: DeliveredGroup;
  readonly input: Omit<InvoiceInput, 'number'>;
  /** The document with an empty number: every amount is final. */
  readonly unnumbered: Invoice;
};

export type DraftInvoicesResult =
  | { readonly kind: 'drafted'; readonly drafts: readonly InvoiceDraft[] }
  /** Data is missing that a person can give. */
  | { readonly kind: 'blocked'; readonly reason: string };

/** Works out every document of a cycle but for its number, so that nothing can fail any more once a number is taken. Pure. */
export function draftInvoices(input: {
  cycle: CycleRow;
  groups: readonly DeliveredGroup[];
  parties: CycleParties;
  now: Date;
}): DraftInvoicesResult {
  const { cycle, groups, parties } = input;
  const { calendar } = parties;
  if (!isCalendarName(calendar)) return { kind: 'blocked', reason: `The agreement names the calendar '${calendar}', which is not known.` };
  try {
    return { kind: 'drafted', drafts: groups.map((group) => draft({ cycle, group, parties, calendar, now: input.now })) };
  } catch (error) {
    if (isMissingData(error)) return { kind: 'blocked', reason: error.message };
    throw error;
  }
}

function draft(input: {
  cycle: CycleRow;
  group: DeliveredGroup;
  parties: CycleParties;
  calendar: InvoiceInput['terms']['calendar'];
  now: Date;
}): InvoiceDraft {
  const { cycle, group, parties } = input;
  const document: Omit<InvoiceInput, 'number'> = {
    issuedOn: localDateOf({ instant: input.now.toISOString(), zone: marketOf(group.market).zone }),
    direction: group.direction,
    us: parties.us,
    counterparty: parties.counterparty,
    agreementId: cycle.agreement_id,
    cycleId: cycle.id,
    commodity: group.commodity,
    currency: 'EUR',
    deliveryMonth: yearMonth(cycle.delivery_month),
    terms: {
      rounding: DEFAULT_SETTLEMENT_TERMS.rounding,
      roundingPlaces: parties.roundingPlaces,
      dueDay: parties.dueDay,
      calendar: input.calendar,
    },
    lines: group.lines,
  };
  return { group, input: document, unnumbered: buildInvoice({ ...document, number: '' }) };
}

function isMissingData(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'reference-data-missing';
}
