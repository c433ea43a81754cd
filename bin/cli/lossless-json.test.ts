import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLosslessJson } from './lossless-json.ts';

test('keeps every digit of a number that a double cannot hold', () => {
  expect(parseLosslessJson('{"price": 92.3500000000000001, "big": 12345678901234567890, "n": 3}')).toEqual({
    price: '92.3500000000000001',
    big: '12345678901234567890',
    n: 3,
  });
});

test('writes exponents out', () => {
  expect(parseLosslessJson('[1.5e3, 2E-3, -1e0, 0.10, -0]')).toEqual(['1500', '0.002', '-1', '0.10', '-0']);
});

test('gives back the text of any plain decimal', () => {
  const decimals = fc
    .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.stringMatching(/^\d{1,12}$/))
    .map(([whole, part]) => `${whole}.${part}`);
  fc.assert(
    fc.property(decimals, (text) => {
      expect(parseLosslessJson(text)).toBe(text);
    }),
  );
});
