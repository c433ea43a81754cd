import type { z } from 'zod';
import type { PriceRow } from '../../db/queries/prices.ts';
import type { LimitRow, ReferenceRow } from '../../db/queries/reference.ts';
import type { referenceSchema } from './reference-schema.ts';

/** The parsed seed in the words of the tables. */
export type ReferenceRows = {
  readonly users: readonly ReferenceRow<'users'>[];
  readonly counterparties: readonly ReferenceRow<'counterparties'>[];
  readonly agreements: readonly ReferenceRow<'agreements'>[];
  readonly books: readonly ReferenceRow<'books'>[];
  readonly traders: readonly ReferenceRow<'traders'>[];
  readonly restrictions: readonly ReferenceRow<'restrictions'>[];
  readonly limits: readonly LimitRow[];
  readonly prices: readonly PriceRow[];
};

/** `now` is when prices without a time of their own became known. */
export function referenceRows(data: z.output<typeof referenceSchema>, now: Date): ReferenceRows {
  return {
    users: data.users,
    counterparties: data.counterparties.map(({ acerCode, vatNumber, isTaxableDealer, eic, iban, bic, ...others }) => ({
      ...others,
      acer_code: acerCode,
      vat_number: vatNumber,
      is_taxable_dealer: isTaxableDealer,
      eic: eic ?? null,
      iban: iban ?? null,
      bic: bic ?? null,
    })),
    agreements: data.agreements.map(({ id, counterpartyId, name, dueDay, calendar, roundingPlaces }) => ({
      id,
      counterparty_id: counterpartyId,
      name,
      due_day: dueDay,
      calendar,
      rounding_places: roundingPlaces,
    })),
    books: data.books,
    traders: data.traders,
    restrictions: data.restrictions.map(({ id, subjectKind, subjectId, reason, validFrom, validTo }) => ({
      id,
      subject_kind: subjectKind,
      subject_id: subjectId,
      reason,
      valid_from: validFrom,
      valid_to: validTo,
    })),
    limits: data.limits.map(({ scopeId, warnRatio, ...others }) => ({ ...others, scope_id: scopeId, warn_ratio: warnRatio })),
    prices: data.prices.map(({ curveId, quotedOn, deliveryMonth, knownAt, ...others }) => ({
      ...others,
      curve_id: curveId,
      quoted_on: quotedOn,
      delivery_month: deliveryMonth,
      known_at: knownAt ?? now.toISOString(),
    })),
  };
}
