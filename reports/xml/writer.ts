import { AppError, assertNever } from '../../domain/errors/app-error.ts';
import type { XmlObject, XmlValue } from './document-type.ts';
import type { DocumentOf } from './document-type.ts';
import { UNBOUNDED } from './schema-model.ts';
import type { ComplexType, ElementParticle, MessageSchema, Particle } from './schema-model.ts';
import type { XmlDeclaration } from './xml-parser.ts';

export type WriterOptions = {
  /** Two blanks a level and one element a line. Without it the whole document is one line. */
  readonly indent?: boolean;
  /** Prefix of the message's namespace; none means that it is the default namespace. */
  readonly prefix?: string;
  /** Further namespaces to declare at the root. */
  readonly declarations?: readonly XmlDeclaration[];
  /** Attributes of the root by qualified name, e.g. `xsi:schemaLocation`. */
  readonly rootAttributes?: Readonly<Record<string, string>>;
};

export type SchemaWriter<Schema extends MessageSchema> = {
  /** The document as text, with XML declaration and a line end. Same document, same text. */
  readonly write: (document: DocumentOf<Schema>) => string;
  /** The same text in pieces of about one record, for files that are too large to hold. Lists may be any iterable. */
  readonly chunks: (document: DocumentOf<Schema>) => Generator<string, void, undefined>;
  /** As `write`, for a document whose shape was checked by `documentFromJson` or built by the reader. */
  readonly writeUnchecked: (document: XmlValue) => string;
};

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** Depth down to which lists are written record by record. Records of every message of ours lie above it. */
const STREAM_DEPTH_MAX = 4;

/**
 * Compiles the writer of one message: elements in the order of the schema, values as they stand, escaped.
 * Throws `AppError` `report-invalid` on characters that XML cannot carry. It does not validate: the reader does, on the bytes.
 */
export function compileWriter<const Schema extends MessageSchema>(schema: Schema, options: WriterOptions = {}): SchemaWriter<Schema> {
  const compiler = new WriterCompiler(schema, options);
  const chunks = compiler.root();
  const writeUnchecked = (document: XmlValue): string => {
    let text = '';
    for (const chunk of chunks(document)) text += chunk;
    return text;
  };
  return {
    write: (document) => writeUnchecked(asXmlValue(document)),
    chunks: (document) => chunks(asXmlValue(document)),
    writeUnchecked,
  };
}

type WriteElement = (value: XmlValue) => string;
type WriteContent = (value: XmlObject) => string;
type StreamElement = (value: XmlValue) => Generator<string, void, undefined>;
type Part = ElementParticle | { readonly kind: 'group'; readonly key: string; readonly parts: readonly Part[] };

class WriterCompiler {
  readonly #schema: MessageSchema;
  readonly #options: WriterOptions;
  readonly #known = new Map<ElementParticle, Map<number, WriteElement>>();

  constructor(schema: MessageSchema, options: WriterOptions) {
    this.#schema = schema;
    this.#options = options;
  }

  root(): StreamElement {
    const { root } = this.#schema;
    const stream = this.#stream({ particle: root, namespace: '', depth: 0 });
    return function* document(value) {
      yield DECLARATION;
      yield* stream(value);
    };
  }

  /** Writes an element piece by piece where lists of records lie inside, else in one piece. */
  #stream(at: Place): StreamElement {
    const { particle, depth } = at;
    const namespace = this.#namespaceOf(at);
    if (particle.type.kind !== 'complex' || !holdsRecords(particle.type, depth)) {
      const write = this.#element(at);
      return function* whole(value) {
        yield write(value);
      };
    }
    const { open, close } = this.#tags(at);
    const type = particle.type;
    const inner = partsOf(type.content).map((part) => {
      if (part.kind === 'group') return { part, write: this.#group(part, namespace, depth + 1), stream: undefined };
      const child: Place = { particle: part, namespace, depth: depth + 1 };
      return part.max > 1
        ? { part, write: this.#element(child), stream: undefined }
        : { part, write: undefined, stream: this.#stream(child) };
    });
    const attributes = attributeWriter(type);
    return function* streamed(value) {
      const object = asObject(value);
      yield open(attributes(object));
      for (const { part, write, stream } of inner) {
        if (part.kind === 'group') yield* [...valuesOf(object[part.key])].map((item) => write?.(item) ?? '');
        else if (stream !== undefined && object[part.name] !== undefined) yield* stream(single(object[part.name]));
        else if (write !== undefined) for (const item of valuesOf(object[part.name])) yield write(item);
      }
      yield close;
    };
  }

  #element(at: Place): WriteElement {
    const byDepth = this.#known.get(at.particle) ?? new Map<number, WriteElement>();
    this.#known.set(at.particle, byDepth);
    const known = byDepth.get(at.depth);
    if (known !== undefined) return known;
    const write = this.#elementWriter(at);
    byDepth.set(at.depth, write);
    return write;
  }

  #elementWriter(at: Place): WriteElement {
    const { type } = at.particle;
    const { open, close, inlineClose } = this.#tags(at);
    switch (type.kind) {
      case 'simple': {
        const start = open('', true);
        return (value) => start + escapeText(asText(value)) + inlineClose;
      }
      case 'simple-content': {
        const attributes = attributeWriter(type);
        return (value) => {
          const object = asObject(value);
          return open(attributes(object), true) + escapeText(asText(object['#text'])) + inlineClose;
        };
      }
      case 'complex': {
        const content = this.#content(partsOf(type.content), this.#namespaceOf(at), at.depth + 1);
        const attributes = type.attributes === undefined ? undefined : attributeWriter(type);
        const plainOpen = open('');
        return (value) => {
          const object = asObject(value);
          return (attributes === undefined ? plainOpen : open(attributes(object))) + content(object) + close;
        };
      }
      default:
        return assertNever(type);
    }
  }

  #content(parts: readonly Part[], namespace: string, depth: number): WriteContent {
    const writers = parts.map((part): WriteContent => {
      if (part.kind === 'group') {
        const write = this.#group(part, namespace, depth);
        const { key } = part;
        return (object) => joined(object[key], write);
      }
      const { name, max } = part;
      const write = this.#element({ particle: part, namespace, depth });
      if (max > 1) return (object) => (object[name] === undefined ? '' : joined(object[name], write));
      return (object) => {
        const value = object[name];
        return value === undefined ? '' : write(single(value));
      };
    });
    return (object) => {
      let text = '';
      for (const write of writers) text += write(object);
      return text;
    };
  }

  #group(part: Extract<Part, { kind: 'group' }>, namespace: string, depth: number): WriteElement {
    const content = this.#content(part.parts, namespace, depth);
    return (value) => content(asObject(value));
  }

  #namespaceOf(at: Place): string {
    return at.depth === 0 ? this.#schema.namespace : (at.particle.namespace ?? at.namespace);
  }

  #tags(at: Place): { open: (attributes: string, inline?: boolean) => string; close: string; inlineClose: string } {
    const { indent = false, prefix = '' } = this.#options;
    const namespace = this.#namespaceOf(at);
    const isOurs = namespace === this.#schema.namespace;
    const name = isOurs && prefix !== '' ? `${prefix}:${at.particle.name}` : at.particle.name;
    const declared =
      at.depth === 0
        ? this.#rootHead()
        : namespace === at.namespace || (isOurs && prefix !== '')
          ? ''
          : ` xmlns="${escapeAttribute(namespace)}"`;
    const lead = indent ? '  '.repeat(at.depth) : '';
    const end = indent ? '\n' : '';
    const last = indent || at.depth === 0 ? '\n' : '';
    return {
      open: (attributes, inline = false) => `${lead}<${name}${declared}${attributes}>${inline ? '' : end}`,
      close: `${lead}</${name}>${last}`,
      inlineClose: `</${name}>${last}`,
    };
  }

  #rootHead(): string {
    const { prefix = '', declarations = [], rootAttributes = {} } = this.#options;
    let head = ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(this.#schema.namespace)}"`;
    for (const declaration of declarations) {
      if (declaration.prefix === prefix) continue;
      head += ` xmlns${declaration.prefix === '' ? '' : `:${declaration.prefix}`}="${escapeAttribute(declaration.uri)}"`;
    }
    for (const [name, value] of Object.entries(rootAttributes)) head += ` ${name}="${escapeAttribute(value)}"`;
    return head;
  }
}

type Place = { readonly particle: ElementParticle; /** Of the parent. */ readonly namespace: string; readonly depth: number };

function holdsRecords(type: ComplexType, depth: number): boolean {
  if (depth >= STREAM_DEPTH_MAX) return false;
  return partsOf(type.content).some(
    (part) => part.kind === 'element' && part.type.kind === 'complex' && (part.max === UNBOUNDED || holdsRecords(part.type, depth + 1)),
  );
}

/** Sequences without key and choices are flattened: in the document they are simply the keys that are there. */
function partsOf(particle: Particle): readonly Part[] {
  switch (particle.kind) {
    case 'element':
      return [particle];
    case 'sequence':
      return particle.key === undefined
        ? particle.members.flatMap(partsOf)
        : [{ kind: 'group', key: particle.key, parts: particle.members.flatMap(partsOf) }];
    case 'choice':
      return particle.members.flatMap(partsOf);
    default:
      return assertNever(particle);
  }
}

function attributeWriter(type: { readonly attributes?: readonly { readonly name: string }[] }): (value: XmlObject) => string {
  const names = (type.attributes ?? []).map((attribute) => attribute.name);
  return (value) => {
    let text = '';
    for (const name of names) {
      const attribute = value[`@${name}`];
      if (attribute !== undefined) text += ` ${name}="${escapeAttribute(asText(attribute))}"`;
    }
    return text;
  };
}

function joined(values: XmlValue | XmlValue[] | undefined, write: WriteElement): string {
  let text = '';
  for (const value of valuesOf(values)) text += write(value);
  return text;
}

function valuesOf(values: XmlValue | XmlValue[] | undefined): Iterable<XmlValue> {
  if (values === undefined) return [];
  return typeof values === 'object' && Symbol.iterator in values ? values : [asXmlValue(values)];
}

function single(value: XmlValue | XmlValue[] | undefined): XmlValue {
  if (value === undefined || Array.isArray(value)) throw new Error('a single element was given a list');
  return value;
}

function asObject(value: XmlValue): XmlObject {
  if (typeof value !== 'object') throw new Error(`an element with children was given the text '${value}'`);
  return value;
}

function asText(value: XmlValue | XmlValue[] | undefined): string {
  if (typeof value !== 'string') throw new Error('a plain element was given something else than text');
  return value;
}

/** Safe because a `DocumentOf` holds strings, objects and arrays only; its type is just narrower than `XmlValue`. */
function asXmlValue(document: unknown): XmlValue {
  return document as XmlValue;
}

// One test for all that text may not carry as it is; nearly every value passes.
// oxlint-disable-next-line no-control-regex
const SPECIAL = /[&<>"\u0000-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseForbidden(text);
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

function escapeAttribute(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseForbidden(text);
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;')
    .replace(/\r/g, '&#13;');
}

function refuseForbidden(text: string): void {
  if (FORBIDDEN.test(text)) {
    throw new AppError({
      code: 'report-invalid',
      message: `A value has a character that XML cannot carry: ${JSON.stringify(text.slice(0, 60))}.`,
    });
  }
}
