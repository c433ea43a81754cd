import { REMIT_TABLE2_V1 } from '../templates/remit-table2-v1/schema.ts';
import type { RemitTable2Document } from '../templates/remit-table2-v1/schema.ts';
import { compileWriter } from '../xml/writer.ts';

const WRITER = compileWriter(REMIT_TABLE2_V1, { indent: true });

/** The exact bytes of a Table 2 file: UTF-8, one element a line. Same document, same bytes. */
export function renderRemitTable2(document: RemitTable2Document): Uint8Array {
  return WRITER.bytes(document);
}

/** The same bytes in pieces of about 64 KB, for files of many records; lists may be any iterable. */
export function renderRemitTable2Chunks(document: RemitTable2Document): Generator<Uint8Array, void, undefined> {
  return WRITER.chunks(document);
}
