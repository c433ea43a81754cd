import type { z } from 'zod';
import type { FieldIssue } from '../errors/app-error.ts';
import { fieldIssuesOfZod } from '../errors/zod-issues.ts';
import { marketOf } from '../market/markets.ts';
import { decimal } from '../money/decimal.ts';
import { deliveryIssues } from '../settlement/delivery-issues.ts';
import { addDays, businessDate, daysBetween } from '../time/business-date.ts';
import { epochMsOf } from '../time/zone.ts';
import { tradeDraftSchema, tradeTermsSchema } from './trade-draft-schema.ts';
import type { TradeTerms } from './trade-terms.ts';

/** What an upstream system hands over: its own name and id for the trade, and the terms. */
export type TradeDraft = { readonly sourceSystem: string; readonly sourceTradeId: string; readonly terms: TradeTerms };

export type TradeDraftParsing =
  | { readonly ok: true; readonly draft: TradeDraft }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

export type TradeTermsParsing =
  | { readonly ok: true; readonly terms: TradeTerms }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

/** Upstream clocks may run ahead of ours by this much. */
const CLOCK_SKEW_MS_MAX = 300_000;
const DELIVERY_YEARS_MAX = 10;
/** More than all power plants of Europe together. With the price and ten years it keeps the notional inside REMIT's 20 digits. */
const QUANTITY_MW_MAX = 1_000_000;
/** A hundred times what European exchanges let anybody bid; a value of lost load is far below. */
const PRICE_EUR_PER_MWH_ABS_MAX = 1_000_000;

/**
 * Reads a trade draft: one flat object of `sourceSystem`, `sourceTradeId` and the fields of `TradeTerms`. Unknown fields are refused.
 * Instants come out in UTC with `Z`, decimals in their shortest form, so that equal terms are equal text. `now` bounds `concludedAt`.
 * Problems of single fields are all named at once; problems between fields once each field is right by itself.
 */
export function parseTradeDraft(input: unknown, { now }: { now: Date }): TradeDraftParsing {
  const parsed = tradeDraftSchema.safeParse(input);
  if (!parsed.success) return { ok: false, issues: fieldIssuesOfZod(parsed.error) };
  const { sourceSystem, sourceTradeId, ...fields } = parsed.data;
  const checkedTerms = checkTerms(fields, now);
  return checkedTerms.ok ? { ok: true, draft: { sourceSystem, sourceTradeId, terms: checkedTerms.terms } } : checkedTerms;
}

/** Reads terms alone, as an amendment sends them; otherwise as `parseTradeDraft`. */
export function parseTradeTerms(input: unknown, { now }: { now: Date }): TradeTermsParsing {
  const parsed = tradeTermsSchema.safeParse(input);
  return parsed.success ? checkTerms(parsed.data, now) : { ok: false, issues: fieldIssuesOfZod(parsed.error) };
}

function checkTerms(fields: z.output<typeof tradeTermsSchema>, now: Date): TradeTermsParsing {
  const terms: TradeTerms = {
    ...fields,
    deliveryStartDate: businessDate(fields.deliveryStartDate),
    deliveryEndDate: businessDate(fields.deliveryEndDate),
  };
  const issues = [
    ...marketIssues(terms),
    ...lengthIssues(terms),
    ...deliveryIssues(terms),
    ...sizeIssues(terms),
    ...conclusionIssues(terms, now),
  ];
  return issues.length === 0 ? { ok: true, terms } : { ok: false, issues };
}

function marketIssues(terms: TradeTerms): readonly FieldIssue[] {
  const market = marketOf(terms.market);
  const issues: FieldIssue[] = [];
  if (terms.commodity !== market.commodity) {
    issues.push({
      field: '/commodity',
      code: 'trade.commodityOfMarket',
      message: `The market ${market.code} trades ${market.commodity}, not ${terms.commodity}.`,
      fix: `Set the commodity to '${market.commodity}', or correct the market.`,
    });
  }
  if (!market.acceptedDeliveryPoints.includes(terms.deliveryPoint)) {
    issues.push({
      field: '/deliveryPoint',
      code: 'eic.notOfMarket',
      message: `'${terms.deliveryPoint}' is not an EIC that reports may name for the market ${market.code}.`,
      fix: `Use ${market.acceptedDeliveryPoints.join(' or ')}.`,
    });
  }
  return issues;
}

function lengthIssues(terms: TradeTerms): readonly FieldIssue[] {
  const startYear = Number(terms.deliveryStartDate.slice(0, 4));
  const lastEnd = addDays(
    businessDate(`${startYear + DELIVERY_YEARS_MAX}${terms.deliveryStartDate.slice(4).replace('-02-29', '-03-01')}`),
    -1,
  );
  if (daysBetween(lastEnd, terms.deliveryEndDate) <= 0) return [];
  return [
    {
      field: '/deliveryEndDate',
      code: 'trade.deliveryTooLong',
      message: `Delivery lasts longer than ${DELIVERY_YEARS_MAX} years; from ${terms.deliveryStartDate} it may end on ${lastEnd}.`,
      fix: 'Check the years of the delivery period, or enter the deal as several trades.',
    },
  ];
}

function sizeIssues({ capacityMw, shape = [], price }: TradeTerms): readonly FieldIssue[] {
  const quantities = [
    ...(capacityMw === undefined ? [] : [{ field: '/capacityMw', quantityMw: capacityMw }]),
    ...shape.map(({ quantityMw }, index) => ({ field: `/shape/${index}/quantityMw`, quantityMw })),
  ];
  const tooMuch = quantities.find(({ quantityMw }) => decimal(quantityMw).greaterThan(QUANTITY_MW_MAX));
  const issues: FieldIssue[] = [];
  if (tooMuch !== undefined) {
    const message = `${tooMuch.quantityMw} MW is more than ${QUANTITY_MW_MAX} MW.`;
    issues.push({ field: tooMuch.field, code: 'trade.quantityTooLarge', message, fix: 'Check the unit: the quantity is in MW.' });
  }
  if (decimal(price.fixed).abs().greaterThan(PRICE_EUR_PER_MWH_ABS_MAX)) {
    const message = `${price.fixed} EUR/MWh is beyond ±${PRICE_EUR_PER_MWH_ABS_MAX} EUR/MWh.`;
    issues.push({ field: '/price/fixed', code: 'trade.priceTooLarge', message, fix: 'Check the unit: the price is in EUR/MWh.' });
  }
  return issues;
}

function conclusionIssues(terms: TradeTerms, now: Date): readonly FieldIssue[] {
  if (epochMsOf(terms.concludedAt) <= now.getTime() + CLOCK_SKEW_MS_MAX) return [];
  return [
    {
      field: '/concludedAt',
      code: 'trade.concludedInFuture',
      message: `The deal was concluded at ${terms.concludedAt}, which is later than now, ${now.toISOString()}.`,
      fix: 'Check the time and its offset.',
    },
  ];
}
