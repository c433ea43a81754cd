import { describe, expect, it } from 'vitest';
import { utf8Text } from './io.ts';

describe('utf8Text', () => {
  it('gives UTF-8 as text, byte order mark and all', () => {
    expect(utf8Text(Buffer.from('\ufeffid\nL-é\n'))).toEqual({ ok: true, text: '\ufeffid\nL-é\n' });
  });

  it('names the line that was saved in another encoding, so that no name is stored with wrong signs', () => {
    for (const ending of ['', '\n', '\r\nmore\n']) {
      const latin1 = Buffer.from(`id\nok\nL-é${ending}`, 'latin1');
      expect(utf8Text(latin1)).toMatchObject({ ok: false, line: 3, issue: { code: 'file.notUtf8', fix: 'Save the file as UTF-8.' } });
    }
  });
});
