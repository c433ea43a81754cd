import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParseOption, XmlDocument, XmlElement, XmlLibError, XsdValidator } from 'libxml2-wasm';
import { AppError } from '../../domain/errors/app-error.ts';
import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { MAX_XML_BYTES } from './xml-parser.ts';

/** An official schema that may be installed, pinned to the exact bytes that were checked against our model. */
export type OfficialSchemaPin = { readonly file: string; readonly sha256: string; readonly source: string };

/** @source ACER downloads of 4 July 2024; hashes taken of the files as published */
export const OFFICIAL_SCHEMAS = {
  REMITTable1_V3: {
    file: 'remit/REMITTable1_V3.xsd',
    sha256: '68315256f29bccdc916377d0213a40fdaa743595819f9e942ceec9cf716d8a4c',
    source: 'ACER, standard contracts, 4 July 2024',
  },
  REMITTable2_V1: {
    file: 'remit/REMITTable2_V1.xsd',
    sha256: 'f59a872f68a357dcf05b43aa9a6724f2ed18a3d3b15153586cffa23415653886',
    source: 'ACER, non-standard contracts, 4 July 2024',
  },
} as const satisfies Record<string, OfficialSchemaPin>;

export type OfficialSchemaName = keyof typeof OFFICIAL_SCHEMAS;

/** `not-installed` is no failure: it says that only our own model has judged the bytes. */
export type OfficialVerdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly findings: readonly ReportFinding[] }
  | { readonly kind: 'not-installed'; readonly reason: string };

export type OfficialSchemas = {
  /**
   * Validates bytes under the official schema. A DOCTYPE or more than `MAX_XML_BYTES` is refused before parsing.
   *
   * @throws AppError `schema-pin-mismatch` where the installed file is not the pinned one
   */
  readonly validate: (input: { schema: OfficialSchemaName; bytes: Uint8Array }) => OfficialVerdict;
  /** Gives the compiled schemas back to the WebAssembly heap, which no garbage collector reaches. */
  readonly [Symbol.dispose]: () => void;
};

const FINDINGS_MAX = 100;

/** Reads and compiles each schema once, at its first use. Keep one per process; without `schemaDir` everything is `not-installed`. */
export function createOfficialSchemas(input: { schemaDir?: string }): OfficialSchemas {
  const compiled = new Map<OfficialSchemaName, XsdValidator>();
  const validatorOf = (schema: OfficialSchemaName): XsdValidator | { readonly reason: string } => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const loaded = loadPinned(input.schemaDir, OFFICIAL_SCHEMAS[schema]);
    if ('reason' in loaded) return loaded;
    const validator = compileSchema(loaded.bytes);
    compiled.set(schema, validator);
    return validator;
  };
  return {
    validate: ({ schema, bytes }) => {
      const validator = validatorOf(schema);
      if ('reason' in validator) return { kind: 'not-installed', reason: validator.reason };
      return validateBytes(validator, bytes);
    },
    [Symbol.dispose]: () => {
      for (const validator of compiled.values()) validator.dispose();
      compiled.clear();
    },
  };
}

/**
 * Why official schemas are not there, one reason each; empty where all of them are.
 *
 * @throws AppError `schema-pin-mismatch` where an installed file is not the pinned one
 */
export function missingOfficialSchemas(input: { schemaDir?: string }): readonly string[] {
  return Object.values(OFFICIAL_SCHEMAS).flatMap((pin) => {
    const loaded = loadPinned(input.schemaDir, pin);
    return 'reason' in loaded ? [loaded.reason] : [];
  });
}

function loadPinned(schemaDir: string | undefined, pin: OfficialSchemaPin): { readonly bytes: Uint8Array } | { readonly reason: string } {
  if (schemaDir === undefined) return { reason: 'SCHEMA_DIR is not set.' };
  const path = join(schemaDir, pin.file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { reason: `${path} does not exist.` };
    throw error;
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== pin.sha256) {
    throw new AppError({
      code: 'schema-pin-mismatch',
      message: `${pin.file} is not the schema that was checked: its SHA-256 is ${found}, expected ${pin.sha256}. Install that one, or point SCHEMA_DIR elsewhere.`,
      details: { file: pin.file, found, expected: pin.sha256 },
    });
  }
  return { bytes };
}

function compileSchema(bytes: Uint8Array): XsdValidator {
  const document = XmlDocument.fromBuffer(bytes, { option: PARSE_OPTIONS });
  try {
    return XsdValidator.fromDoc(document);
  } finally {
    document.dispose();
  }
}

/** No network, no external entities; DOCTYPEs never get here. */
const PARSE_OPTIONS: ParseOption = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE;

/** Validates with a compiled schema; used for generated schemas too. */
export function validateBytes(validator: XsdValidator, bytes: Uint8Array): Exclude<OfficialVerdict, { kind: 'not-installed' }> {
  if (bytes.byteLength > MAX_XML_BYTES) return invalid('official.tooLarge', `The file has ${bytes.byteLength} bytes.`);
  if (new TextDecoder().decode(bytes).search(/<!DOCTYPE/i) >= 0) return invalid('official.doctype', 'The file has a DOCTYPE.');
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(bytes, { option: PARSE_OPTIONS });
  } catch (error) {
    if (error instanceof XmlLibError) return invalid('official.parse', error.message.trim());
    throw error;
  }
  try {
    validator.validate(document);
    return { kind: 'valid' };
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    return { kind: 'invalid', findings: error.details.slice(0, FINDINGS_MAX).map((detail) => findingOf(document, detail)) };
  } finally {
    document.dispose();
  }
}

function findingOf(
  document: XmlDocument,
  detail: { readonly message: string; readonly line: number; readonly xpath?: string },
): ReportFinding {
  return {
    layer: 'schema',
    rule: 'official.xsd',
    path: detail.xpath === undefined ? '/' : namedPath(document, detail.xpath),
    severity: 'error',
    message: `${detail.message.trim().replace(/\{[^}]*\}/g, '')} (line ${detail.line})`,
    fix: 'Mend the value so that the official schema takes it; the finding of our own model beside it says how.',
  };
}

/** libxml2 gives paths of stars where elements are in a namespace: spell them out. */
function namedPath(document: XmlDocument, xpath: string): string {
  const node = document.get(xpath);
  const names: string[] = [];
  for (let element = node instanceof XmlElement ? node : undefined; element !== undefined; element = parentOf(element)) {
    names.unshift(element.name);
  }
  return names.length === 0 ? xpath : `/${names.join('/')}`;
}

function parentOf(element: XmlElement): XmlElement | undefined {
  const { parent } = element;
  return parent instanceof XmlElement ? parent : undefined;
}

function invalid(rule: string, message: string): { readonly kind: 'invalid'; readonly findings: readonly ReportFinding[] } {
  const fix = 'Send well-formed UTF-8 XML without a DOCTYPE.';
  return { kind: 'invalid', findings: [{ layer: 'schema', rule, path: '/', severity: 'error', message, fix }] };
}
