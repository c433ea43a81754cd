import { REMIT_TABLE1_V3 } from '../templates/remit-table1-v3/schema.ts';
import type { RemitTable1Document } from '../templates/remit-table1-v3/schema.ts';
import { compileWriter } from '../xml/writer.ts';

const WRITER = compileWriter(REMIT_TABLE1_V3, { indent: true });

/** The exact bytes of a Table 1 file: UTF-8, one element a line. Same document, same bytes. */
export function renderRemitTable1(document: RemitTable1Document): Uint8Array {
  return WRITER.bytes(document);
}

/** The same bytes in pieces of about 64 KB, for files of many records; lists may be any iterable. */
export function renderRemitTable1Chunks(document: RemitTable1Document): Generator<Uint8Array, void, undefined> {
  return WRITER.chunks(document);
}
