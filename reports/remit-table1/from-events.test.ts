import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { otherSideOf } from '../../domain/reporting/remit/linked-events.ts';
import { remitTable2FromFrameworks } from '../remit-table2/from-frameworks.ts';
import { renderRemitTable2 } from '../remit-table2/render.ts';
import { createOfficialSchemas } from '../xml/official-xsd.ts';
import type { OfficialSchemaName } from '../xml/official-xsd.ts';
import { createMessageRegistry } from '../xml/read-any.ts';
import {
  ACCEPTED_POINTS,
  bilateralTradeEvents,
  executionEvents,
  frameworkEvents,
  orderEvents,
  venueTradeEvents,
} from './arbitrary-event.test-support.ts';
import { EVENT_SAMPLES, FRAMEWORK_SAMPLES } from './event-samples.test-support.ts';
import { remitTable1FromEvents } from './from-events.ts';
import { renderRemitTable1 } from './render.ts';

const registry = createMessageRegistry();
const withList = createMessageRegistry({ remit: { acceptedDeliveryPoints: ACCEPTED_POINTS } });
const official = createOfficialSchemas({ schemaDir: process.env['SCHEMA_DIR'] ?? '../shared/schemas' });
afterAll(() => official[Symbol.dispose]());

/** Generous for a loaded machine. */
const PROPERTY_TIMEOUT_MS = 60_000;
const reportingEntity = { ace: 'B0000104M.DE' };
const golden = (folder: string, name: string): string =>
  readFileSync(new URL(`../../test/golden/${folder}/${name}.xml`, import.meta.url), 'utf8');

/** All layers and the official schema, with not one finding, warnings included. */
function expectClean(schema: OfficialSchemaName, bytes: Uint8Array, judge = registry): void {
  expect(judge.read(bytes).findings).toEqual([]);
  const verdict = official.validate({ schema, bytes });
  if (verdict.kind === 'invalid') expect(verdict.findings).toEqual([]);
}

function table1(events: Parameters<typeof remitTable1FromEvents>[0]['events']): Uint8Array {
  const { document, findings } = remitTable1FromEvents({ reportingEntity, events });
  expect(findings).toEqual([]);
  return renderRemitTable1(document);
}

function valuesOf(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value ?? '');
}

describe('every kind of event', () => {
  it.each(Object.entries(EVENT_SAMPLES))('%s gives its golden file, clean in every layer', (name, events) => {
    const bytes = table1(events);
    expect(new TextDecoder().decode(bytes)).toBe(golden('remit-events', name));
    expectClean('REMITTable1_V3', bytes);
  });

  it.each(Object.entries(FRAMEWORK_SAMPLES))('%s gives its golden file, clean in every layer', (name, frameworks) => {
    const { document, findings } = remitTable2FromFrameworks({ reportingEntity, frameworks });
    const bytes = renderRemitTable2(document);
    expect(findings).toEqual([]);
    expect(new TextDecoder().decode(bytes)).toBe(golden('remit-table2', name));
    expectClean('REMITTable2_V1', bytes);
  });

  it.each([
    ['click-and-trade', ['635112.5']],
    ['sleeve', ['179694', '179694']],
    ['spread-with-legs', ['635112.5', '651130']],
    ['auction-steps', ['2074.3']],
    ['option-european-call', ['216000']],
    ['option-asian-put', []],
    ['swap-fixed-for-floating', ['226800']],
    ['index-pricing', []],
    ['execution-of-framework', ['407413.79175']],
    ['lng-cargo', ['38590000']],
    ['ppa-as-produced', ['1204500']],
  ] as const)('%s has the notional amounts worked by hand, blank where nothing is known', (name, amounts) => {
    expect(valuesOf(golden('remit-events', name), 'notionalAmount')).toEqual(amounts);
  });
});

describe('links between records', () => {
  it('join the two trades of a sleeve and the legs of a spread', () => {
    expect(valuesOf(golden('remit-events', 'sleeve'), 'linkedTransactionId')).toEqual(['UTI-SLEEVE-2', 'UTI-SLEEVE-1']);
    expect(valuesOf(golden('remit-events', 'sleeve'), 'aggressor')).toEqual(['S', 'S']);
    expect(valuesOf(golden('remit-events', 'spread-with-legs'), 'linkedTransactionId')).toEqual(['UTI-LEG-FR', 'UTI-LEG-DE']);
  });

  it('join an execution to its framework', () => {
    const [contractId] = valuesOf(golden('remit-table2', 'framework-power-indexed'), 'contractId');
    expect(valuesOf(golden('remit-events', 'execution-of-framework'), 'linkedTransactionId')).toEqual([contractId]);
  });

  it('give both sides of a delegated report one UTI, with parties and direction changed over', () => {
    const [trade] = EVENT_SAMPLES['agent-for-beneficiary'];
    const xml = new TextDecoder().decode(table1([trade, otherSideOf(trade, 'trader-2')]));
    expect(valuesOf(xml, 'uniqueTransactionIdentifier')).toEqual(['UTI-AGENT', 'UTI-AGENT']);
    expect(valuesOf(xml, 'buySellIndicator')).toEqual(['S', 'B']);
    expect(valuesOf(xml, 'tradingCapacity')).toEqual(['A', 'P']);
    expect(valuesOf(xml, 'ace').slice(1)).toEqual(['A0045821W.IT', 'C0643778W.EU', 'A0001984K.DE', 'C0643778W.EU', 'A0045821W.IT']);
    expectClean('REMITTable1_V3', new TextEncoder().encode(xml));
  });
});

describe('numbers', () => {
  it('that the schema cannot hold are rounded half away from zero, and each is named with its field', () => {
    const [trade] = EVENT_SAMPLES['execution-of-framework'];
    const events = [{ ...trade, price: { value: '-1.000005', currency: 'EUR' } as const }];
    const { document, findings } = remitTable1FromEvents({ reportingEntity, events });
    expect(document.TradeList?.TradeReport[0]?.priceDetails?.price).toBe('-1.00001');
    expect(findings).toMatchObject([
      { rule: 'report.rounded', field: '35', path: '/REMITTable1/TradeList/TradeReport[1]/priceDetails/price', severity: 'warning' },
    ]);
  });

  it('of events in a file are bounded', () => {
    expect(() => remitTable1FromEvents({ reportingEntity, events: [] })).toThrow('out of range');
    expect(() => remitTable2FromFrameworks({ reportingEntity, frameworks: [] })).toThrow('out of range');
  });
});

describe('any event of any kind', () => {
  it(
    'gives a Table 1 file without a finding, by our three layers and by the official schema, with the same bytes each time',
    () => {
      const events = fc.uniqueArray(fc.oneof(orderEvents, venueTradeEvents, bilateralTradeEvents, executionEvents), {
        minLength: 1,
        maxLength: 4,
        selector: (event) => (event.kind === 'order' ? `order ${event.orderId}` : event.uti),
      });
      fc.assert(
        fc.property(events, (drawn) => {
          const bytes = table1(drawn);
          expectClean('REMITTable1_V3', bytes, withList);
          expect(Buffer.compare(table1(drawn), bytes)).toBe(0);
        }),
        { numRuns: 300 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'gives a Table 2 file without a finding, by our three layers and by the official schema',
    () => {
      const frameworks = fc.uniqueArray(frameworkEvents, { minLength: 1, maxLength: 3, selector: ({ contractId }) => contractId });
      fc.assert(
        fc.property(frameworks, (drawn) => {
          const { document, findings } = remitTable2FromFrameworks({ reportingEntity, frameworks: drawn });
          expect(findings).toEqual([]);
          expectClean('REMITTable2_V1', renderRemitTable2(document), withList);
        }),
        { numRuns: 100 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
