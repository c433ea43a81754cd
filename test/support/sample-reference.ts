import { createHash } from 'node:crypto';
import type { ReferenceInput, TenantInput } from '../../services/reference/reference-schema.ts';

/** Made-up firms; the check digits of their identifiers are right. */
const ADDRESS = { street: 'Musterstraße 1', postCode: '10115', city: 'Berlin', country: 'DE' };

export function sampleTenant(tenantId: string): TenantInput {
  return {
    id: tenantId,
    legalEntity: {
      name: 'Example Energy Trading GmbH',
      lei: '529900ENERGYTEST0136',
      acerCode: 'A0001234T.DE',
      address: ADDRESS,
      vatNumber: 'DE123456788',
      isTaxableDealer: true,
      iban: 'DE89370400440532013000',
    },
    // One sender, one tenant at a channel.
    reportingEntityAcerCode: senderOf(tenantId),
    channelId: 'sandbox',
  };
}

/** Made up: nine characters and a country, another one for each tenant. */
export function senderOf(tenantId: string): string {
  const digits = createHash('sha256').update(tenantId).digest('hex').slice(0, 8).toUpperCase();
  return `A${digits}.DE`;
}

export const SAMPLE_REFERENCE: ReferenceInput = {
  users: [
    { id: 'user-admin', name: 'Ada Admin', role: 'admin' },
    { id: 'user-upstream', name: 'ETRM', role: 'upstream' },
    { id: 'user-compliance', name: 'Carla Compliance', role: 'compliance' },
    { id: 'user-back', name: 'Bert Backoffice', role: 'backOffice' },
    { id: 'user-auditor', name: 'Arno Auditor', role: 'auditor' },
  ],
  counterparties: [
    {
      id: 'cp-nord',
      name: 'Nordkraft Beispiel AG',
      lei: '529900NORDKRAFT0AB12',
      acerCode: 'A0004321N.DE',
      address: ADDRESS,
      vatNumber: 'DE987654321',
      isTaxableDealer: true,
    },
    {
      id: 'cp-gas',
      name: 'Gashandel Muster BV',
      lei: '529900GASHANDEL00C50',
      acerCode: 'A0005678G.NL',
      address: { street: 'Voorbeeldweg 2', postCode: '1011 AB', city: 'Amsterdam', country: 'NL' },
      vatNumber: 'NL123456789B01',
      isTaxableDealer: true,
    },
  ],
  agreements: [
    { id: 'efet-nord', counterpartyId: 'cp-nord', name: 'EFET General Agreement', dueDay: 20, calendar: 'TARGET' },
    { id: 'efet-gas', counterpartyId: 'cp-gas', name: 'EFET General Agreement Gas', dueDay: 20, calendar: 'TARGET' },
  ],
  books: [
    { id: 'book-power', name: 'Power' },
    { id: 'book-gas', name: 'Gas' },
  ],
  traders: [
    {
      id: 'trader-1',
      name: 'Tom Trader',
      mandate: {
        commodities: ['power', 'gas'],
        markets: ['DE', 'FR', 'TTF', 'THE'],
        venueKinds: ['organisedMarket', 'bilateral'],
        tenorDaysMax: 1_100,
        volumeMwhMax: '5000000',
        notionalEurMax: '50000000',
      },
    },
  ],
  limits: [
    { id: 'limit-tenant', scope: 'tenant', scopeId: 'all', measure: 'notionalEur', bound: '100000000' },
    { id: 'limit-book-power', scope: 'book', scopeId: 'book-power', commodity: 'power', measure: 'volumeMwh', bound: '5000000' },
    { id: 'limit-credit-nord', scope: 'counterparty', scopeId: 'cp-nord', measure: 'creditEur', bound: '20000000' },
  ],
  prices: [
    { curveId: 'DE.base', quotedOn: '2026-09-28', deliveryMonth: '2026-10', price: '82.5', provenance: 'simulated' },
    { curveId: 'DE.base', quotedOn: '2026-09-28', deliveryMonth: '2026-11', price: '88.1', provenance: 'simulated' },
    { curveId: 'TTF', quotedOn: '2026-09-28', deliveryMonth: '2026-10', price: '31.2', provenance: 'simulated' },
  ],
};
