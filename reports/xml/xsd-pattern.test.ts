import { describe, expect, it } from 'vitest';
import { compareDecimals, compileValueCheck } from './simple-value.ts';
import { compileXsdPattern } from './xsd-pattern.ts';

describe('patterns of XML Schema', () => {
  it.each([
    ['a|b', 'ab', false],
    ['a|b', 'b', true],
    ['a^$b', 'a^$b', true],
    ['\\d{2}', '1٣', true],
    ['\\w+', 'größe', true],
    ['\\w+', 'a-b', false],
    ['\\w+', 'a_b', false],
    ['.', '\n', false],
    ['[A-Za-z0-9_:-]+', 'a:b-c_1', true],
    ['[^ab]', 'c', true],
    ['\\.\\-\\[', '.-[', true],
  ])('%j on %j is %s', (pattern, text, matches) => {
    expect(compileXsdPattern(pattern).test(text)).toBe(matches);
  });

  it.each(['\\i', '[a-z-[aeiou]]', '[\\w]', '\\p{L}'])('refuses %j rather than matching it wrongly', (pattern) => {
    expect(() => compileXsdPattern(pattern)).toThrow();
  });
});

describe('decimals of any length', () => {
  it.each([
    ['1', '1.0', 0],
    ['-0', '0', 0],
    ['-1', '1', -1],
    ['-2', '-1', -1],
    ['99999999999999999999', '100000000000000000000', -1],
    ['0.1', '0.09', 1],
  ])('%s against %s is %d', (left, right, expected) => {
    expect(compareDecimals(left, right)).toBe(expected);
  });

  it('count neither leading zeros nor trailing zeros of the fraction', () => {
    const check = compileValueCheck({ kind: 'simple', name: 'n', base: 'decimal', totalDigits: 3, fractionDigits: 1, words: '' });
    expect(check('0012.500')).toBeUndefined();
    expect(check('1234')).toBe('totalDigits');
    expect(check('1.25')).toBe('fractionDigits');
    expect(check('1e2')).toBe('type');
  });
});
