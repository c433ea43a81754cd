/**
 * The text of a PDF that was rendered with PDF's standard fonts, page by page, one entry for each piece of text in the order in which it
 * was drawn. Reads the operators themselves, so that a test does not trust the library that wrote them.
 */
export function textOfPdf(bytes: Uint8Array): readonly (readonly string[])[] {
  const source = Buffer.from(bytes).toString('latin1');
  const streams = [...source.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map((match) => match[1] ?? '');
  return streams.filter((stream) => stream.includes(' Tf')).map((stream) => [...stream.matchAll(/\[([^\]]*)\] TJ/g)].map(pieceText));
}

function pieceText(match: RegExpMatchArray): string {
  const codes = [...(match[1] ?? '').matchAll(/<([0-9a-f]+)>/g)].map((part) => part[1] ?? '').join('');
  return new TextDecoder('windows-1252').decode(Buffer.from(codes, 'hex'));
}
