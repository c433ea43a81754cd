import { type FieldIssue, ValidationError } from '../../errors/app-error.ts';
import { type MarketIndex, knownIndex } from '../../market/market-index.ts';
import { type SettlementMarketCode, deliveryDayStartMs, settlementMarketOf } from '../../market/settlement-markets.ts';
import { addDays, businessDate, firstDayOf, isBusinessDate, isYearMonth, lastDayOf } from '../../time/business-date.ts';
import { epochMsOf } from '../../time/zone.ts';
import type { SettlementRequest } from '../settlement-request.ts';
import { formulaIssues } from './check-formula.ts';
import { type Fixing, FixingBook } from './fixing-book.ts';
import type { Formula } from './formula.ts';
import { parseFormula } from './parse-formula.ts';

type IndexLookup = (name: string) => MarketIndex | undefined;

const ISSUES_MAX = 20;

/**
 * The fixings of a request, and the indices that its price may name: declared ones, known ones, and those that it sends fixings of,
 * which are taken to be in the currency of the trade per MWh. Throws ValidationError on a fixing that is empty, unknown or contradicted.
 */
export function fixingsOf(request: SettlementRequest): { book: FixingBook; indexOf: IndexLookup } {
  const { terms, month, fixings } = request;
  const declared = new Map(request.indices.map((index) => [index.name, { ...index, market: index.market ?? terms.market }]));
  const sent = new Set(fixings.map(({ index }) => index));
  const indexOf: IndexLookup = (name) =>
    declared.get(name) ?? knownIndex({ name, month }) ?? (sent.has(name) ? undeclared(name, request) : undefined);
  const issues: FieldIssue[] = [];
  const read = fixings.map(({ index, from, to, value }, place): Fixing => {
    const known = indexOf(index);
    const market = known?.market ?? terms.market;
    const [startMs, endMs] = [borderMs({ text: from, market, isEnd: false }), borderMs({ text: to, market, isEnd: true })];
    if (endMs <= startMs) issues.push(emptyFixing(place));
    return { index: known?.name ?? index, startMs, endMs, value };
  });
  const book = new FixingBook(issues.length === 0 ? read : []);
  issues.push(...book.issues);
  if (issues.length > 0) throw new ValidationError(issues.slice(0, ISSUES_MAX));
  return { book, indexOf };
}

/** The price of a request as a formula that has passed its checks. Throws ValidationError naming what is wrong with it. */
export function formulaOf(request: SettlementRequest, indexOf: IndexLookup): { formula: Formula; formulaText: string } {
  const { price, currency } = request.terms;
  const field = price.formula === undefined ? '/terms/price/index' : '/terms/price/formula';
  const parsed = price.formula === undefined ? indexFormula(price) : parsedFormula(price.formula);
  const issues = formulaIssues({ formula: parsed.formula, currency, indexOf });
  if (issues.length > 0) throw new ValidationError(issues.map((issue) => ({ field, ...issue })));
  return parsed;
}

function parsedFormula(text: string): { formula: Formula; formulaText: string } {
  const parsing = parseFormula(text);
  if (parsing.kind === 'refused') throw new ValidationError([{ field: '/terms/price/formula', ...parsing.issue }]);
  return { formula: parsing.formula, formulaText: text };
}

function indexFormula(price: SettlementRequest['terms']['price']): { formula: Formula; formulaText: string } {
  const { index = '', factor = '1', spread = '0' } = price;
  const value: Formula = { kind: 'index', name: index, window: { kind: 'interval' } };
  const scaled: Formula = { kind: 'binary', operator: '*', left: { kind: 'number', value: factor }, right: value };
  const formula: Formula = { kind: 'binary', operator: '+', left: scaled, right: { kind: 'number', value: spread } };
  return { formula, formulaText: `${factor} × ${index} + ${spread}` };
}

/** An index that is only known by its fixings: a mean counts time for power, and gas days for gas. */
function undeclared(name: string, { terms }: SettlementRequest): MarketIndex {
  const isGas = terms.commodity === 'gas';
  return {
    name,
    unit: `${terms.currency}/MWh`,
    averaging: isGas ? 'day' : 'time',
    resolution: isGas ? 'day' : 'quarterHour',
    market: terms.market,
  };
}

/** An instant as it stands; a day or month is that of the market of the index, and as an end it is included. */
function borderMs(input: { text: string; market: SettlementMarketCode; isEnd: boolean }): number {
  const { text, isEnd } = input;
  const market = settlementMarketOf(input.market);
  if (!isBusinessDate(text) && !isYearMonth(text)) return epochMsOf(text);
  const date = isYearMonth(text) ? (isEnd ? lastDayOf(text) : firstDayOf(text)) : businessDate(text);
  return deliveryDayStartMs(market, isEnd ? addDays(date, 1) : date);
}

function emptyFixing(place: number): FieldIssue {
  return {
    field: `/fixings/${place}/to`,
    code: 'fixing.empty',
    message: 'The fixing ends before it begins.',
    fix: 'Give an end after the start; an end that is a day or month is included.',
  };
}
