import { z } from 'zod';
import type { Row } from '../../db/schema.ts';
import type { Counterparty, LegalEntity } from '../../domain/party/party.ts';

const addressSchema = z.object({ street: z.string(), postCode: z.string(), city: z.string(), country: z.string() });

const legalEntitySchema = z.object({
  name: z.string(),
  lei: z.string(),
  acerCode: z.string(),
  eic: z.string().optional(),
  address: addressSchema,
  vatNumber: z.string(),
  isTaxableDealer: z.boolean(),
  iban: z.string().optional(),
  bic: z.string().optional(),
});

/** Our own legal entity as the tenant's row holds it. Throws where it is not one. */
export function readLegalEntity(stored: unknown): LegalEntity {
  const { eic, iban, bic, ...rest } = legalEntitySchema.parse(stored);
  return { ...rest, ...optionalCodes({ eic, iban, bic }) };
}

/** The other side as its row holds it. Throws where the address is not one. */
export function readCounterparty(row: Row<'counterparties'>): Counterparty {
  return {
    id: row.id,
    name: row.name,
    lei: row.lei,
    acerCode: row.acer_code,
    address: addressSchema.parse(row.address),
    vatNumber: row.vat_number,
    isTaxableDealer: row.is_taxable_dealer,
    ...optionalCodes(row),
  };
}

type Codes = {
  readonly eic?: string | null | undefined;
  readonly iban?: string | null | undefined;
  readonly bic?: string | null | undefined;
};

function optionalCodes({ eic, iban, bic }: Codes): { eic?: string; iban?: string; bic?: string } {
  return {
    ...(typeof eic === 'string' ? { eic } : {}),
    ...(typeof iban === 'string' ? { iban } : {}),
    ...(typeof bic === 'string' ? { bic } : {}),
  };
}
