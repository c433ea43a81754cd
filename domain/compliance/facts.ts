import type { DecimalText } from '../money/decimal.ts';
import type { BusinessDate, InstantText, YearMonth } from '../time/business-date.ts';
import type { TradeTerms } from '../trade/trade-terms.ts';
import type { TraderMandate } from './trader-mandate.ts';

/** A counterparty or market with which the firm may not deal, from its first to its last day, both included. */
export type Restriction = {
  readonly subjectKind: 'counterparty' | 'market';
  readonly subjectId: string;
  readonly reason: string;
  readonly validFrom: BusinessDate;
  readonly validTo?: BusinessDate;
};

/** The newest quote of one delivery month that was made on or before the trade date, in EUR/MWh. */
export type CurveQuote = {
  readonly curveId: string;
  readonly deliveryMonth: YearMonth;
  readonly quotedOn: BusinessDate;
  readonly price: DecimalText;
  readonly provenance: 'live' | 'imported' | 'simulated';
};

/** An earlier trade with the same economics: everything but venue, UTI and time of conclusion. */
export type LookAlike = {
  readonly tradeId: string;
  readonly sourceSystem: string;
  readonly sourceTradeId: string;
  readonly concludedAt: InstantText;
  readonly uti?: string;
  readonly orderId?: string;
};

/** All that the compliance rules may look at, collected before any of them runs. */
export type ComplianceFacts = {
  readonly terms: TradeTerms;
  readonly tradeDate: BusinessDate;
  readonly counterparty: { readonly id: string; readonly lei: string; readonly acerCode: string; readonly eic?: string };
  readonly trader: { readonly id: string; readonly mandate: TraderMandate };
  /** Every restriction of this counterparty and market, in force or not. */
  readonly restrictions: readonly Restriction[];
  readonly quotes: readonly CurveQuote[];
  readonly lookAlikes: readonly LookAlike[];
};
