import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { PAYMENT_MESSAGES } from '../iso20022/registrations.ts';
import type { RemitReferenceData } from '../templates/remit-table1-v3/code-rules.ts';
import { REMIT_TABLE1_V3 } from '../templates/remit-table1-v3/schema.ts';
import type { RemitTable1Document } from '../templates/remit-table1-v3/schema.ts';
import { validateRemitTable1 } from '../templates/remit-table1-v3/validate.ts';
import { REMIT_TABLE2_V1 } from '../templates/remit-table2-v1/schema.ts';
import type { RemitTable2Document } from '../templates/remit-table2-v1/schema.ts';
import { validateRemitTable2 } from '../templates/remit-table2-v1/validate.ts';
import { documentFromJson } from './document-from-json.ts';
import type { XmlValue } from './document-type.ts';
import { compileReader } from './reader.ts';
import type { SchemaReader } from './reader.ts';
import type { MessageSchema } from './schema-model.ts';
import { compileWriter } from './writer.ts';
import { parseXml } from './xml-parser.ts';
import type { XmlDeclaration, XmlElement } from './xml-parser.ts';

/** A message as JSON: its name, how its root was written where that was not plain, and the document under the root's name. */
export type MessageJson = {
  readonly message: string;
  readonly root?: RootHead;
  readonly document: XmlValue;
};

type RootHead = {
  readonly prefix: string;
  readonly declarations: readonly XmlDeclaration[];
  readonly attributes: Readonly<Record<string, string>>;
};

export type MessageReading = {
  /** Name of the schema; absent where the namespace is not known or the file is no XML. */
  readonly message?: string;
  readonly findings: readonly ReportFinding[];
  /** Present where the file keeps the schema. */
  readonly json?: MessageJson;
};

export type MessageWriting =
  | { readonly kind: 'written'; readonly message: string; readonly xml: string }
  | { readonly kind: 'refused'; readonly findings: readonly ReportFinding[] };

export type MessageRegistry = {
  /** Reads and validates any known message by its namespace: schema, then applicability and rules of every record that keeps it. */
  readonly read: (bytes: Uint8Array) => MessageReading;
  /** Writes a message from the JSON that `read` gives; the shape is checked, the rest is for `read` on the bytes. */
  readonly write: (json: unknown) => MessageWriting;
  readonly schemas: readonly MessageSchema[];
};

type Registration = {
  readonly schema: MessageSchema;
  readonly read: SchemaReader;
  /** The layers above the schema, on those parts of a document that keep it. */
  readonly judge: (document: XmlValue, schemaFindings: readonly ReportFinding[]) => readonly ReportFinding[];
};

/** Compiles every known message once. Keep one per process. */
export function createMessageRegistry(reference: { readonly remit?: RemitReferenceData } = {}): MessageRegistry {
  const registrations: readonly Registration[] = [
    {
      schema: REMIT_TABLE1_V3,
      read: compileReader(REMIT_TABLE1_V3),
      judge: (document, schemaFindings) =>
        validateRemitTable1(asRemitTable1(document), {
          schemaFindings,
          ...(reference.remit === undefined ? {} : { reference: reference.remit }),
        }),
    },
    {
      schema: REMIT_TABLE2_V1,
      read: compileReader(REMIT_TABLE2_V1),
      judge: (document, schemaFindings) =>
        validateRemitTable2(asRemitTable2(document), {
          schemaFindings,
          ...(reference.remit === undefined ? {} : { reference: reference.remit }),
        }),
    },
    ...PAYMENT_MESSAGES.map(({ schema, judge }): Registration => ({ schema, read: compileReader(schema), judge })),
  ];
  return {
    read: (bytes) => readMessage(registrations, bytes),
    write: (json) => writeMessage(registrations, json),
    schemas: registrations.map(({ schema }) => schema),
  };
}

function readMessage(registrations: readonly Registration[], bytes: Uint8Array): MessageReading {
  const parsing = parseXml(bytes);
  if (parsing.kind === 'refused') {
    const { reason, line, text } = parsing.refusal;
    return {
      findings: [
        fileFinding({ rule: `xml.${reason}`, message: `${text} (line ${line})`, fix: 'Send well-formed UTF-8 XML without a DOCTYPE.' }),
      ],
    };
  }
  const { root, declarations } = parsing;
  const known = registrations.find(({ schema }) => schema.namespace === root.namespace);
  if (known === undefined) {
    const names = registrations.map(({ schema }) => `${schema.name} (${schema.namespace})`).join(', ');
    return {
      findings: [
        fileFinding({
          rule: 'xml.namespace',
          message: `No message is known by the namespace '${root.namespace}' of <${root.name}>.`,
          fix: `Known: ${names}.`,
        }),
      ],
    };
  }
  const { value, findings } = known.read(root);
  const message = known.schema.name;
  if (findings.length > 0) return { message, findings: [...findings, ...known.judge(value, findings)] };
  const head = rootHeadOf(root, declarations, known.schema.namespace);
  const json: MessageJson = { message, ...(head === undefined ? {} : { root: head }), document: value };
  return { message, findings: known.judge(value, []), json };
}

/** How the root was written, where plain `<Root xmlns="…">` would lose something. */
function rootHeadOf(root: XmlElement, declarations: readonly XmlDeclaration[], namespace: string): RootHead | undefined {
  const others = declarations.filter(({ prefix, uri }) => prefix !== root.prefix || uri !== namespace);
  if (root.prefix === '' && others.length === 0 && root.attributes.length === 0) return undefined;
  const attributes = root.attributes.map(({ prefix, name, value }): [string, string] => [
    prefix === '' ? name : `${prefix}:${name}`,
    value,
  ]);
  return { prefix: root.prefix, declarations: others, attributes: Object.fromEntries(attributes) };
}

function writeMessage(registrations: readonly Registration[], json: unknown): MessageWriting {
  const taken = takeMessage(json);
  const known = registrations.find(({ schema }) => schema.name === taken?.message);
  if (taken === undefined || known === undefined) {
    const names = registrations.map(({ schema }) => schema.name).join(', ');
    const fix = `Write {"message": "…", "document": {…}}; messages: ${names}.`;
    return { kind: 'refused', findings: [fileFinding({ rule: 'json.shape', message: 'This is not a message that is known here.', fix })] };
  }
  const reading = documentFromJson(known.schema, taken.document);
  if (reading.kind === 'refused') return reading;
  const { prefix, declarations, attributes } = taken.root;
  const writer = compileWriter(known.schema, { indent: true, prefix, declarations, rootAttributes: attributes });
  return { kind: 'written', message: known.schema.name, xml: writer.writeUnchecked(reading.document) };
}

const PLAIN_ROOT: RootHead = { prefix: '', declarations: [], attributes: {} };
const NAME = /^[A-Za-z_][\w.-]{0,63}$/;
const QUALIFIED_NAME = /^(?:[A-Za-z_][\w.-]{0,63}:)?[A-Za-z_][\w.-]{0,63}$/;

/** The three members of a `MessageJson`; undefined for any other shape, an unknown member included. */
function takeMessage(json: unknown): { message: string; root: RootHead; document: unknown } | undefined {
  if (!isRecord(json)) return undefined;
  const { message, root, document, ...others } = json;
  if (typeof message !== 'string' || Object.keys(others).length > 0) return undefined;
  if (root === undefined) return { message, root: PLAIN_ROOT, document };
  const head = takeRootHead(root);
  return head === undefined ? undefined : { message, root: head, document };
}

function takeRootHead(root: unknown): RootHead | undefined {
  if (!isRecord(root)) return undefined;
  const { prefix = '', declarations = [], attributes = {}, ...others } = root;
  if (typeof prefix !== 'string' || (prefix !== '' && !NAME.test(prefix)) || Object.keys(others).length > 0) return undefined;
  if (!Array.isArray(declarations) || !isRecord(attributes)) return undefined;
  const takenDeclarations: XmlDeclaration[] = [];
  for (const declaration of declarations) {
    if (!isRecord(declaration) || typeof declaration['prefix'] !== 'string' || typeof declaration['uri'] !== 'string') return undefined;
    if (declaration['prefix'] !== '' && !NAME.test(declaration['prefix'])) return undefined;
    takenDeclarations.push({ prefix: declaration['prefix'], uri: declaration['uri'] });
  }
  const takenAttributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string' || !QUALIFIED_NAME.test(name)) return undefined;
    takenAttributes[name] = value;
  }
  return { prefix, declarations: takenDeclarations, attributes: takenAttributes };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fileFinding(input: { rule: string; message: string; fix: string }): ReportFinding {
  return { layer: 'schema', path: '/', severity: 'error', ...input };
}

/** Safe because the reader of this very schema built the value, and what it found wrong is named beside it and not looked at. */
function asRemitTable1(document: XmlValue): RemitTable1Document {
  return document as unknown as RemitTable1Document;
}

/** Safe for the same reason. */
function asRemitTable2(document: XmlValue): RemitTable2Document {
  return document as unknown as RemitTable2Document;
}
