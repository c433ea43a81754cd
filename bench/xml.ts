import assert from 'node:assert/strict';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RemitTable1Document, RemitTable1Trade } from '../reports/templates/remit-table1-v3/schema.ts';
import { REMIT_TABLE1_V3 } from '../reports/templates/remit-table1-v3/schema.ts';
import { renderRemitTable1Chunks } from '../reports/remit-table1/render.ts';
import { createOfficialSchemas, OFFICIAL_SCHEMAS } from '../reports/xml/official-xsd.ts';
import { createMessageRegistry } from '../reports/xml/read-any.ts';
import { compileReader } from '../reports/xml/reader.ts';
import { parseXml } from '../reports/xml/xml-parser.ts';
import { median, printLine } from './support/statistics.ts';
import { tradeRows } from './support/xml-rows.ts';

/**
 * The XML machinery against plain things that do the same work, in one run with rounds in turn: the writer against JSON.stringify of
 * the same rows, our validator and libxml2-wasm against native xmllint on the same file, and the memory that writing takes.
 * `BENCH_ROUNDS` and `BENCH_ROWS` change the size.
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Writing takes milliseconds, so that it takes more rounds for a calm median. */
const WRITER_ROUNDS = ROUNDS * 8;
const WARM_UP_ROUNDS = 3;
const ROWS = Number(process.env['BENCH_ROWS'] ?? 4_000);
const SCHEMA_DIR = process.env['SCHEMA_DIR'] ?? '../shared/schemas';
const MEMORY_AIM_MB = 64;
const MB = 1024 * 1024;

/** Bytes and how long they took. */
type Timed = { readonly bytes: number; readonly elapsedMs: number };

await benchWriter();
await benchValidation();
await benchMemory();

async function benchWriter(): Promise<void> {
  const rows = [...tradeRows(ROWS)];
  const sides = {
    xml: () => timed(() => sumOf(renderRemitTable1Chunks(documentOf(rows)))),
    json: () => timed(() => sumOf(jsonChunks(rows))),
  };
  const rates = inTurn(sides, WRITER_ROUNDS);
  const ratio = printLine({ bench: 'xml', metric: 'writer', ours: rates.xml, base: rates.json, unit: 'MB/s' });
  console.error(`The writer runs at ${ratio.toFixed(2)} of JSON.stringify; the aim is 1.5.`);
}

function* jsonChunks(rows: readonly RemitTable1Trade[]): Generator<Uint8Array> {
  for (const row of rows) yield Buffer.from(JSON.stringify(row));
}

async function benchValidation(): Promise<void> {
  const bytes = Buffer.concat([...renderRemitTable1Chunks(documentOf([...tradeRows(ROWS)]))]);
  const folder = mkdtempSync(path.join(tmpdir(), 'energyopti-bench-'));
  using official = createOfficialSchemas({ schemaDir: SCHEMA_DIR });
  try {
    const file = path.join(folder, 'trades.xml');
    writeFileSync(file, bytes);
    const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;
    if (!hasXmllint || official.validate({ schema: 'REMITTable1_V3', bytes }).kind === 'not-installed') {
      console.error('Validation is not measured: xmllint or the official schema is not installed.');
      return;
    }
    const read = compileReader(REMIT_TABLE1_V3);
    const registry = createMessageRegistry();
    const rates = inTurn(
      {
        ours: () => timed(() => schemaLayer(read, bytes)),
        layers: () => timed(() => allLayers(registry, bytes)),
        wasm: () => timed(() => officialLayer(official, bytes)),
        xmllint: () => timed(() => nativeLayer(file, bytes)),
      },
      ROUNDS,
    );
    const base = rates.xmllint;
    printLine({ bench: 'xml', metric: 'validate.ours', ours: rates.ours, base, unit: 'MB/s' });
    printLine({ bench: 'xml', metric: 'validate.ours.all-layers', ours: rates.layers, base, unit: 'MB/s' });
    printLine({ bench: 'xml', metric: 'validate.libxml2-wasm', ours: rates.wasm, base, unit: 'MB/s' });
    console.error(`Files of ${(bytes.length / MB).toFixed(1)} MB; the aim is 0.8 of xmllint --schema.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function schemaLayer(read: ReturnType<typeof compileReader>, bytes: Uint8Array): number {
  const parsing = parseXml(bytes);
  assert.ok(parsing.kind === 'parsed', 'the file is well-formed');
  assert.equal(read(parsing.root).findings.length, 0, 'the file keeps the schema');
  return bytes.length;
}

function allLayers(registry: ReturnType<typeof createMessageRegistry>, bytes: Uint8Array): number {
  assert.equal(registry.read(bytes).findings.length, 0, 'the file keeps all layers');
  return bytes.length;
}

function officialLayer(official: ReturnType<typeof createOfficialSchemas>, bytes: Uint8Array): number {
  assert.equal(official.validate({ schema: 'REMITTable1_V3', bytes }).kind, 'valid');
  return bytes.length;
}

function nativeLayer(file: string, bytes: Uint8Array): number {
  const schema = path.join(SCHEMA_DIR, OFFICIAL_SCHEMAS.REMITTable1_V3.file);
  const { status } = spawnSync('xmllint', ['--noout', '--schema', schema, file], { stdio: 'ignore' });
  assert.equal(status, 0, 'xmllint accepts the file');
  return bytes.length;
}

async function benchMemory(): Promise<void> {
  const child = fork(path.join(import.meta.dirname, 'support', 'xml-memory.ts'));
  const [message] = await once(child, 'message');
  // Safe because the child sends one message of this shape.
  const { growthMb, bytes } = message as { growthMb: number; bytes: number };
  assert.ok(bytes > 100 * MB, 'all records were written');
  printLine({ bench: 'xml', metric: 'writer.peak-memory-growth.100000-records', ours: growthMb, base: MEMORY_AIM_MB, unit: 'MB' });
}

function documentOf(rows: readonly RemitTable1Trade[]): RemitTable1Document {
  return { reportingEntityID: { ace: 'B0000104M.DE' }, TradeList: { TradeReport: rows } };
}

/** Runs the sides in turn, after some rounds to warm up, and gives the median rate of each in MB/s. */
function inTurn<Names extends string>(sides: Readonly<Record<Names, () => Timed>>, rounds: number): Record<Names, number> {
  const names = Object.keys(sides) as Names[];
  const rates = new Map<Names, number[]>(names.map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const name of names) {
      const { bytes, elapsedMs } = sides[name]();
      if (round >= 0) rates.get(name)?.push(bytes / MB / (elapsedMs / 1_000));
    }
  }
  // Safe because every name of `sides` is in the map.
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<Names, number>;
}

function timed(work: () => number): Timed {
  const from = performance.now();
  const bytes = work();
  return { bytes, elapsedMs: performance.now() - from };
}

function sumOf(chunks: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}
