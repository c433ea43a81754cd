import { assertNever } from '../../domain/errors/app-error.ts';
import { ByteSink, CHUNK_BYTES } from './byte-sink.ts';
import { MarkupPool } from './markup.ts';
import type { XmlObject, XmlValue } from './document-type.ts';
import type { DocumentOf } from './document-type.ts';
import { UNBOUNDED } from './schema-model.ts';
import type { ComplexType, ElementParticle, MessageSchema, Particle } from './schema-model.ts';
import { escapeAttribute, escapeText } from './xml-escape.ts';
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
  /** The same text as the bytes of a file, UTF-8. */
  readonly bytes: (document: DocumentOf<Schema>) => Uint8Array;
  /** The same bytes in pieces of about 64 KB, for files that are too large to hold. Lists may be any iterable. */
  readonly chunks: (document: DocumentOf<Schema>) => Generator<Uint8Array, void, undefined>;
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
  const pool = new MarkupPool();
  const stream = new WriterCompiler({ schema, options, pool }).root();
  function* chunks(document: XmlValue): Generator<Uint8Array, void, undefined> {
    const sink = new ByteSink(pool);
    // The writer pauses after each record, when there is a chance to hand out what is full.
    for (const _pause of stream(sink, document)) if (sink.length >= CHUNK_BYTES) yield sink.take();
    const rest = sink.take();
    if (rest.length > 0) yield rest;
  }
  const bytes = (document: XmlValue): Uint8Array => {
    const sink = new ByteSink(pool);
    for (const _pause of stream(sink, document));
    return sink.take();
  };
  const writeUnchecked = (document: XmlValue): string => new TextDecoder().decode(bytes(document));
  return {
    write: (document) => writeUnchecked(asXmlValue(document)),
    bytes: (document) => bytes(asXmlValue(document)),
    chunks: (document) => chunks(asXmlValue(document)),
    writeUnchecked,
  };
}

type WriteElement = (sink: ByteSink, value: XmlValue) => void;
type WriteContent = (sink: ByteSink, value: XmlObject) => void;
/** Writes what stands under one key: an element, a list of them, or a group. */
type PartWriter = (sink: ByteSink, value: XmlValue | XmlValue[]) => void;
type StreamElement = (sink: ByteSink, value: XmlValue) => Generator<void, void, undefined>;
type Part = ElementParticle | { readonly kind: 'group'; readonly key: string; readonly parts: readonly Part[] };

class WriterCompiler {
  readonly #schema: MessageSchema;
  readonly #options: WriterOptions;
  readonly #pool: MarkupPool;
  readonly #known = new Map<ElementParticle, Map<number, WriteElement>>();

  constructor(input: { schema: MessageSchema; options: WriterOptions; pool: MarkupPool }) {
    this.#schema = input.schema;
    this.#options = input.options;
    this.#pool = input.pool;
  }

  root(): StreamElement {
    const { root } = this.#schema;
    const stream = this.#stream({ particle: root, namespace: '', depth: 0 });
    const declaration = this.#pool.encoded(DECLARATION);
    return function* document(sink, value) {
      sink.markup(declaration);
      yield* stream(sink, value);
    };
  }

  /** Writes an element piece by piece where lists of records lie inside, else in one piece. */
  #stream(at: Place): StreamElement {
    const { particle, depth } = at;
    const namespace = this.#namespaceOf(at);
    if (particle.type.kind !== 'complex' || !holdsRecords(particle.type, depth)) {
      const write = this.#element(at);
      return function* whole(sink, value) {
        write(sink, value);
        yield;
      };
    }
    const tags = this.#tags(at);
    const close = this.#pool.encoded(tags.close);
    const type = particle.type;
    const inner = partsOf(type.content).map((part) => {
      if (part.kind === 'group') return { part, write: this.#group(part, namespace, depth + 1), stream: undefined };
      const child: Place = { particle: part, namespace, depth: depth + 1 };
      return part.max > 1
        ? { part, write: this.#element(child), stream: undefined }
        : { part, write: undefined, stream: this.#stream(child) };
    });
    const attributes = attributeWriter(type);
    return function* streamed(sink, value) {
      const object = asObject(value);
      sink.raw(tags.open(attributes(object)));
      for (const { part, write, stream } of inner) {
        if (part.kind === 'group') eachOf(sink, object[part.key], write);
        else if (stream !== undefined && object[part.name] !== undefined) yield* stream(sink, single(object[part.name]));
        else if (write !== undefined) {
          for (const item of valuesOf(object[part.name])) {
            write(sink, item);
            yield;
          }
        }
      }
      sink.markup(close);
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
    const end = this.#pool.encoded(inlineClose);
    switch (type.kind) {
      case 'simple':
        return simpleWriter({ pool: this.#pool, start: open('', true), end: inlineClose, codes: type.enumeration ?? [] });
      case 'simple-content': {
        const attributes = attributeWriter(type);
        return (sink, value) => {
          const object = asObject(value);
          sink.raw(open(attributes(object), true));
          sink.text(asText(object['#text']));
          sink.markup(end);
        };
      }
      case 'complex': {
        const content = this.#content(partsOf(type.content), this.#namespaceOf(at), at.depth + 1);
        const attributes = type.attributes === undefined ? undefined : attributeWriter(type);
        const plainOpen = this.#pool.encoded(open(''));
        const last = this.#pool.encoded(close);
        return (sink, value) => {
          const object = asObject(value);
          if (attributes === undefined) sink.markup(plainOpen);
          else sink.raw(open(attributes(object)));
          content(sink, object);
          sink.markup(last);
        };
      }
      default:
        return assertNever(type);
    }
  }

  #content(parts: readonly Part[], namespace: string, depth: number): WriteContent {
    const writers = parts.map((part): [string, PartWriter] => {
      if (part.kind === 'group') {
        const write = this.#group(part, namespace, depth);
        return [part.key, (sink, value) => eachOf(sink, value, write)];
      }
      const write = this.#element({ particle: part, namespace, depth });
      return [part.name, part.max > 1 ? (sink, value) => eachOf(sink, value, write) : (sink, value) => write(sink, single(value))];
    });
    return contentWriter(writers);
  }

  #group(part: Extract<Part, { kind: 'group' }>, namespace: string, depth: number): WriteElement {
    const content = this.#content(part.parts, namespace, depth);
    return (sink, value) => content(sink, asObject(value));
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

/**
 * Writes the members of an object in the order of the schema. Most documents have their keys in that order already, and going through
 * keys is faster than asking for every member that might be there; where a key turns out to be late, all is written anew by asking.
 */
function contentWriter(writers: readonly (readonly [string, PartWriter])[]): WriteContent {
  const byName = new Map(writers.map(([name, write], order) => [name, { order, write }]));
  return (sink, object) => {
    const { length, held } = sink;
    let reached = -1;
    for (const name in object) {
      const member = byName.get(name);
      const value = object[name];
      if (member === undefined || value === undefined) continue;
      if (member.order < reached) {
        sink.rewind({ length, held });
        for (const [key, write] of writers) {
          const present = object[key];
          if (present !== undefined) write(sink, present);
        }
        return;
      }
      reached = member.order;
      member.write(sink, value);
    }
  };
}

/** An element with a plain value. One of a list of codes is written as a whole from what was encoded in advance. */
function simpleWriter(input: { pool: MarkupPool; start: string; end: string; codes: readonly string[] }): WriteElement {
  const { pool } = input;
  const start = pool.encoded(input.start);
  const end = pool.encoded(input.end);
  const whole = new Map(input.codes.map((code) => [code, pool.encoded(input.start + escapeText(code) + input.end)]));
  if (whole.size === 0) {
    return (sink, value) => {
      sink.markup(start);
      sink.text(asText(value));
      sink.markup(end);
    };
  }
  return (sink, value) => {
    const text = asText(value);
    const known = whole.get(text);
    if (known !== undefined) return sink.markup(known);
    sink.markup(start);
    sink.text(text);
    sink.markup(end);
  };
}

function eachOf(sink: ByteSink, values: XmlValue | XmlValue[] | undefined, write: WriteElement | undefined): void {
  if (values === undefined || write === undefined) return;
  if (Array.isArray(values)) for (let index = 0; index < values.length; index += 1) write(sink, values[index] ?? '');
  else for (const value of valuesOf(values)) write(sink, value);
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
