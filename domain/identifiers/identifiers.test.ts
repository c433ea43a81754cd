import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAcerCode } from './acer-code.ts';
import { checkEic, eicKindOf, eicWithCheckCharacter } from './eic.ts';
import { checkIban } from './iban.ts';
import { checkLei, leiWithCheckDigits } from './lei.ts';
import { checkMic } from './mic.ts';

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const ofLength = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...CHARACTERS), { minLength: length, maxLength: length }).map((characters) => characters.join(''));

describe('LEI', () => {
  it.each(['549300FR3U1PB1Y6LV13', '529900T8BM49AURSDO55', '5493001KJTIIGC8Y1R12'])('accepts the published code %s', (lei) => {
    expect(checkLei(lei)).toEqual([]);
  });

  it.each(['1a2b3c4d5e6f7g8e9f0h', '549300FR3U1PB1Y6LV1', '549300FR3U1PB1Y6LV133', '549300FR3U1PB1Y6LVXX', ''])(
    'refuses the shape of %j',
    (lei) => {
      expect(checkLei(lei)).toMatchObject([{ code: 'lei.shape', severity: 'error' }]);
    },
  );

  it('refuses wrong check digits, or warns where the caller says so', () => {
    expect(checkLei('549300FR3U1PB1Y6LV31')).toMatchObject([{ code: 'lei.checkDigits', severity: 'error' }]);
    expect(checkLei('549300FR3U1PB1Y6LV31', { checkDigits: 'warning' })).toMatchObject([{ code: 'lei.checkDigits', severity: 'warning' }]);
  });

  // A digit taken for a letter shifts the number, so that one in 97 of those goes unseen.
  it('finds every letter taken for another and every digit for another in a generated code', () => {
    fc.assert(
      fc.property(ofLength(18), fc.nat(17), fc.constantFrom(...CHARACTERS), (body, at, other) => {
        const lei = leiWithCheckDigits(body);
        expect(checkLei(lei)).toEqual([]);
        const isSameClass = /[0-9]/.test(body.charAt(at)) === /[0-9]/.test(other);
        if (isSameClass && body.charAt(at) !== other) expect(checkLei(lei.slice(0, at) + other + lei.slice(at + 1))).toHaveLength(1);
      }),
    );
  });

  it('refuses to complete what is not 18 characters', () => {
    expect(() => leiWithCheckDigits('549300FR3U1PB1Y6L')).toThrow();
  });
});

describe('EIC', () => {
  it.each(['10YNL----------L', '21YNL----TTF---1', '10YGB----------A', '10Y1001A1001A83F', '37Y701125MH0000I', '10YFR-RTE------C'])(
    'accepts the published code %s',
    (eic) => {
      expect(checkEic(eic)).toEqual([]);
    },
  );

  it("only warns about ACER's own examples, whose check character is wrong", () => {
    expect(checkEic('10YCB-EUROPEU--8')).toMatchObject([
      { code: 'eic.checkCharacter', severity: 'warning', fix: expect.stringContaining('end in Q') },
    ]);
    for (const eic of ['10YEU-EUROPOW--8', '21X000EUROPEU--8', '21YIT-SNAMRG--PX']) {
      expect(checkEic(eic)).toMatchObject([{ severity: 'warning' }]);
    }
  });

  it.each(['10YNL----------', '10YNL-----------L', '1AYNL----------L', '10QNL----------L', '10Ynl----------L', ''])(
    'refuses the shape of %j',
    (eic) => {
      expect(checkEic(eic)).toMatchObject([{ code: 'eic.shape', severity: 'error' }]);
    },
  );

  it('accepts every code that it completes itself', () => {
    fc.assert(
      fc.property(ofLength(12), (tail) => {
        expect(checkEic(eicWithCheckCharacter(`11X${tail}`))).toEqual([]);
      }),
    );
  });

  it('tells what a code names', () => {
    expect(eicKindOf('10YNL----------L')).toBe('area');
    expect(eicKindOf('21X000EUROPEU--8')).toBe('party');
    expect(eicKindOf('11Q')).toBeUndefined();
  });
});

describe('ACER code, MIC and IBAN', () => {
  it.each(['A0045821W.IT', 'C0643778W.EU', 'ACERNONMP.EU', 'XEEE00000.EU'])('accepts the ACER code %s', (code) => {
    expect(checkAcerCode(code)).toEqual([]);
  });

  it.each(['A0045821W.I', 'A0045821WIT1', 'a0045821w.it', 'A0045821W.it', ''])('refuses the ACER code %j', (code) => {
    expect(checkAcerCode(code)).toMatchObject([{ code: 'acerCode.shape', severity: 'error' }]);
  });

  it('accepts venues and refuses XBIL and other lengths as MIC', () => {
    expect(checkMic('XEEE')).toEqual([]);
    for (const mic of ['XBIL', 'XEE', 'XEEEX', 'xeee', '']) expect(checkMic(mic)).toMatchObject([{ code: 'mic.shape', severity: 'error' }]);
  });

  it("accepts the Bundesbank's example IBAN and refuses it with two digits swapped", () => {
    expect(checkIban('DE89370400440532013000')).toEqual([]);
    expect(checkIban('DE89370400440532010300')).toMatchObject([{ code: 'iban.checkDigits', severity: 'error' }]);
    expect(checkIban('DE89 3704 0044 0532 0130 00')).toMatchObject([{ code: 'iban.shape', severity: 'error' }]);
  });
});
