import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleDraftInput } from '../../test/support/sample-draft.ts';
import { parseTradeDraft } from './parse-trade-draft.ts';
import { canonicalJson, termsFingerprint } from './terms-fingerprint.ts';

const now = new Date('2026-09-29T08:00:00Z');

/** Codes by field of what is refused; empty where the draft is taken. */
function refusals(changes: Readonly<Record<string, unknown>>): Record<string, string> {
  const parsed = parseTradeDraft(sampleDraftInput(changes), { now });
  return parsed.ok ? {} : Object.fromEntries(parsed.issues.map((issue) => [issue.field, issue.code]));
}

function fingerprint(changes: Readonly<Record<string, unknown>>): string {
  const parsed = parseTradeDraft(sampleDraftInput(changes), { now });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return termsFingerprint(parsed.draft.terms);
}

describe('a draft that is right', () => {
  it('comes out with instants in UTC and decimals in their shortest form', () => {
    const parsed = parseTradeDraft(sampleDraftInput({ price: { fixed: '-12.50' }, concludedAt: '2026-09-29T09:15:00+02:00' }), { now });
    expect(parsed).toMatchObject({
      ok: true,
      draft: { sourceSystem: 'etrm', sourceTradeId: 'T-1', terms: { price: { fixed: '-12.5' }, concludedAt: '2026-09-29T07:15:00.000Z' } },
    });
  });

  it('may be a venue trade of gas, by gas day', () => {
    const venue = { kind: 'organisedMarket', mic: 'NDEX', contractId: 'TFM', contractName: 'TTF Oct-26', traderIdAtVenue: 'TT1' };
    const gas = { market: 'TTF', commodity: 'gas', deliveryPoint: '21YNL----TTF---1', profile: 'gasDay' };
    expect(refusals({ ...gas, venue, contractType: 'FU' })).toEqual({});
  });

  it('may be shaped, with steps across the repeated hour of October told apart by their offsets', () => {
    const shape = [
      { from: '2026-10-25T02:00:00+02:00', to: '2026-10-25T02:00:00+01:00', quantityMw: '5' },
      { from: '2026-10-25T02:00:00+01:00', to: '2026-10-25T03:00:00+01:00', quantityMw: '7.5' },
    ];
    expect(refusals({ profile: 'shaped', capacityMw: undefined, shape })).toHaveProperty('/capacityMw');
    const { capacityMw: _, ...rest } = sampleDraftInput({ profile: 'shaped', shape });
    expect(parseTradeDraft(rest, { now }).ok).toBe(true);
  });
});

describe('a draft that is wrong names each field', () => {
  it.each([
    ['an unknown field', { colour: 'red' }, { '/colour': 'field.unknown' }],
    [
      'codes that field 3, 21 and 33 of a report cannot carry',
      {
        traderId: 'w.weber',
        venue: { kind: 'organisedMarket', mic: 'NDEX', contractId: 'TTF DA', contractName: 'N', traderIdAtVenue: 'T.1', orderId: 'O:1' },
      },
      {
        '/traderId': 'report.characters',
        '/venue/contractId': 'report.characters',
        '/venue/traderIdAtVenue': 'report.characters',
        '/venue/orderId': 'report.characters',
      },
    ],
    ['a missing field', { direction: undefined }, { '/direction': 'field.unknownValue' }],
    ['a missing text', { bookId: undefined }, { '/bookId': 'field.missing' }],
    ['an unknown value', { direction: 'borrow' }, { '/direction': 'field.unknownValue' }],
    ['a number where text is asked for', { capacityMw: 10 }, { '/capacityMw': 'field.wrongType' }],
    ['an exponent', { price: { fixed: '1e3' } }, { '/price/fixed': 'decimal.format' }],
    ['six decimals', { price: { fixed: '1.123456' } }, { '/price/fixed': 'decimal.format' }],
    ['21 digits', { price: { fixed: '1234567890123456.12345' } }, { '/price/fixed': 'decimal.format' }],
    ['an empty number', { price: { fixed: '' } }, { '/price/fixed': 'decimal.format' }],
    ['zero quantity', { capacityMw: '0' }, { '/capacityMw': 'delivery.capacityNotPositive' }],
    ['negative quantity', { capacityMw: '-5' }, { '/capacityMw': 'delivery.capacityNotPositive' }],
    ['reversed dates', { deliveryStartDate: '2026-11-01' }, { '/deliveryEndDate': 'delivery.endBeforeStart' }],
    ['a date that does not exist', { deliveryStartDate: '2026-02-30' }, { '/deliveryStartDate': 'date.invalid' }],
    ['a year before 2000', { deliveryStartDate: '1999-12-31' }, { '/deliveryStartDate': 'date.invalid' }],
    ['a year after 2100', { deliveryEndDate: '2101-01-01' }, { '/deliveryEndDate': 'date.invalid' }],
    ['more than ten years', { deliveryEndDate: '2036-10-01' }, { '/deliveryEndDate': 'trade.deliveryTooLong' }],
    ['a missing shape', { profile: 'shaped' }, { '/shape': 'delivery.shapeMissing', '/capacityMw': 'delivery.capacityNotAllowed' }],
    ['a gas market with power', { market: 'TTF', deliveryPoint: '21YNL----TTF---1' }, { '/commodity': 'trade.commodityOfMarket' }],
    ['a power market by gas day', { profile: 'gasDay' }, { '/profile': 'delivery.profileUnknownToMarket' }],
    [
      'peak gas',
      { market: 'TTF', commodity: 'gas', deliveryPoint: '21YNL----TTF---1', profile: 'peak' },
      { '/profile': 'delivery.profileUnknownToMarket' },
    ],
    ['a wrong check character in the EIC', { deliveryPoint: '10YDE-RWENET---X' }, { '/deliveryPoint': 'eic.notOfMarket' }],
    ['the delivery point of another market', { deliveryPoint: '10YFR-RTE------C' }, { '/deliveryPoint': 'eic.notOfMarket' }],
    ['a conclusion six minutes ahead', { concludedAt: '2026-09-29T08:06:00Z' }, { '/concludedAt': 'trade.concludedInFuture' }],
    ['a time without a zone', { concludedAt: '2026-09-29T08:00:00' }, { '/concludedAt': 'instant.invalid' }],
    ['a UTI that ends with a blank', { uti: 'ABC ' }, { '/uti': 'uti.pattern' }],
    ['a UTI of 101 characters', { uti: 'A'.repeat(101) }, { '/uti': 'field.tooLarge' }],
    ['a control character', { sourceTradeId: 'T\u0000' }, { '/sourceTradeId': 'text.controlCharacters' }],
    ['half of a character', { sourceTradeId: 'T\ud800' }, { '/sourceTradeId': 'text.loneSurrogate' }],
    ['more power than Europe has', { capacityMw: '1000001' }, { '/capacityMw': 'trade.quantityTooLarge' }],
    ['a price in a wrong unit', { price: { fixed: '-1000000.01' } }, { '/price/fixed': 'trade.priceTooLarge' }],
    ['a text that is too long', { sourceSystem: 'x'.repeat(61) }, { '/sourceSystem': 'field.tooLarge' }],
    ['a venue of no kind', { venue: { kind: 'moon' } }, { '/venue/kind': 'field.unknownValue' }],
    [
      'a lower-case MIC',
      { venue: { kind: 'organisedMarket', mic: 'xeee', contractId: 'a', contractName: 'a', traderIdAtVenue: 'a' } },
      { '/venue/mic': 'mic.format' },
    ],
    ['an unknown field of a venue', { venue: { kind: 'bilateral', mic: 'XEEE' } }, { '/venue/mic': 'field.unknown' }],
    ['a currency other than euro', { currency: 'USD' }, { '/currency': 'field.unknownValue' }],
  ])('%s', (_, changes, expected) => {
    expect(refusals(changes)).toEqual(expected);
  });

  it('a shape that delivers nothing, or a step of too much power', () => {
    const shaped = (...quantities: readonly string[]): Record<string, string> => {
      const shape = quantities.map((quantityMw, hour) => ({
        from: `2026-10-01T0${hour}:00:00Z`,
        to: `2026-10-01T0${hour + 1}:00:00Z`,
        quantityMw,
      }));
      const { capacityMw: _, ...draft } = sampleDraftInput({ profile: 'shaped', shape });
      const parsed = parseTradeDraft(draft, { now });
      return parsed.ok ? {} : Object.fromEntries(parsed.issues.map((issue) => [issue.field, issue.code]));
    };
    expect(shaped('0', '0.00')).toEqual({ '/shape': 'delivery.nothingDelivered' });
    expect(shaped('0', '1000000.5')).toEqual({ '/shape/1/quantityMw': 'trade.quantityTooLarge' });
    expect(shaped('0', '1000000')).toEqual({});
  });

  it('names several wrong fields at once, each with a fix', () => {
    const parsed = parseTradeDraft(sampleDraftInput({ direction: 'x', capacityMw: 'y', concludedAt: 'z' }), { now });
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.issues.map((issue) => issue.field)).toEqual(['/direction', '/capacityMw', '/concludedAt']);
    expect(parsed.issues.every((issue) => issue.fix.length > 0 && issue.message.length > 0)).toBe(true);
  });

  it('takes ten years to the day and refuses what is no object', () => {
    expect(refusals({ deliveryEndDate: '2036-09-30' })).toEqual({});
    for (const input of [null, 'text', 1, [], undefined]) expect(parseTradeDraft(input, { now }).ok).toBe(false);
  });
});

describe('the fingerprint of terms', () => {
  it('is equal for the same terms in other words and unequal for other terms', () => {
    expect(fingerprint({ price: { fixed: '82.50' } })).toBe(fingerprint({ price: { fixed: '82.5' } }));
    expect(fingerprint({ concludedAt: '2026-09-29T07:15:00Z' })).toBe(fingerprint({ concludedAt: '2026-09-29T09:15:00.000+02:00' }));
    expect(fingerprint({ price: { fixed: '82.5' } })).not.toBe(fingerprint({ price: { fixed: '82.51' } }));
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});
