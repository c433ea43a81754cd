import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { energyopti, nodesToTry } from '../../support/command-line.ts';

const VECTORS = path.resolve(PROJECT_DIR, process.env['VECTORS_DIR'] ?? '../shared/vectors', 'remit-uti.json');
const vectorsSchema = z.object({ vectors: z.array(z.object({ text: z.string(), progressive: z.number(), expected: z.string() })) });

const SETTLEMENT = {
  terms: {
    commodity: 'power',
    market: 'DE',
    direction: 'sell',
    profile: 'base',
    capacityMw: '10',
    price: { fixed: '92.35' },
    currency: 'EUR',
    deliveryStart: '2027-01-01',
    deliveryEnd: '2027-01-31',
    vat: { sellerCountry: 'DE', buyerCountry: 'DE', buyerIsDealer: false },
  },
  month: '2027-01',
};
const BILATERAL = { regime: 'REMIT', kind: 'bilateral', concludedAt: '2026-04-29T10:00:00Z' };

describe.each(nodesToTry())('energyopti under $name', ({ binary: node }) => {
  it.skipIf(!existsSync(VECTORS))('gives all 24 identifiers of ACER’s own generator [skipped: not installed where absent]', async () => {
    const { vectors } = vectorsSchema.parse(JSON.parse(readFileSync(VECTORS, 'utf8')));
    const input = vectors.map(({ text, progressive }) => JSON.stringify({ text, progressive })).join('\n');
    const { code, lines } = await energyopti(['remit', 'uti'], { input, node });
    expect(code).toBe(0);
    expect(lines.map((line) => z.object({ uti: z.string() }).parse(JSON.parse(line)).uti)).toEqual(vectors.map(({ expected }) => expected));
    expect(lines).toHaveLength(24);
  });

  it('computes a settlement: 744 h × 10 MW × 92.35 EUR, with 19 % VAT', async () => {
    const { code, lines } = await energyopti(['settlement', 'compute'], { input: JSON.stringify(SETTLEMENT), node });
    expect(code).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      hours: '744',
      energyMwh: '7440',
      net: '687084.00',
      vat: '130545.96',
      total: '817629.96',
    });
  });

  it('gives deadlines, closing days and delivery hours, one line each', async () => {
    const deadline = await energyopti(['deadline'], { input: JSON.stringify(BILATERAL), node });
    // Ten working days after 29 April 2026, the first day of Regulation 2026/256.
    expect(JSON.parse(deadline.out)).toMatchObject({ dueOn: '2026-05-13', dueAt: '2026-05-13T22:00:00.000Z' });
    const calendar = await energyopti(['calendar', 'TARGET', '2027'], { node });
    expect(calendar.lines.map((line) => z.object({ date: z.string() }).parse(JSON.parse(line)).date)).toEqual([
      '2027-01-01',
      '2027-03-26',
      '2027-03-29',
      '2027-05-01',
      '2027-12-25',
      '2027-12-26',
    ]);
    const hours = await energyopti(['delivery-hours', 'DE', '2027-03'], { node });
    expect(JSON.parse(hours.out)).toMatchObject({ hours: { base: '743', peak: '276', offpeak: '467' } });
    expect([deadline.code, calendar.code, hours.code]).toEqual([0, 0, 0]);
  });
});

describe('energyopti with a pipe', () => {
  it('answers NDJSON line by line in order, and goes on behind a line that is refused', async () => {
    const input = [JSON.stringify(BILATERAL), '{"regime":"REMIT",', JSON.stringify({ ...BILATERAL, kind: 'organised-market' })].join('\n');
    const { code, lines } = await energyopti(['deadline'], { input });
    expect(code).toBe(1);
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(['dueOn', 'code', 'dueOn']);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ code: 'json.syntax', message: expect.stringContaining('line 2') as string });
  });

  it('reads the files that are named, one after the other', async () => {
    const files = ['package.json', 'package.json'];
    const { code, lines } = await energyopti(['deadline', ...files]);
    expect(code).toBe(1);
    expect(lines.length).toBeGreaterThan(1);
  });

  it.each([
    ['deadline', { ...BILATERAL, dueOn: '2026-05-13' }, '/dueOn'],
    ['settlement compute', { ...SETTLEMENT, terms: { ...SETTLEMENT.terms, capacityMW: '10' } }, '/terms/capacityMW'],
    ['remit uti', { text: 'abc', progressive: 1, profil: 'guide' }, '/profil'],
  ])('%s refuses a field that it does not know, and names it', async (command, input, field) => {
    const { code, lines } = await energyopti(command.split(' '), { input: JSON.stringify(input) });
    expect(code).toBe(1);
    const refusals = lines.map((line) =>
      z.strictObject({ code: z.string(), field: z.string(), message: z.string().min(1), fix: z.string().min(1) }).parse(JSON.parse(line)),
    );
    expect(refusals.map((refusal) => refusal.field)).toEqual([field]);
  });

  it('keeps every digit of a number that is no JavaScript number', async () => {
    const written = JSON.stringify(SETTLEMENT).replace('"92.35"', '92.35').replace('"10"', '0.000000001');
    const { out } = await energyopti(['settlement', 'compute'], { input: written });
    expect(JSON.parse(out)).toMatchObject({ energyMwh: '0.000000744' });
    const price = JSON.stringify(SETTLEMENT).replace('"92.35"', '92.3500000000000000001');
    const exact = await energyopti(['settlement', 'compute'], { input: price });
    expect(exact.out).toContain('92.3500000000000000001');
  });

  it('ends with 0 and without a word when its reader closes early', async () => {
    const { pasted } = await import('../../support/command-line.ts');
    const { code, lines, said } = pasted('energyopti remit fields | head -n 1', { cwd: PROJECT_DIR });
    expect({ code, lines: lines.length, said }).toEqual({ code: 0, lines: 1, said: '' });
  });
});

describe('energyopti used wrongly', () => {
  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['calendar', 'LUNAR', '2027'], /no calendar 'LUNAR'; there are TARGET/],
    [['calendar', 'TARGET', '27'], /'27' is no year/],
    [['delivery-hours', 'XX', '2027'], /no market 'XX'/],
    [['deadline', '/nonexistent.json'], /nonexistent\.json cannot be read/],
    [['validate'], /missing required argument 'files'/],
    [['convert', 'package.json'], /required option '--to <form>'/],
    [['convert', 'package.json', '--to', 'yaml'], /takes json or xml, not 'yaml'/],
    [['trade', 'show', 'trd_1'], /no API answers\. Start the stack/],
  ])('%j ends with 2 and says how to use it', async (args, message) => {
    const { code, out, said } = await energyopti(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it.each([[['--help']], [['remit', 'uti', '--help']], [['validate', '--help']]])('%j is help and no mistake', async (args) => {
    const { code, out } = await energyopti(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: energyopti/);
  });
});
