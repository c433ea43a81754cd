import { renderRemitTable1Chunks } from '../../reports/remit-table1/render.ts';
import type { RemitTable1Document } from '../../reports/templates/remit-table1-v3/schema.ts';
import { tradeRows } from './xml-rows.ts';

/** Writes 100,000 records that are made one by one, in a process of its own, and tells by how much its resident memory peaked. */
const RECORDS = 100_000;
const WARM_UP_RECORDS = 2_000;
const MB = 1024 * 1024;
const SAMPLE_EVERY_CHUNKS = 16;

write(WARM_UP_RECORDS);
globalThis.gc?.();
const beforeBytes = process.memoryUsage.rss();
const { bytes, peakBytes } = write(RECORDS);
process.send?.({ growthMb: (peakBytes - beforeBytes) / MB, bytes });

function write(count: number): { bytes: number; peakBytes: number } {
  const written = { bytes: 0, peakBytes: 0 };
  let chunks = 0;
  for (const chunk of renderRemitTable1Chunks(documentOf(count))) {
    written.bytes += chunk.length;
    chunks += 1;
    if (chunks % SAMPLE_EVERY_CHUNKS === 0) written.peakBytes = Math.max(written.peakBytes, process.memoryUsage.rss());
  }
  return written;
}

function documentOf(count: number): RemitTable1Document {
  // Safe because the writer takes any iterable for a list.
  const rows = tradeRows(count) as unknown as NonNullable<RemitTable1Document['TradeList']>['TradeReport'];
  return { reportingEntityID: { ace: 'B0000104M.DE' }, TradeList: { TradeReport: rows } };
}
