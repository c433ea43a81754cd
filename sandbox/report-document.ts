import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParseOption, XmlDocument, XmlElement, XmlLibError, XsdValidator } from 'libxml2-wasm';
import type { Action } from './journal.ts';

/** A code and the kind of code it is: `ace`, `lei`, `bic`, `eic`, `gln`. */
export type Code = { kind: string; value: string };

/** What the sandbox needs to know of one record, read with its own eyes. */
export type ReportRecord = {
  recordSeq: number;
  what: 'trade' | 'order' | 'contract';
  marketParticipant: Code;
  /** Every party named, with the element that names it. */
  parties: readonly (Code & { element: string })[];
  uti: string;
  action: Action;
  deliveryPoints: readonly string[];
  hasTotalQuantity: boolean;
  hasPrice: boolean;
  hasFixingIndex: boolean;
};

export type ReportDocument = {
  namespace: string;
  root: string;
  reportingEntity: Code | undefined;
  records: readonly ReportRecord[];
  /** Delivery points of listed contracts that no record refers to. */
  looseDeliveryPoints: readonly string[];
  schemaErrors: readonly string[];
  /** Records that cannot be told apart, acted on or answered: no number, action or id. */
  brokenRecords: readonly string[];
};

export const SCHEMAS: Readonly<Record<string, { namespace: string; root: string; xsd: string }>> = {
  REMITTable1_V3: { namespace: 'http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd', root: 'REMITTable1', xsd: 'REMITTable1_V3.xsd' },
  REMITTable2_V1: { namespace: 'http://www.acer.europa.eu/REMIT/REMITTable2_V1.xsd', root: 'REMITTable2', xsd: 'REMITTable2_V1.xsd' },
};

const SCHEMA_ERRORS_MAX = 20;
const SAFE_PARSING = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE;

/** True where the bytes declare a document type in any encoding that libxml2 would read. */
export function declaresDoctype(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\0', '');
  return /<!\s*(DOCTYPE|ENTITY)/i.test(text);
}

export type Validators = { schemaErrors(document: XmlDocument, schema: string): readonly string[]; dispose(): void };

/** Compiles the official XSDs once, where the folder has them: `<dir>/remit/<name>` or `<dir>/<name>`. */
export function loadValidators(schemaDir: string | undefined): Validators {
  const compiled = new Map<string, XsdValidator>();
  for (const [schema, { xsd }] of Object.entries(SCHEMAS)) {
    const path =
      schemaDir === undefined
        ? undefined
        : [join(schemaDir, 'remit', xsd), join(schemaDir, xsd)].find((candidate) => existsSync(candidate));
    if (path === undefined) continue;
    using source = XmlDocument.fromBuffer(readFileSync(path));
    compiled.set(schema, XsdValidator.fromDoc(source));
  }
  return {
    schemaErrors: (document, schema) => {
      try {
        compiled.get(schema)?.validate(document);
        return [];
      } catch (error) {
        if (!(error instanceof XmlLibError)) throw error;
        return error.details.slice(0, SCHEMA_ERRORS_MAX).map((detail) => `line ${detail.line}: ${detail.message.trim()}`);
      }
    },
    dispose: () => {
      for (const validator of compiled.values()) validator.dispose();
    },
  };
}

/** Reads a report. Throws `XmlLibError` where the bytes are not well-formed. */
export function readReport(input: { bytes: Uint8Array; schema: string | undefined; validators: Validators }): ReportDocument {
  using document = XmlDocument.fromBuffer(input.bytes, { option: SAFE_PARSING });
  const root = document.root;
  const ns = { r: root.namespaceUri };
  const listed = new Map<string, { points: readonly string[]; used: boolean; hasIndex: boolean }>();
  for (const contract of elements(root, 'r:contractList/r:contract', ns)) {
    listed.set(text(contract, 'r:contractId', ns) ?? '', {
      points: texts(contract, 'r:deliveryPointOrZone', ns),
      hasIndex: elements(contract, 'r:indexName', ns).length > 0,
      used: false,
    });
  }
  const reports = elements(root, 'r:TradeList/r:TradeReport | r:OrderList/r:OrderReport | r:TradeList/r:nonStandardContractReport', ns);
  const records = reports.map((element) => readRecord({ element, ns, listed }));
  const brokenRecords = records.flatMap((record, index) => {
    const action = texts(reports[index] ?? root, 'r:actionType', ns).join();
    const isSound =
      Number.isSafeInteger(record.recordSeq) && record.recordSeq > 0 && record.uti !== '' && ACTIONS.some((known) => known === action);
    return isSound ? [] : [`report ${index + 1} has no right RecordSeqNumber, actionType or id`];
  });
  return {
    brokenRecords,
    namespace: root.namespaceUri,
    root: root.name,
    reportingEntity: codeOf(root, 'r:reportingEntityID', ns),
    records,
    looseDeliveryPoints: [...listed.values()].filter((contract) => !contract.used).flatMap((contract) => contract.points),
    schemaErrors: input.schema === undefined ? [] : input.validators.schemaErrors(document, input.schema),
  };
}

const ACTIONS: readonly Action[] = ['N', 'M', 'C', 'E'];

type Namespaces = { r: string };
type ListedContracts = ReadonlyMap<string, { points: readonly string[]; used: boolean; hasIndex: boolean }>;

const PARTY_ELEMENTS = ['idOfMarketParticipant', 'otherMarketParticipant', 'beneficiaryIdentification'];

function readRecord(input: { element: XmlElement; ns: Namespaces; listed: ListedContracts }): ReportRecord {
  const { element, ns } = input;
  const what = element.name === 'OrderReport' ? 'order' : element.name === 'TradeReport' ? 'trade' : 'contract';
  const referred = texts(element, 'r:contractInfo/r:contractId | r:contractInfo/r:legContractId/r:contractId', ns).flatMap((id) => {
    const contract = input.listed.get(id);
    if (contract === undefined) return [];
    contract.used = true;
    return [contract];
  });
  const uti = {
    trade: 'r:uniqueTransactionIdentifier/r:uniqueTransactionIdentifier',
    order: 'r:orderId/r:uniqueOrderIdentifier',
    contract: 'r:contractId',
  }[what];
  return {
    recordSeq: Number(text(element, 'r:RecordSeqNumber', ns) ?? '0'),
    what,
    marketParticipant: codeOf(element, 'r:idOfMarketParticipant', ns) ?? { kind: 'ace', value: '' },
    parties: PARTY_ELEMENTS.flatMap((name) =>
      elements(element, `r:${name}/*`, ns).map((code) => ({ element: name, kind: code.name, value: code.content.trim() })),
    ),
    uti: text(element, uti, ns) ?? '',
    // What is none of the four is in `brokenRecords`, and the file goes no further.
    action: ACTIONS.find((action) => action === text(element, 'r:actionType', ns)) ?? 'N',
    deliveryPoints: [...texts(element, './/r:deliveryPointOrZone', ns), ...referred.flatMap((contract) => contract.points)],
    hasTotalQuantity: hasBoth(element, 'r:totalNotionalContractQuantity', ns),
    hasPrice:
      text(element, 'r:priceDetails/r:price', ns) !== undefined ||
      text(element, 'r:priceIntervalQuantityDetails/r:priceTimeIntervalQuantity/r:value', ns) !== undefined,
    hasFixingIndex: elements(element, 'r:fixingIndex | .//r:indexName', ns).length > 0 || referred.some((contract) => contract.hasIndex),
  };
}

function hasBoth(element: XmlElement, path: string, ns: Namespaces): boolean {
  return text(element, `${path}/r:value`, ns) !== undefined && text(element, `${path}/r:unit`, ns) !== undefined;
}

function elements(from: XmlElement, path: string, ns: Namespaces): XmlElement[] {
  return from.find(path, ns).filter((node) => node instanceof XmlElement);
}

function texts(from: XmlElement, path: string, ns: Namespaces): string[] {
  return elements(from, path, ns).map((element) => element.content.trim());
}

function text(from: XmlElement, path: string, ns: Namespaces): string | undefined {
  const [first] = texts(from, path, ns);
  return first === '' ? undefined : first;
}

function codeOf(from: XmlElement, path: string, ns: Namespaces): Code | undefined {
  const [code] = elements(from, `${path}/*`, ns);
  return code === undefined ? undefined : { kind: code.name, value: code.content.trim() };
}
