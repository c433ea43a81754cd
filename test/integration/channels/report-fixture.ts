import { createHash } from 'node:crypto';
import type { ArtefactToSend } from '../../../adapters/channels/channel.ts';

export const SENDER = 'A0001234X.DE';
export const OTHER_SENDER = 'A0009999Y.FR';
export const COUNTERPARTY = 'A0005678Z.FR';
export const TTF = '21YNL----TTF---1';

const NAMESPACE = 'http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd';

export type ReportSpec = {
  sequence: number;
  uti?: string;
  action?: 'N' | 'M' | 'C' | 'E';
  sender?: string;
  marketParticipant?: string;
  counterparty?: string;
  deliveryPoint?: string;
  reportingEntity?: string;
  price?: string | undefined;
  withTotalQuantity?: boolean;
  recordSeqs?: readonly number[];
  /** Per record; the last one counts for the rest. */
  utis?: readonly string[];
  deliveryPoints?: readonly string[];
  fileName?: string;
};

/** A bilateral gas trade in REMIT Table 1 V3, valid under the official XSD unless the spec breaks it. Made up for tests. */
export function reportXml(spec: ReportSpec): string {
  const seqs = spec.recordSeqs ?? [1];
  const trades = seqs.map((seq, index) => tradeXml({ spec, seq, index }));
  return `<?xml version="1.0" encoding="UTF-8"?>
<REMITTable1 xmlns="${NAMESPACE}"><reportingEntityID><ace>${spec.reportingEntity ?? spec.sender ?? SENDER}</ace></reportingEntityID><TradeList>${trades.join('')}</TradeList></REMITTable1>
`;
}

function tradeXml(input: { spec: ReportSpec; seq: number; index: number }): string {
  const { spec, seq, index } = input;
  const uti = spec.utis?.[index] ?? spec.uti ?? `UTI${String(spec.sequence).padStart(8, '0')}`;
  const point = spec.deliveryPoints?.[index] ?? spec.deliveryPoint ?? TTF;
  const price = 'price' in spec ? spec.price : '31.25';
  const quantity = '<totalNotionalContractQuantity><value>7440</value><unit>MWh</unit></totalNotionalContractQuantity>';
  return `<TradeReport><RecordSeqNumber>${seq}</RecordSeqNumber><idOfMarketParticipant><ace>${spec.marketParticipant ?? spec.sender ?? SENDER}</ace></idOfMarketParticipant>
<traderID><traderIdForMarketParticipant>T1</traderIdForMarketParticipant></traderID>
<otherMarketParticipant><ace>${spec.counterparty ?? COUNTERPARTY}</ace></otherMarketParticipant><tradingCapacity>P</tradingCapacity><buySellIndicator>B</buySellIndicator>
<contractInfo><contract><contractId>NA</contractId><contractName>BILCONTRACT</contractName><contractType>FW</contractType><energyCommodity>NG</energyCommodity><settlementMethod>P</settlementMethod><organisedMarketPlaceIdentifier><bil>XBIL</bil></organisedMarketPlaceIdentifier><deliveryPointOrZone>${point}</deliveryPointOrZone><deliveryStartDate>2026-10-01</deliveryStartDate><deliveryEndDate>2026-10-31</deliveryEndDate><loadType>GD</loadType><deliveryProfile><loadDeliveryStartTime>06:00:00</loadDeliveryStartTime><loadDeliveryEndTime>06:00:00</loadDeliveryEndTime></deliveryProfile></contract></contractInfo>
<organisedMarketPlaceIdentifier><bil>XBIL</bil></organisedMarketPlaceIdentifier><transactionTime>2026-09-01T09:00:00Z</transactionTime>
<uniqueTransactionIdentifier><uniqueTransactionIdentifier>${uti}</uniqueTransactionIdentifier></uniqueTransactionIdentifier>
${price === undefined ? '' : `<priceDetails><price>${price}</price><priceCurrency>EUR</priceCurrency></priceDetails>`}<quantity><value>10</value><unit>MW</unit></quantity>${spec.withTotalQuantity === false ? '' : quantity}<actionType>${spec.action ?? 'N'}</actionType></TradeReport>`;
}

export function fileNameOf(input: { sequence: number; sender?: string }): string {
  return `20260902_REMITTable1_V3_${input.sender ?? SENDER}_${input.sequence}.xml`;
}

export function artefactOf(input: { fileName: string; text: string }): ArtefactToSend {
  const bytes = new Uint8Array(Buffer.from(input.text, 'utf8'));
  return {
    submissionId: `sub-${input.fileName}`,
    fileName: input.fileName,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

export function reportArtefact(spec: ReportSpec): ArtefactToSend {
  const fileName = spec.fileName ?? fileNameOf({ sequence: spec.sequence, ...(spec.sender === undefined ? {} : { sender: spec.sender }) });
  return artefactOf({ fileName, text: reportXml(spec) });
}
