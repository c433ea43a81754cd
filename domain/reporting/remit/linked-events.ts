import type { BilateralTradeEvent, RemitParty, RemitSide, SpreadLeg, VenueTradeEvent } from './event.ts';

const OTHER_SIDE: Readonly<Record<RemitSide, RemitSide>> = { B: 'S', S: 'B', C: 'C' };

/**
 * A sleeve: a third party that both sides accept stands between them. Its two trades are reported as sleeve and name each other.
 *
 * @source ACER TRUM v6.0 fields 12 and 32; FAQ on sleeve trades
 */
export function sleeveTrades(input: {
  /** What both have in common; side, UTI, other party and links are set here. */
  readonly terms: Omit<BilateralTradeEvent, 'side' | 'uti' | 'otherParticipant' | 'aggressor' | 'linkedTransactionIds'>;
  readonly bought: { readonly from: RemitParty; readonly uti: string };
  readonly sold: { readonly to: RemitParty; readonly uti: string };
}): readonly [BilateralTradeEvent, BilateralTradeEvent] {
  const { terms, bought, sold } = input;
  const common = { ...terms, aggressor: 'S' } as const;
  return [
    { ...common, side: 'B', uti: bought.uti, otherParticipant: bought.from, linkedTransactionIds: [sold.uti] },
    { ...common, side: 'S', uti: sold.uti, otherParticipant: sold.to, linkedTransactionIds: [bought.uti] },
  ];
}

/** What of a spread trade its legs do not share. */
export type SpreadTradeLeg = SpreadLeg & Pick<VenueTradeEvent, 'uti' | 'price' | 'quantity' | 'totalQuantity' | 'otherParticipant'>;

/**
 * A spread that traded: one trade for each leg, each linked to all others, as a Table 1 trade has room for one contract only.
 *
 * @source ACER TRUM v6.0 field 32
 */
export function spreadTrades(input: {
  readonly terms: Omit<VenueTradeEvent, 'side' | 'contract' | 'linkedTransactionIds' | keyof Omit<SpreadTradeLeg, 'side' | 'contract'>>;
  readonly legs: readonly [SpreadTradeLeg, SpreadTradeLeg, ...SpreadTradeLeg[]];
}): readonly VenueTradeEvent[] {
  const { terms, legs } = input;
  return legs.map((leg) => ({
    ...terms,
    ...leg,
    linkedTransactionIds: legs.filter(({ uti }) => uti !== leg.uti).map(({ uti }) => uti),
  }));
}

/**
 * The same trade as the other side sees it, for delegated reporting of both: parties and direction change places, the UTI stays.
 *
 * @param traderId of the other side, field 3
 * @source ACER TRUM v6.0 fields 1, 4 and 11; Regulation (EU) No 1227/2011 art. 8(4)
 */
export function otherSideOf(trade: BilateralTradeEvent, traderId: string): BilateralTradeEvent {
  const { aggressor, ...rest } = trade;
  const mirrored = aggressor === 'I' ? 'A' : aggressor === 'A' ? 'I' : undefined;
  return {
    ...rest,
    actor: { participant: trade.otherParticipant, capacity: 'P' },
    otherParticipant: trade.actor.participant,
    traderId,
    side: OTHER_SIDE[trade.side],
    ...(mirrored === undefined ? {} : { aggressor: mirrored }),
  };
}
