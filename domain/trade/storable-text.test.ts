import { describe, expect, it } from 'vitest';
import { isStorableText } from './storable-text.ts';

describe('isStorableText', () => {
  it('takes every whole character but U+0000', () => {
    for (const text of ['', 'Lumière Énergie', '二', '😀', 'a\nb\t', '\u202e']) expect(isStorableText(text)).toBe(true);
    for (const text of ['\u0000', 'a\u0000', '\ud800', '\udc00', 'a\ud83d']) expect(isStorableText(text)).toBe(false);
  });
});
