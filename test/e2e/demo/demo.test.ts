import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../../bin/stack/process-table.ts';
import { PROJECT_DIR } from '../../../bin/stack/stack-options.ts';
import { readStackFile } from '../../../bin/stack/stack-state.ts';
import { runDemoAsUser } from './run-demo.ts';
import type { DemoRun } from './run-demo.ts';

const XSD = path.resolve(PROJECT_DIR, process.env['SCHEMA_DIR'] ?? '../shared/schemas', 'remit/REMITTable1_V3.xsd');
const NAMESPACES = { r: 'http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd' };
const HAS_PDFTOTEXT = spawnSync('pdftotext', ['-v']).error === undefined;
const MINUTES_MAX = 3;

let demo: DemoRun;
beforeAll(async () => {
  demo = await runDemoAsUser();
}, 240_000);
afterAll(() => demo.clean());

const bytesOf = (file: string): Buffer => readFileSync(path.resolve(PROJECT_DIR, file));
const tradeOf = (sourceTradeId: string): DemoRun['summary']['trades'][number] => {
  const found = demo.summary.trades.find((trade) => trade.sourceTradeId === sourceTradeId);
  if (found === undefined) throw new Error(`the summary has no trade ${sourceTradeId}`);
  return found;
};
const actionsOf = (sourceTradeId: string): string[] => {
  const { id } = tradeOf(sourceTradeId);
  const reports = demo.summary.obligations.filter(({ tradeId }) => tradeId === id);
  return reports.map(({ action, state }) => `${action} ${state}`).toSorted();
};
/** What a sent file says at one place of its record. */
const valueIn = (xml: Buffer, place: string): string => {
  using document = XmlDocument.fromBuffer(xml);
  const node = document.get(`//r:${place}`, NAMESPACES);
  return node instanceof XmlElement ? node.content : '';
};

describe('npm run demo', () => {
  it('ends with 0 within three minutes, says that the invariants hold, and leaves no process', () => {
    expect(demo.code, demo.said).toBe(0);
    expect(demo.seconds).toBeLessThan(MINUTES_MAX * 60);
    expect(demo.summary.durationMs).toBeLessThanOrEqual(demo.seconds * 1000);
    expect(demo.said).toContain('Invariants I1 to I9 hold');
    const processes = readStackFile(demo.folder)?.processes ?? [];
    expect(processes.length).toBe(6);
    expect(processes.filter(({ pid, mark }) => mark !== '' && isAlive(pid))).toEqual([]);
  });

  it('tells its stages while it runs, and every trade and month in the table at the end', () => {
    for (const stage of ['captured', 'checked', 'decided', 'repaired', 'reported', 'settled']) expect(demo.said).toContain(`\n${stage} `);
    for (const { sourceTradeId, state } of demo.summary.trades) expect(demo.table).toMatch(new RegExp(`^${sourceTradeId} +${state}`, 'm'));
    for (const { deliveryMonth, counterpartyId } of demo.summary.cycles)
      expect(demo.table).toMatch(new RegExp(`^${deliveryMonth} +${counterpartyId}`, 'm'));
  });

  it('takes at least 60 trades to an end, or to a state that says what it waits for', () => {
    const { trades } = demo.summary;
    expect(trades.length).toBeGreaterThanOrEqual(60);
    expect(new Set(trades.map(({ id }) => id)).size).toBe(trades.length);
    const ended = new Set(['settled', 'rejected', 'cancelled']);
    expect(trades.filter(({ state, waitingFor }) => !ended.has(state) && (waitingFor ?? '') === '')).toEqual([]);
    expect(trades.filter(({ state, waitingFor }) => ended.has(state) && waitingFor !== undefined)).toEqual([]);
  });

  it('rejects the breach of a limit, books what a person approved, and amends and cancels', () => {
    expect(tradeOf('SD-0058').state).toBe('rejected');
    expect(actionsOf('SD-0058')).toEqual([]);
    expect(demo.said).toMatch(/SD-0058: reject \(.*would be exceeded/);
    expect(tradeOf('SD-0059').state).toBe('settled');
    expect(demo.said).toMatch(/SD-0059: approve \(.*price/);
    expect(actionsOf('SD-0059')).toEqual(['N accepted']);
    expect(actionsOf('SD-0061')).toEqual(['M accepted', 'N accepted']);
    expect(tradeOf('SD-0062').state).toBe('cancelled');
    expect(actionsOf('SD-0062')).toEqual(['C accepted', 'N accepted']);
  });

  it('refuses the row with a price in words and the row with an open quote, and names line and field', () => {
    const refused = demo.summary.rowsRefused;
    expect(refused.map(({ line }) => line)).toEqual([69, 70]);
    expect(refused[0]?.issues.map(({ field }) => field)).toEqual(['/price']);
    expect(refused[1]?.issues[0]?.message).toMatch(/quotes/);
  });

  it('has every report accepted, with ARIS’s receipt on the disk', () => {
    expect(demo.summary.obligations.length).toBeGreaterThanOrEqual(60);
    for (const { uti, state, receipt } of demo.summary.obligations) {
      expect(`${uti} ${state}`).toBe(`${uti} accepted`);
      expect(bytesOf(receipt).toString('utf8').trimStart()).toMatch(/^<\?xml/);
    }
  });

  it('repairs the one report that ARIS rejects: two files with one UTI and two counterparties, one acceptance', () => {
    const { id } = tradeOf('SD-0060');
    const uti = demo.summary.obligations.find(({ tradeId }) => tradeId === id)?.uti;
    const files = demo.summary.xmlFiles
      .map(bytesOf)
      .filter((xml) => valueIn(xml, 'uniqueTransactionIdentifier/r:uniqueTransactionIdentifier') === uti);
    expect(files.map((xml) => valueIn(xml, 'otherMarketParticipant/r:ace')).toSorted()).toEqual(['A0010007N.DE', 'A0010070N.DE']);
    expect(files.map((xml) => valueIn(xml, 'actionType'))).toEqual(['N', 'N']);
    expect(demo.summary.xmlFiles.length).toBe(demo.summary.obligations.length + 1);
  });

  it('reports a negative price as such', () => {
    const prices = demo.summary.xmlFiles.map((file) => valueIn(bytesOf(file), 'price'));
    expect(prices).toContain('-8.75');
  });

  it.skipIf(!existsSync(XSD))(
    'sent only XML that validates under the official REMITTable1_V3.xsd [skipped: not installed where absent]',
    () => {
      using schema = XmlDocument.fromBuffer(readFileSync(XSD), { url: XSD });
      using validator = XsdValidator.fromDoc(schema);
      for (const file of demo.summary.xmlFiles) {
        using document = XmlDocument.fromBuffer(bytesOf(file));
        expect(() => validator.validate(document), file).not.toThrow();
      }
    },
  );

  it('sent only XML that the command line finds no error in and converts there and back to the same bytes', () => {
    const cli = (args: readonly string[], input?: string) =>
      spawnSync(process.execPath, ['bin/energyopti.mjs', ...args], {
        cwd: PROJECT_DIR,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        ...(input !== undefined && { input }),
      });
    const validated = cli(['validate', ...demo.summary.xmlFiles]);
    expect(validated.stdout.split('\n').filter((line) => line.includes('"severity":"error"'))).toEqual([]);
    expect(validated.status).toBe(0);
    for (const file of [demo.summary.xmlFiles.at(0), demo.summary.xmlFiles.at(-1)]) {
      const json = cli(['convert', file ?? '', '--to', 'json']);
      expect(json.status).toBe(0);
      const xml = cli(['convert', '-', '--to', 'xml'], json.stdout);
      expect(xml.stdout).toBe(bytesOf(file ?? '').toString('utf8'));
    }
  });

  it('invoices each month that is over, every document a PDF', () => {
    const due = demo.summary.cycles.filter(({ deliveryMonth }) => deliveryMonth <= '2027-03');
    expect(due.length).toBeGreaterThan(30);
    for (const { id, state, invoice, pdf, documents } of due) {
      if (state === 'empty') continue;
      expect(`${id} ${state}`).toMatch(/ (invoiced|settled)$/);
      expect(documents[0]).toMatchObject({ invoice, pdf });
      for (const document of documents) expect(bytesOf(document.pdf).subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  it.skipIf(!HAS_PDFTOTEXT)(
    'prints the number of each invoice, and the hours of the clock changes [skipped: not installed where pdftotext is absent]',
    () => {
      const textOf = (file: string): string =>
        spawnSync('pdftotext', ['-layout', path.resolve(PROJECT_DIR, file), '-'], { encoding: 'utf8' }).stdout;
      const documents = demo.summary.cycles.flatMap((cycle) => cycle.documents).map(({ invoice, pdf }) => ({ invoice, text: textOf(pdf) }));
      for (const { invoice, text } of documents) expect(text).toContain(invoice);
      const lineOf = (sourceTradeId: string): string[] => {
        const { id } = tradeOf(sourceTradeId);
        return documents
          .flatMap(({ text }) => text.split('\n'))
          .flatMap((line) => {
            const [, energy, price, net] = new RegExp(`${id} +(\\S+) +(\\S+) +(\\S+)`).exec(line) ?? [];
            return energy === undefined ? [] : [`${energy} × ${price} = ${net}`];
          });
      };
      // German base in March 2027: 31 days less the lost hour = 743 h; 10 MW × 743 h × 80.15 EUR.
      expect(lineOf('SD-0024')).toEqual(['7,430.000 × 80.15 = 595,514.50']);
      // German base in October 2026: 31 days and the hour gained = 745 h; 11 MW × 745 h × 88.40 EUR.
      expect(lineOf('SD-0063')).toEqual(['8,195.000 × 88.40 = 724,438.00']);
      // Two days with the lost hour: 47 h × 9 MW × 61.35 EUR.
      expect(lineOf('SD-0027')).toEqual(['423.000 × 61.35 = 25,951.05']);
      // Gas days count 31 × 24 h ± the switch too: October 2026, 745 h × 25 MW × 33.05 EUR.
      expect(lineOf('SD-0044')).toEqual(['18,625.000 × 33.05 = 615,556.25']);
    },
  );
});
