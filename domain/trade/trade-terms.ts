import type { DecimalText } from '../money/decimal.ts';
import type { BusinessDate, InstantText } from '../time/business-date.ts';

/** Markets known to `domain/market/markets.ts`, each with its clock, delivery point and peak hours. */
export type MarketCode = 'DE' | 'FR' | 'TTF' | 'THE';

export type Commodity = 'power' | 'gas';
export type Direction = 'buy' | 'sell';

/** How the volume lies in time. `base` is every hour, `peak` and `offpeak` are the market's, `gasDay` every gas day, `shaped` is listed. */
export type DeliveryProfile = 'base' | 'peak' | 'offpeak' | 'gasDay' | 'shaped';

/** One step of a shaped profile: a half-open run of constant power. `from` and `to` are instants with an offset or `Z`. */
export type ShapeStep = { readonly from: InstantText; readonly to: InstantText; readonly quantityMw: DecimalText };

/** Where the deal was struck. A venue trade carries the venue's own identifiers; they are reported unchanged. */
export type TradeVenue =
  | {
      readonly kind: 'organisedMarket';
      /** ISO 10383 market identifier code of the venue. */
      readonly mic: string;
      readonly contractId: string;
      readonly contractName: string;
      /** The trader as the venue knows him, TRUM field 3. */
      readonly traderIdAtVenue: string;
      readonly orderId?: string;
      readonly aggressor?: 'initiator' | 'aggressor';
    }
  | { readonly kind: 'bilateral'; readonly voiceBrokered?: boolean };

/** TRUM field 23 for what this product books today. */
export type TradeContractType = 'CO' | 'FW' | 'FU';

/** Price of one MWh. Negative is allowed. */
export type TradePrice = { readonly fixed: DecimalText };

/**
 * The commercial terms of a trade as of one version. Immutable; an amendment is a new set of terms.
 * Decimals are text; dates are local to the market; `deliveryEndDate` is the last delivery day (for gas: the last gas day), included.
 */
export type TradeTerms = {
  readonly direction: Direction;
  readonly commodity: Commodity;
  readonly market: MarketCode;
  /** EIC of the delivery point or zone, TRUM field 48. */
  readonly deliveryPoint: string;
  readonly venue: TradeVenue;
  readonly contractType: TradeContractType;
  readonly settlementMethod: 'physical' | 'financial';
  readonly profile: DeliveryProfile;
  /** Constant power for every profile but `shaped`; absent there. In MW, above zero. */
  readonly capacityMw?: DecimalText;
  /** Steps of a `shaped` profile, ordered, without overlap; absent otherwise. */
  readonly shape?: readonly ShapeStep[];
  readonly deliveryStartDate: BusinessDate;
  readonly deliveryEndDate: BusinessDate;
  readonly price: TradePrice;
  readonly currency: 'EUR';
  readonly concludedAt: InstantText;
  readonly counterpartyId: string;
  readonly bookId: string;
  readonly traderId: string;
  /** The agreement under which the deal is settled, e.g. an EFET General Agreement. */
  readonly agreementId: string;
  /** The UTI that the venue gave or both sides agreed; absent means that ACER's algorithm gives it. */
  readonly uti?: string;
};

/** What a new version does to the trade. */
export type TradeEventKind = 'new' | 'amend' | 'cancel';

/**
 * Where a trade stands. `captured`: accepted, not yet checked. `checking`: risk and compliance run. `held`: waits for a person.
 * `rejected`: refused by rule or person. `booked`: in the books, obligations classified. `cancelled`: ended by a cancel version.
 * `settled`: every obligation accepted and every settlement cycle of its months settled.
 */
export type TradeState = 'captured' | 'checking' | 'held' | 'rejected' | 'booked' | 'cancelled' | 'settled';
