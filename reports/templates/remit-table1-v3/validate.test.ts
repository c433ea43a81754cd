import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMessageRegistry } from '../../xml/read-any.ts';
import { remitTable1Fields } from './fields.ts';
import { RECORD_RULES } from './rules.ts';

const golden = (name: string): string => readFileSync(new URL(`../../../test/golden/remit-table1/${name}.xml`, import.meta.url), 'utf8');
const VENUE = golden('venue-power-base-month');
const BILATERAL = golden('bilateral-power-peak-week');

const plain = createMessageRegistry();

function findingsOf(xml: string, registry = plain): readonly string[] {
  return registry
    .read(new TextEncoder().encode(xml))
    .findings.map(({ layer, rule, field, severity }) => `${layer} ${rule} ${field ?? '-'} ${severity}`);
}

/** Takes an element and all inside it out. */
function without(xml: string, name: string): string {
  const changed = xml.replace(new RegExp(`\\s*<${name}>[^]*?</${name}>`), '');
  expect(changed).not.toBe(xml);
  return changed;
}

function replaced(xml: string, from: string, to: string): string {
  expect(xml).toContain(from);
  return xml.replaceAll(from, to);
}

/** The bilateral file made into an execution under a Table 2 contract, as TRUM wants it. */
const EXECUTION = replaced(
  ['traderID', 'contractTradingHours', 'voiceBrokered', 'daysOfTheWeek'].reduce(without, replaced(BILATERAL, 'BILCONTRACT', 'EXECUTION')),
  '</uniqueTransactionIdentifier>\n      <price',
  '</uniqueTransactionIdentifier>\n      <linkedTransactionId>T2-1</linkedTransactionId>\n      <price',
);

const ORDER = replaced(
  VENUE.replace(/TradeList/g, 'OrderList')
    .replace(/TradeReport/g, 'OrderReport')
    .replace(/\n *<(aggressor|linkedOrderId)>.*/g, ''),
  '<contractInfo>',
  '<orderId><uniqueOrderIdentifier>O1</uniqueOrderIdentifier></orderId><orderType>LIM</orderType><orderStatus>ACT</orderStatus><orderDuration><duration>DAY</duration></orderDuration><contractInfo>',
)
  .replace(/\n *<uniqueTransactionIdentifier>[^]*?<\/uniqueTransactionIdentifier>\n *<\/uniqueTransactionIdentifier>/, '')
  .replace(/\n *<notionalAmountDetails>[^]*?<\/notionalAmountDetails>/, '')
  .replace(/\n *<totalNotionalContractQuantity>[^]*?<\/totalNotionalContractQuantity>/, '');

describe('what TRUM asks of each kind of record', () => {
  it('is satisfied by a venue trade, a bilateral trade, an execution and an order', () => {
    expect([VENUE, BILATERAL, EXECUTION, ORDER].map((xml) => findingsOf(xml))).toEqual([[], [], [], []]);
  });

  it.each([
    ['a venue trade without trader', without(VENUE, 'traderID'), 'applicability trum.3.mandatory 3 error'],
    ['a venue trade without trading hours', without(VENUE, 'contractTradingHours'), 'applicability trum.28.mandatory 28 error'],
    ['a venue trade without load type', without(VENUE, 'loadType'), 'applicability trum.52.mandatory 52 error'],
    ['a bilateral trade without other side', without(BILATERAL, 'otherMarketParticipant'), 'applicability trum.4.mandatory 4 error'],
    [
      'a bilateral trade with a contract id',
      replaced(BILATERAL, '<contractId>NA<', '<contractId>C1<'),
      'applicability trum.21.default 21 error',
    ],
    ['a bilateral trade on a venue', replaced(BILATERAL, '<bil>XBIL</bil>', '<mic>XEEE</mic>'), 'applicability trum.27.default 27 error'],
    ['a bilateral trade with other trading hours', replaced(BILATERAL, '24:00:00Z', '18:00:00Z'), 'applicability trum.28.default 28 error'],
    [
      'a bilateral trade with linked order',
      replaced(BILATERAL, '<voiceBrokered>', '<linkedOrderId>O</linkedOrderId><voiceBrokered>'),
      'applicability trum.33.notUsed 33 warning',
    ],
    ['an execution without linked contract', without(EXECUTION, 'linkedTransactionId'), 'applicability trum.32.mandatory 32 error'],
    ['an execution without notional amount', without(EXECUTION, 'notionalAmountDetails'), 'applicability trum.38.mandatory 38 error'],
    ['an execution without duration', without(EXECUTION, 'duration'), 'applicability trum.51.mandatory 51 warning'],
    ['an order without status', without(ORDER, 'orderStatus'), 'applicability trum.16.mandatory 16 error'],
  ])('%s', (_name, xml, expected) => {
    expect(findingsOf(xml)).toEqual([expected]);
  });

  it('warns of an execution with an index value or days of the week, but not of one that names its index', () => {
    const days = replaced(EXECUTION, '<deliveryProfile>', '<deliveryProfile><daysOfTheWeek>MO</daysOfTheWeek>');
    expect(findingsOf(days)).toContain('applicability trum.53.notUsed 53 warning');
    const indexed = replaced(EXECUTION, '<settlementMethod>', '<indexName>TTF DA</indexName><settlementMethod>');
    const fixing = (inside: string): string =>
      replaced(indexed, '<notionalAmountDetails>', `<fixingIndex>${inside}</fixingIndex><notionalAmountDetails>`);
    expect(findingsOf(fixing('<indexName>TTF DA</indexName>'))).toEqual([]);
    expect(findingsOf(fixing('<indexCurrValue><indexValue>30</indexValue></indexCurrValue>'))).toEqual([
      'applicability trum.36.notUsed 36 warning',
    ]);
  });

  it('knows a bilateral trade whose contract came in an earlier file by its market place', () => {
    const contract = /<contract>[^]*<\/contract>/.exec(BILATERAL)?.[0] ?? '';
    const byId = BILATERAL.replace(contract, '<contractId>NA</contractId>');
    expect(findingsOf(without(byId, 'otherMarketParticipant'))).toEqual(['applicability trum.4.mandatory 4 error']);
  });

  it('judges a listed contract once, and leaves a contract of an earlier file alone', () => {
    const contract = /<contract>[^]*<\/contract>/.exec(VENUE)?.[0] ?? '';
    const byId = VENUE.replace(contract, '<contractId>DEBM-2027-10</contractId>');
    expect(findingsOf(byId)).toEqual([]);
    const listed = byId.replace('<TradeList>', `<contractList>${without(contract, 'loadType')}</contractList><TradeList>`);
    expect(findingsOf(listed)).toEqual(['applicability trum.52.mandatory 52 error']);
  });
});

describe('the rules of ARIS', () => {
  const OPTION =
    '<optionDetails><optionStyle>E</optionStyle><optionType>C</optionType><optionExerciseDate>2027-10-15</optionExerciseDate></optionDetails><deliveryPointOrZone>';
  const optioned = replaced(VENUE, '<deliveryPointOrZone>', OPTION);
  const indexed = replaced(VENUE, '<settlementMethod>', '<indexName>TTF DA</indexName><settlementMethod>');
  const fixing = (xml: string, inside: string): string =>
    replaced(xml, '<notionalAmountDetails>', `<fixingIndex>${inside}</fixingIndex><notionalAmountDetails>`);
  const unpriced = without(VENUE, 'priceDetails');
  const unpricedOrder = without(ORDER, 'priceDetails');

  it.each([
    ['a trade without price', unpriced, ['rule 2BCDPTR2 35 error']],
    ['a trade without price but with an index', without(indexed, 'priceDetails'), []],
    ['an order without price', unpricedOrder, ['rule 2BCDPR2 35 error']],
    ['a market order in an auction', replaced(replaced(unpricedOrder, '>LIM<', '>MAR<'), '<contractType>FU', '<contractType>AU'), []],
    [
      'a market-to-limit order in continuous trading',
      replaced(replaced(unpricedOrder, '>LIM<', '>MTL<'), '<contractType>FU', '<contractType>CO'),
      [],
    ],
    [
      'a market order in continuous trading',
      replaced(replaced(unpricedOrder, '>LIM<', '>MAR<'), '<contractType>FU', '<contractType>CO'),
      ['rule 2BCDPR2 35 error'],
    ],
    ['delivery before exercise', optioned, ['rule 2AODOEDR2x 46 error']],
    ['delivery before exercise of an Asian option', replaced(optioned, '<optionStyle>E', '<optionStyle>S'), []],
    ['an index that is not declared', fixing(VENUE, '<indexName>TTF DA</indexName>'), ['rule aris.7.4.indexName 25 error']],
    ['an index that is declared', fixing(indexed, '<indexName>TTF DA</indexName>'), []],
    [
      'one of several indices without a name',
      fixing(replaced(indexed, '<indexName>', '<indexName>Other</indexName><indexName>'), ''),
      ['rule aris.7.4.indexName 25 error'],
    ],
    [
      'volumes in another unit',
      replaced(ORDER, '<orderDuration>', '<undisclosedVolume><value>1</value><unit>KW</unit></undisclosedVolume><orderDuration>'),
      ['rule aris.volumeUnit 42 error'],
    ],
    ['no quantity', without(VENUE, 'quantity'), ['rule trum.40.quantity 40 warning']],
    [
      'an index trade at price zero',
      replaced(fixing(indexed, '<indexName>TTF DA</indexName>'), '>85.25<', '>0.00<'),
      ['rule trum.35.zeroPrice 35 warning'],
    ],
    [
      'an index trade with notional amount zero',
      replaced(fixing(indexed, '<indexName>TTF DA</indexName>'), '>635112.5<', '>0<'),
      ['rule trum.38.zeroNotional 38 warning'],
    ],
    [
      'reversed delivery dates',
      replaced(VENUE, '<deliveryStartDate>2027-10-01', '<deliveryStartDate>2027-11-01'),
      ['rule trum.50.order 50 error'],
    ],
    [
      'a wrong check character of the delivery point',
      replaced(VENUE, '10YDE-RWENET---I', '10YDE-RWENET---J'),
      ['rule eic.checkCharacter 48 warning'],
    ],
    ['a party as delivery point', replaced(VENUE, '10YDE-RWENET---I', '11XRWETRADING--0'), ['rule trum.48.kind 48 warning']],
    [
      'wrong check digits of an LEI',
      replaced(VENUE, '<ace>A0045821W.IT</ace>', '<lei>549300FR3U1PB1Y6LV31</lei>'),
      ['rule lei.checkDigits 1 warning'],
    ],
  ])('%s', (_name, xml, expected) => {
    expect(findingsOf(xml)).toEqual(expected);
  });

  it('each have an id of their own, a text and a source', () => {
    expect(new Set(RECORD_RULES.map(({ id }) => id)).size).toBe(RECORD_RULES.length);
    expect(RECORD_RULES.filter(({ text, source }) => text === '' || source === '')).toEqual([]);
    expect(RECORD_RULES.flatMap(({ errorCode }) => errorCode ?? [])).toEqual(['R2CDTNCQTR1', 'R2ODOEDOPT', 'R2CDPRCMOSP', 'R2CDPRCMTSP']);
  });

  it('uses the lists of accepted delivery points and registered parties where they are at hand', () => {
    const registry = createMessageRegistry({
      remit: { acceptedDeliveryPoints: new Set(['10YNL----------L']), registeredParties: new Set(['B0000104M.DE', 'C0643778W.EU']) },
    });
    expect(findingsOf(VENUE, registry)).toEqual(['rule aris.registeredParty 1 error', 'rule aris.acceptedEic 48 error']);
    const unregistered = replaced(BILATERAL, 'C0643778W.EU', 'ACERNONMP.EU');
    expect(findingsOf(unregistered, registry)).toEqual(['rule aris.registeredParty 1 error', 'rule aris.acceptedEic 48 error']);
  });

  it('refuses one transaction reported as new twice in a file', () => {
    const record = /<TradeReport>[^]*<\/TradeReport>/.exec(VENUE)?.[0] ?? '';
    const twice = VENUE.replace('</TradeList>', `${record.replace('Number>1<', 'Number>2<')}</TradeList>`);
    expect(findingsOf(twice)).toEqual(['rule trum.31.duplicate 31 error']);
    expect(findingsOf(VENUE.replace('</TradeList>', `${record}</TradeList>`))).toEqual(['schema xsd.unique - error']);
  });
});

describe('findings of the schema layer', () => {
  it('name path, field, what is wrong and what to do in plain words', () => {
    const { findings } = plain.read(new TextEncoder().encode(replaced(VENUE, '>85.25<', '>85.123456<')));
    expect(findings).toEqual([
      {
        layer: 'schema',
        rule: 'xsd.fractionDigits',
        field: '35',
        path: '/REMITTable1/TradeList/TradeReport[1]/priceDetails/price',
        severity: 'error',
        message: "Price '85.123456' has more than 5 decimals.",
        fix: 'Give a decimal number with at most 20 digits, 5 of them after the point, and no exponent.',
      },
    ]);
  });

  it('say what is missing, unknown or out of order', () => {
    expect(findingsOf(without(VENUE, 'totalNotionalContractQuantity'))).toEqual(['schema xsd.missing 41 error']);
    expect(findingsOf(replaced(VENUE, '<aggressor>', '<colour>red</colour><aggressor>'))).toEqual(['schema xsd.unknown - error']);
    const swapped = VENUE.replace(/( *<tradingCapacity>.*\n)( *<buySellIndicator>.*\n)/, '$2$1');
    expect(findingsOf(swapped)).toContain('schema xsd.order 11 error');
  });
});

describe('a file of which a part breaks the schema', () => {
  const record = /<TradeReport>[^]*<\/TradeReport>/.exec(VENUE)?.[0] ?? '';
  const second = record
    .replace('Number>1<', 'Number>2<')
    .replace('>UTI-1<', '>UTI-2<')
    .replace(/\s*<traderID>[^]*<\/traderID>/, '');
  const withSecond = VENUE.replace('</TradeList>', `${second}</TradeList>`);

  it('has its other records judged all the same, and the broken one by the schema alone', () => {
    expect(findingsOf(withSecond)).toEqual(['applicability trum.3.mandatory 3 error']);
    const brokenFirst = withSecond.replace('>85.25<', '>85.123456<').replace('<loadType>BL</loadType>', '');
    expect(findingsOf(brokenFirst)).toEqual(['schema xsd.fractionDigits 35 error', 'applicability trum.3.mandatory 3 error']);
    expect(findingsOf(withSecond.replace('<ace>B0000104M.DE</ace>', '<ace>x</ace>'))).toContain('applicability trum.3.mandatory 3 error');
  });

  it('is judged without a record whose listed contract is broken', () => {
    const contract = /<contract>[^]*<\/contract>/.exec(VENUE)?.[0] ?? '';
    const id = /<contractId>.*<\/contractId>/.exec(contract)?.[0] ?? '';
    const listed = withSecond
      .replaceAll(contract, id)
      .replace('<TradeList>', `<contractList>${contract.replace('>FU<', '>XX<')}</contractList><TradeList>`);
    expect(findingsOf(listed)).toEqual(['schema xsd.enumeration 23 error']);
    expect(findingsOf(listed.replace(`<contractList><contract>`, '<contractList><contract>').replace(id, ''))).toEqual([
      'schema xsd.missing 21 error',
      'schema xsd.enumeration 23 error',
    ]);
  });

  it('never stops the judge, whichever element is taken out', () => {
    const names = [...new Set([...BILATERAL.matchAll(/<(\w+)>/g)].map(([, name]) => name ?? ''))];
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) expect(findingsOf(without(BILATERAL, name)).length, name).toBeGreaterThanOrEqual(0);
  });
});

describe('the list of fields', () => {
  it('has number, format, applicability and source of each', () => {
    const price = remitTable1Fields().find((row) => row.path === '/REMITTable1/TradeList/TradeReport/priceDetails/price');
    expect(price).toEqual({
      number: '35',
      name: 'Price',
      path: '/REMITTable1/TradeList/TradeReport/priceDetails/price',
      format: 'decimal: a decimal number with at most 20 digits, 5 of them after the point, and no exponent',
      cardinality: '1..1',
      applicability: { order: '*', trade: '*', bilateral: '*', execution: 'M' },
      source: expect.stringContaining('ACER'),
    });
  });
});
