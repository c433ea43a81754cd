import { assertNever } from '../../domain/errors/app-error.ts';
import { decimal, decimalText, roundHalfAwayFromZero } from '../../domain/money/decimal.ts';
import type { Decimal, DecimalText } from '../../domain/money/decimal.ts';
import type { Counterparty, LegalEntity } from '../../domain/party/party.ts';
import type { ReportAction } from '../../domain/reporting/action.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { remitDeliveryEndDate, remitDurationOf } from '../../domain/reporting/remit/delivery-dates.ts';
import { hourBlockOf } from '../../domain/reporting/remit/hour-block.ts';
import type { InstantText } from '../../domain/time/business-date.ts';
import { epochMsOf, instantText } from '../../domain/time/zone.ts';
import type { TradeTerms, TradeVenue } from '../../domain/trade/trade-terms.ts';
import { BILATERAL_CONTRACT_NAME, NO_CONTRACT_ID } from '../templates/remit-table1-v3/record-kind.ts';
import type { RemitTable1Contract, RemitTable1Document, RemitTable1Trade } from '../templates/remit-table1-v3/schema.ts';
import { deliveryProfilesOf, loadTypeOf } from './delivery-profile.ts';
import type { MarketHours } from './delivery-profile.ts';
import { shapeIntervals } from './shape-intervals.ts';

/** What a person repaired after a rejection; each replaces what the trade says, in the report only. */
export type RemitTable1Overrides = {
  readonly deliveryPoint?: string;
  readonly venueMic?: string;
  readonly contractName?: string;
  readonly traderIdAtVenue?: string;
  readonly otherMarketParticipantAcerCode?: string;
};

export type RemitTable1Input = {
  /** ACER code of who sends the file, field 6: we ourselves or our mechanism. */
  readonly reportingEntityAcerCode: string;
  readonly ours: Pick<LegalEntity, 'acerCode'>;
  readonly counterparty: Pick<Counterparty, 'acerCode'>;
  readonly terms: TradeTerms;
  readonly uti: string;
  readonly action: ReportAction;
  /** When the event that is reported happened, field 30; for N, and where absent, that is when the trade was concluded. */
  readonly eventAt?: InstantText;
  /** Exact sum over the delivery intervals, field 41. */
  readonly totalEnergyMwh: DecimalText;
  readonly market: MarketHours;
  /** Trading hours of the venue where they are known, with zone, e.g. `07:00:00Z`; else the whole day. */
  readonly tradingHours?: { readonly startTime: string; readonly endTime: string };
  readonly overrides?: RemitTable1Overrides;
};

export type RemitTable1Result = { readonly document: RemitTable1Document; readonly findings: readonly ReportFinding[] };

/** The schema takes five decimals, `number` of REMITTable1_V3.xsd. */
const NUMBER_DECIMALS = 5;
const TRADE_PATH = '/REMITTable1/TradeList/TradeReport[1]';

/**
 * One trade as a REMIT Table 1 document with one record. The contract stands inline in the record and not in the contract list: every
 * bilateral contract has the id NA, so that a list could hold one of them only, and a record that carries its contract can be judged,
 * repaired and sent again alone.
 *
 * `findings` warns of numbers that had to be rounded to what the schema takes. Same input, same document.
 *
 * @source ACER TRUM v6.0 chapter 4; FAQ 2.1.44, 2.1.45 and 2.1.50
 */
export function remitTable1Of(input: RemitTable1Input): RemitTable1Result {
  const numbers = new ReportNumbers();
  const trade = tradeOf(input, numbers);
  return {
    document: { reportingEntityID: { ace: input.reportingEntityAcerCode }, TradeList: { TradeReport: [trade] } },
    findings: numbers.findings,
  };
}

function tradeOf(input: RemitTable1Input, numbers: ReportNumbers): RemitTable1Trade {
  const { terms, action, overrides = {}, eventAt } = input;
  const { venue } = terms;
  const totalMwh = decimal(input.totalEnergyMwh);
  const other = otherParticipantOf(input);
  const isVenue = venue.kind === 'organisedMarket';
  return {
    RecordSeqNumber: '1',
    idOfMarketParticipant: { ace: input.ours.acerCode },
    traderID: isVenue
      ? { traderIdForOrganisedMarket: overrides.traderIdAtVenue ?? venue.traderIdAtVenue }
      : { traderIdForMarketParticipant: terms.traderId },
    ...(other === undefined ? {} : { otherMarketParticipant: { ace: other } }),
    tradingCapacity: 'P',
    buySellIndicator: terms.direction === 'buy' ? 'B' : 'S',
    ...(isVenue && venue.aggressor !== undefined ? { aggressor: venue.aggressor === 'initiator' ? 'I' : 'A' } : {}),
    contractInfo: { contract: contractOf(input) },
    organisedMarketPlaceIdentifier: marketPlaceOf(venue, overrides),
    transactionTime: utcOf(action === 'N' ? terms.concludedAt : (eventAt ?? terms.concludedAt)),
    uniqueTransactionIdentifier: { uniqueTransactionIdentifier: input.uti },
    ...(isVenue && venue.orderId !== undefined ? { linkedOrderId: [venue.orderId] } : {}),
    ...(!isVenue && venue.voiceBrokered === true ? { voiceBrokered: 'Y' } : {}),
    priceDetails: {
      price: numbers.exact({ value: decimal(terms.price.fixed), field: '35', path: `${TRADE_PATH}/priceDetails/price` }),
      priceCurrency: terms.currency,
    },
    notionalAmountDetails: {
      notionalAmount: numbers.rounded(decimal(terms.price.fixed).times(totalMwh)),
      notionalCurrency: terms.currency,
    },
    ...quantityOf(input, numbers),
    totalNotionalContractQuantity: {
      value: numbers.exact({ value: totalMwh, field: '41', path: `${TRADE_PATH}/totalNotionalContractQuantity/value` }),
      unit: 'MWh',
    },
    ...(action === 'C' && eventAt !== undefined ? { terminationDate: utcOf(eventAt) } : {}),
    ...intervalsOf(input, numbers),
    actionType: action,
  };
}

function contractOf(input: RemitTable1Input): RemitTable1Contract {
  const { terms, market, overrides = {}, tradingHours } = input;
  const { venue } = terms;
  const isVenue = venue.kind === 'organisedMarket';
  const hours = isVenue && tradingHours !== undefined ? tradingHours : { startTime: '00:00:00Z', endTime: '24:00:00Z' };
  return {
    contractId: isVenue ? venue.contractId : NO_CONTRACT_ID,
    contractName: isVenue ? (overrides.contractName ?? venue.contractName) : BILATERAL_CONTRACT_NAME,
    contractType: terms.contractType,
    energyCommodity: [terms.commodity === 'power' ? 'EL' : 'NG'],
    settlementMethod: terms.settlementMethod === 'physical' ? 'P' : 'C',
    organisedMarketPlaceIdentifier: marketPlaceOf(venue, overrides),
    contractTradingHours: [hours],
    deliveryPointOrZone: [overrides.deliveryPoint ?? terms.deliveryPoint],
    deliveryStartDate: terms.deliveryStartDate,
    deliveryEndDate: remitDeliveryEndDate(terms),
    duration: remitDurationOf(terms),
    loadType: loadTypeOf(terms, market),
    deliveryProfile: deliveryProfilesOf(terms, market),
  };
}

/** Field 4: known for bilateral trades; on a venue the other side is anonymous unless a person says who it was. */
function otherParticipantOf(input: RemitTable1Input): string | undefined {
  const repaired = input.overrides?.otherMarketParticipantAcerCode;
  return repaired ?? (input.terms.venue.kind === 'bilateral' ? input.counterparty.acerCode : undefined);
}

function marketPlaceOf(venue: TradeVenue, overrides: RemitTable1Overrides): RemitTable1Contract['organisedMarketPlaceIdentifier'] {
  switch (venue.kind) {
    case 'organisedMarket':
      return { mic: overrides.venueMic ?? venue.mic };
    case 'bilateral':
      return { bil: 'XBIL' };
    default:
      return assertNever(venue);
  }
}

/** Field 40: the one capacity of a trade; a shape whose power changes has none and says it by interval. */
function quantityOf({ terms, market }: RemitTable1Input, numbers: ReportNumbers): Pick<RemitTable1Trade, 'quantity'> {
  const capacityMw = terms.capacityMw ?? hourBlockOf(terms, market.zone)?.quantityMw;
  if (capacityMw === undefined) return {};
  const value = numbers.exact({ value: decimal(capacityMw), field: '40', path: `${TRADE_PATH}/quantity/value` });
  return { quantity: { value, unit: 'MW' } };
}

function intervalsOf(input: RemitTable1Input, numbers: ReportNumbers): Pick<RemitTable1Trade, 'priceIntervalQuantityDetails'> {
  const { shape } = input.terms;
  if (input.terms.profile !== 'shaped' || shape === undefined || hourBlockOf(input.terms, input.market.zone) !== undefined) return {};
  const steps = shape.map((step, index) => {
    const path = `${TRADE_PATH}/priceIntervalQuantityDetails[${index + 1}]/quantity`;
    return { ...step, quantityMw: numbers.exact({ value: decimal(step.quantityMw), field: '55', path }) };
  });
  return { priceIntervalQuantityDetails: shapeIntervals({ shape: steps, zone: input.market.zone }) };
}

/** TRUM asks for UTC. */
function utcOf(instant: InstantText): InstantText {
  return instantText(epochMsOf(instant));
}

/** Turns decimals into the text of the schema's `number` and remembers what was lost. */
class ReportNumbers {
  readonly findings: ReportFinding[] = [];

  /** A number that should fit as it is: what does not is rounded and reported. */
  exact(input: { value: Decimal; field: string; path: string }): DecimalText {
    const { value, field, path } = input;
    const text = this.rounded(value);
    if (!decimal(text).equals(value)) {
      this.findings.push({
        layer: 'rule',
        rule: 'report.rounded',
        field,
        path,
        severity: 'warning',
        message: `${decimalText(value)} has more than ${NUMBER_DECIMALS} decimals; ${text} is reported.`,
        fix: 'Amend the trade where it was not meant so exactly.',
      });
    }
    return text;
  }

  /** A product of our own, rounded half away from zero without a word. */
  rounded(value: Decimal): DecimalText {
    return decimalText(roundHalfAwayFromZero(value, NUMBER_DECIMALS));
  }
}
