import type { ReportFinding } from '../../domain/reporting/finding.ts';
import type { FrameworkEvent, FrameworkFixing, FrameworkOption, RemitParty } from '../../domain/reporting/remit/event.ts';
import { RecordNumbers } from '../remit-table1/report-numbers.ts';
import { TABLE2_RECORD_PATH } from '../templates/remit-table2-v1/located-report.ts';
import type { RemitTable2Contract, RemitTable2Document } from '../templates/remit-table2-v1/schema.ts';

/** A file holds no more: portals cut at 10 MB. */
export const FRAMEWORKS_PER_FILE_MAX = 100_000;

/**
 * One Table 2 file of any frameworks, records numbered from 1 in the order given. `findings` warns of numbers that were rounded to what
 * the schema takes. Same input, same document.
 *
 * @throws where there is no framework or more than {@link FRAMEWORKS_PER_FILE_MAX}
 * @source ACER TRUM v6.0 chapter 5
 */
export function remitTable2FromFrameworks(input: {
  readonly reportingEntity: RemitParty;
  readonly frameworks: readonly FrameworkEvent[];
}): { readonly document: RemitTable2Document; readonly findings: readonly ReportFinding[] } {
  const { reportingEntity, frameworks } = input;
  if (frameworks.length === 0 || frameworks.length > FRAMEWORKS_PER_FILE_MAX) {
    throw new Error(`${frameworks.length} frameworks are out of range for a file`);
  }
  const findings: ReportFinding[] = [];
  const reports = frameworks.map((event, index) => {
    const recordSeqNumber = String(index + 1);
    const numbers = new RecordNumbers(`${TABLE2_RECORD_PATH}[${recordSeqNumber}]`);
    const report = contractReportOf({ event, recordSeqNumber, numbers });
    findings.push(...numbers.findings);
    return report;
  });
  return { document: { reportingEntityID: reportingEntity, TradeList: { nonStandardContractReport: reports } }, findings };
}

function contractReportOf(input: { event: FrameworkEvent; recordSeqNumber: string; numbers: RecordNumbers }): RemitTable2Contract {
  const { event, recordSeqNumber, numbers } = input;
  const { actor, fixings = [], options = [] } = event;
  return {
    RecordSeqNumber: recordSeqNumber,
    idOfMarketParticipant: actor.participant,
    otherMarketParticipant: event.otherParticipants,
    ...(actor.beneficiary === undefined ? {} : { beneficiaryIdentification: [actor.beneficiary] }),
    tradingCapacity: actor.capacity,
    buySellIndicator: event.side,
    contractId: event.contractId,
    contractDate: event.contractDate,
    contractType: event.contractType,
    energyCommodity: event.commodities,
    ...amountFields(event, numbers),
    ...volumeFields(event, numbers),
    ...(event.typeOfIndexPrice === undefined ? {} : { typeOfIndexPrice: event.typeOfIndexPrice }),
    ...(fixings.length === 0 ? {} : { fixingIndexDetails: fixings.map(fixingOf) }),
    settlementMethod: event.settlement,
    ...(options.length === 0 ? {} : { optionDetails: options.map((option, index) => optionOf(option, index, numbers)) }),
    deliveryPointOrZone: event.deliveryPoints,
    deliveryStartDate: event.deliveryStartDate,
    deliveryEndDate: event.deliveryEndDate,
    loadType: event.loadType,
    actionType: event.action,
  };
}

/** Fields 15 to 18; what is not known is left out. */
function amountFields(
  event: FrameworkEvent,
  numbers: RecordNumbers,
): Pick<RemitTable2Contract, 'priceOrPriceFormula' | 'estimatedNotionalAmount' | 'totalNotionalContractQuantity'> {
  const { price, estimatedNotional, totalQuantity } = event;
  const priced =
    price === undefined
      ? {}
      : 'formula' in price
        ? { priceOrPriceFormula: { priceFormula: price.formula } }
        : {
            priceOrPriceFormula: {
              price: {
                value: numbers.exact({ text: price.value, field: '15', at: 'priceOrPriceFormula/price/value' }),
                currency: price.currency,
              },
            },
          };
  return {
    ...priced,
    ...(estimatedNotional === undefined
      ? {}
      : {
          estimatedNotionalAmount: {
            value: numbers.exact({ text: estimatedNotional.value, field: '16', at: 'estimatedNotionalAmount/value' }),
            currency: estimatedNotional.currency,
          },
        }),
    ...(totalQuantity === undefined
      ? {}
      : {
          totalNotionalContractQuantity: {
            value: numbers.exact({ text: totalQuantity.value, field: '18', at: 'totalNotionalContractQuantity/value' }),
            unit: totalQuantity.unit,
          },
        }),
  };
}

/** Fields 19 to 23. */
function volumeFields(
  { volumeOptionality }: FrameworkEvent,
  numbers: RecordNumbers,
): Pick<RemitTable2Contract, 'volumeOptionality' | 'volumeOptionalityFrequency' | 'volumeOptionalityIntervals'> {
  if (volumeOptionality === undefined) return {};
  const { type, frequency, intervals = [] } = volumeOptionality;
  return {
    volumeOptionality: type,
    ...(frequency === undefined ? {} : { volumeOptionalityFrequency: frequency }),
    ...(intervals.length === 0
      ? {}
      : {
          volumeOptionalityIntervals: intervals.map(({ capacity, startDate, endDate }, index) => {
            const at = `volumeOptionalityIntervals[${index + 1}]/capacity/value`;
            return {
              capacity: { value: numbers.exact({ text: capacity.value, field: '19', at }), unit: capacity.unit },
              startDate,
              endDate,
            };
          }),
        }),
  };
}

/** Fields 25 to 30. */
function fixingOf(fixing: FrameworkFixing): NonNullable<RemitTable2Contract['fixingIndexDetails']>[number] {
  const { index, type, source, firstDate, lastDate, frequency } = fixing;
  return {
    fixingIndex: index,
    ...(type === undefined ? {} : { fixingIndexType: type }),
    ...(source === undefined ? {} : { fixingIndexSource: source }),
    ...(firstDate === undefined ? {} : { firstFixingDate: firstDate }),
    ...(lastDate === undefined ? {} : { lastFixingDate: lastDate }),
    ...(frequency === undefined ? {} : { fixingFrequency: frequency }),
  };
}

/** Fields 32 to 40: the strike is a price or an index. */
function optionOf(
  option: FrameworkOption,
  index: number,
  numbers: RecordNumbers,
): NonNullable<RemitTable2Contract['optionDetails']>[number] {
  const { style, type, firstExerciseDate, lastExerciseDate, exerciseFrequency, strike } = option;
  return {
    optionStyle: style,
    optionType: type,
    ...(firstExerciseDate === undefined ? {} : { optionFirstExerciseDate: firstExerciseDate }),
    ...(lastExerciseDate === undefined ? {} : { optionLastExerciseDate: lastExerciseDate }),
    ...(exerciseFrequency === undefined ? {} : { optionExerciseFrequency: exerciseFrequency }),
    ...strikeFields(strike, `optionDetails[${index + 1}]/optionStrikePrice/value`, numbers),
  };
}

function strikeFields(
  strike: FrameworkOption['strike'],
  at: string,
  numbers: RecordNumbers,
): Pick<
  NonNullable<RemitTable2Contract['optionDetails']>[number],
  'optionStrikeIndex' | 'optionIndexType' | 'optionIndexSource' | 'optionStrikePrice'
> {
  if (strike === undefined) return {};
  if (!('index' in strike)) {
    return { optionStrikePrice: { value: numbers.exact({ text: strike.value, field: '40', at }), currency: strike.currency } };
  }
  return {
    optionStrikeIndex: strike.index,
    ...(strike.type === undefined ? {} : { optionIndexType: strike.type }),
    ...(strike.source === undefined ? {} : { optionIndexSource: strike.source }),
  };
}
