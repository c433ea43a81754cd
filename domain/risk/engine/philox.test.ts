import { describe, expect, it } from 'vitest';
import { mean } from './numeric.ts';
import { createNormalSource, philox4x32 } from './philox.ts';

describe('the random source', () => {
  // Known answers of Random123 (kat_vectors, philox4x32-10): counter, key, words.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the published words of counter %s', (counter, key, words) => {
    const out = new Uint32Array(4);
    philox4x32({ counter: wordsOf(counter), key: wordsOf(key), out });
    expect(out).toEqual(wordsOf(words));
  });

  it('gives draw j of path i whatever is drawn around it, so that workers can share the paths', () => {
    const source = createNormalSource(7);
    const wide = new Float64Array(10);
    const narrow = new Float64Array(5);
    source.fill(3, wide);
    source.fill(99, narrow);
    createNormalSource(7).fill(3, narrow);
    expect(Array.from(narrow)).toEqual(Array.from(wide.subarray(0, 5)));
  });

  it('tells seeds apart beyond 32 bits', () => {
    const draws = [5, 5 + 2 ** 32].map((seed) => {
      const values = new Float64Array(4);
      createNormalSource(seed).fill(0, values);
      return values;
    });
    expect(draws[0]).not.toEqual(draws[1]);
  });

  it('has mean 0, variance 1, skew 0 and kurtosis 3 within four standard errors of 200,000 draws', () => {
    const values = new Float64Array(200_000);
    createNormalSource(20_261_122).fill(0, values);
    const count = values.length;
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(mean(values.map((x) => x ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(mean(values.map((x) => x ** 3)))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
  });
});

function wordsOf(text: string): Uint32Array {
  return Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));
}
