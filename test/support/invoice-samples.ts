import { type Invoice, type InvoiceInput, buildInvoice } from '../../domain/settlement/invoice.ts';
import { DEFAULT_SETTLEMENT_TERMS } from '../../domain/settlement/due-date.ts';
import { settleMonth } from '../../domain/settlement/settlement-line.ts';
import type { LegalEntity } from '../../domain/party/party.ts';
import { businessDate, yearMonth } from '../../domain/time/business-date.ts';
import type { DeliveryProfile } from '../../domain/trade/trade-terms.ts';

/** Our side in every sample: a dealer in Germany. */
export const RHEINSTROM: LegalEntity = {
  name: 'Rheinstrom Handel GmbH',
  lei: '529900T8BM49AURSDO55',
  acerCode: 'A0001234B.DE',
  eic: '11XRHEINSTROM--R',
  address: { street: 'Gereonstraße 12', postCode: '50670', city: 'Köln', country: 'DE' },
  vatNumber: 'DE811234567',
  isTaxableDealer: true,
  iban: 'DE89370400440532013000',
  bic: 'COBADEFFXXX',
};

/** The other side: a dealer in France, so that the buyer owes the VAT. */
export const LUMIERE: LegalEntity = {
  name: 'Énergies Lumière SA',
  lei: '969500UP76J52A9OXU27',
  acerCode: 'A0005678C.FR',
  address: { street: '8, rue de la Liberté', postCode: '69003', city: 'Lyon', country: 'FR' },
  vatNumber: 'FR40303265045',
  isTaxableDealer: true,
  iban: 'FR1420041010050500013M02606',
  bic: 'PSSTFRPPLYO',
};

/** The other side at home: a consumer in Germany, so that we charge VAT. */
export const STADTWERK: LegalEntity = {
  name: 'Stadtwerk Ülzen AG',
  lei: '391200ABCDEFGHIJKL86',
  acerCode: 'A0009012D.DE',
  address: { street: 'Am Wasserturm 3', postCode: '29525', city: 'Uelzen', country: 'DE' },
  vatNumber: 'DE136695976',
  isTaxableDealer: false,
  iban: 'DE02120300000000202051',
  bic: 'BYLADEM1001',
};

const JANUARY = yearMonth('2027-01');

/** A line of German power over January 2027. */
export function sampleLine(input: {
  tradeId: string;
  profile: Exclude<DeliveryProfile, 'shaped' | 'gasDay'>;
  capacityMw: string;
  price: string;
}): InvoiceInput['lines'][number] {
  const line = settleMonth({
    terms: {
      market: 'DE',
      profile: input.profile,
      capacityMw: input.capacityMw,
      deliveryStartDate: businessDate('2027-01-01'),
      deliveryEndDate: businessDate('2027-01-31'),
      price: { fixed: input.price },
      currency: 'EUR',
    },
    month: JANUARY,
    rounding: 'halfAwayFromZero',
    roundingPlaces: 2,
  });
  if (line === undefined) throw new Error('January delivers');
  return { ...line, tradeId: input.tradeId, evidenceId: `ev-${input.tradeId}-2027-01` };
}

/** An invoice of case A1 to a consumer at home, with changes where a test wants them. */
export function sampleInvoice(changes: Partial<InvoiceInput> = {}): Invoice {
  return buildInvoice({
    number: 'RS-2027-000042',
    issuedOn: businessDate('2027-02-03'),
    direction: 'sell',
    us: RHEINSTROM,
    counterparty: STADTWERK,
    agreementId: 'EFET-2021-STADTWERK',
    cycleId: 'stadtwerk-power-2027-01',
    commodity: 'power',
    currency: 'EUR',
    deliveryMonth: JANUARY,
    terms: DEFAULT_SETTLEMENT_TERMS,
    lines: [sampleLine({ tradeId: 'T-1001', profile: 'base', capacityMw: '10', price: '92.35' })],
    ...changes,
  });
}
