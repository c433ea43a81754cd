import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { assertNever } from '../../domain/errors/app-error.ts';
import { FindingSink } from './finding-sink.ts';
import type { XmlObject, XmlValue } from './document-type.ts';
import type { ComplexType, ContentType, ElementParticle, MessageSchema, Particle } from './schema-model.ts';
import { compileValueCheck } from './simple-value.ts';
import type { ValueCheck } from './simple-value.ts';
import {
  Cursor,
  checkUnique,
  fieldOf,
  refuseAttributes,
  refuseChildren,
  refuseLeftovers,
  reportMissing,
  reportTooMany,
  skipMisplaced,
} from './read-cursor.ts';
import type { XmlElement } from './xml-parser.ts';

/** What reading came to: as much of the document as could be understood, and every breach of the schema. */
export type SchemaReading = { readonly value: XmlValue; readonly findings: readonly ReportFinding[] };

/** Reads the parsed root of a message. Create one per schema and keep it: everything is compiled in advance. */
export type SchemaReader = (root: XmlElement) => SchemaReading;

/**
 * Compiles the reader and schema validator of one message. Values stay text. Findings have layer `schema` and name the field number,
 * what is wrong and what to do. The value is complete and exact where no finding is an error.
 */
export function compileReader(schema: MessageSchema): SchemaReader {
  const compiler = new ReaderCompiler();
  const readRoot = compiler.element(schema.root, schema.namespace);
  return (root) => {
    const sink = new FindingSink();
    const path = `/${schema.root.name}`;
    if (root.name !== schema.root.name || root.namespace !== schema.namespace) {
      sink.schema({
        rule: 'xsd.root',
        path: `/${root.name}`,
        message: `The root element is <${root.name}> of namespace '${root.namespace}'.`,
        fix: `A ${schema.name} file starts with <${schema.root.name} xmlns="${schema.namespace}">.`,
      });
      return { value: {}, findings: sink.findings };
    }
    // Paths are for findings only, which few files have: they are left out at first, and a file with a finding is read again.
    const value = readRoot(root, NO_PATH, sink);
    if (sink.findings.length === 0) return { value, findings: sink.findings };
    const detailed = new FindingSink();
    return { value: readRoot(root, path, detailed), findings: detailed.findings };
  };
}

/** Stands for every path while a file is read without them. */
const NO_PATH = '';

function pathOf(parent: string, name: string, position: number | undefined): string {
  if (parent === NO_PATH) return NO_PATH;
  return position === undefined ? `${parent}/${name}` : `${parent}/${name}[${position}]`;
}

type ReadElement = (element: XmlElement, path: string, sink: FindingSink) => XmlValue;

/** What one particle may start with, and how it consumes children from the cursor. */
type Matcher = {
  readonly starts: (element: XmlElement) => boolean;
  readonly optional: boolean;
  readonly first: ElementParticle | undefined;
  readonly consume: (cursor: Cursor, target: XmlObject) => void;
};

class ReaderCompiler {
  readonly #checks = new Map<ContentType, ValueCheck>();
  readonly #readers = new Map<ElementParticle, ReadElement>();

  element(particle: ElementParticle, namespace: string): ReadElement {
    const known = this.#readers.get(particle);
    if (known !== undefined) return known;
    const read = this.#elementReader(particle, namespace);
    this.#readers.set(particle, read);
    return read;
  }

  #elementReader(particle: ElementParticle, namespace: string): ReadElement {
    const { type } = particle;
    switch (type.kind) {
      case 'simple': {
        const check = this.#check(type);
        return (element, path, sink) => {
          refuseChildren(element, path, sink, particle);
          refuseAttributes(element, path, sink, particle, NO_ATTRIBUTES);
          if (element.text === '' && particle.default !== undefined) return '';
          const broken = check(element.text);
          if (broken !== undefined) sink.value({ particle, type, facet: broken, path, text: element.text });
          return element.text;
        };
      }
      case 'simple-content': {
        const check = this.#check(type.base);
        return (element, path, sink) => {
          refuseChildren(element, path, sink, particle);
          const broken = check(element.text);
          if (broken !== undefined) sink.value({ particle, type: type.base, facet: broken, path, text: element.text });
          const value: XmlObject = {};
          this.#readAttributes({ element, path, sink, particle, value });
          value['#text'] = element.text;
          return value;
        };
      }
      case 'complex':
        return this.#complexReader(particle, type, namespace);
      default:
        return assertNever(type);
    }
  }

  #complexReader(particle: ElementParticle, type: ComplexType, namespace: string): ReadElement {
    const known = new Map<string, ElementParticle>();
    collectElements(type.content, known);
    const matcher = this.#particle(type.content, namespace);
    return (element, path, sink) => {
      if (element.text !== '' && /[^ \t\n\r]/.test(element.text)) {
        sink.schema({
          ...fieldOf(particle),
          rule: 'xsd.mixed',
          path,
          message: `<${particle.name}> holds text '${element.text.trim().slice(0, 40)}' beside its elements.`,
          fix: 'Take the text out; only elements may stand here.',
        });
      }
      const value: XmlObject = {};
      this.#readAttributes({ element, path, sink, particle, value });
      const cursor = new Cursor({ children: element.children, path, sink, parent: particle, known, namespace });
      matcher.consume(cursor, value);
      refuseLeftovers(cursor);
      for (const rule of particle.unique ?? []) checkUnique({ rule, value, path, sink });
      return value;
    };
  }

  #particle(particle: Particle, namespace: string): Matcher {
    switch (particle.kind) {
      case 'element':
        return this.#elementMatcher(particle, namespace);
      case 'sequence': {
        const members = particle.members.map((member) => this.#particle(member, namespace));
        return sequenceMatcher({ members, key: particle.key, min: particle.min, max: particle.max });
      }
      case 'choice':
        return choiceMatcher({
          members: particle.members.map((member) => this.#particle(member, namespace)),
          optional: particle.min === 0,
        });
      default:
        return assertNever(particle);
    }
  }

  #elementMatcher(particle: ElementParticle, inherited: string): Matcher {
    const namespace = particle.namespace ?? inherited;
    const read = this.element(particle, namespace);
    const { name, min, max } = particle;
    const starts = (element: XmlElement): boolean => element.name === name && element.namespace === namespace;
    const consume = (cursor: Cursor, target: XmlObject): void => {
      skipMisplaced(cursor, starts, min > 0);
      let count = 0;
      const values: XmlValue[] | undefined = max > 1 ? [] : undefined;
      for (let child = cursor.current; child !== undefined && starts(child); child = cursor.current) {
        count += 1;
        const value = read(child, pathOf(cursor.path, name, max > 1 ? count : undefined), cursor.sink);
        if (values !== undefined) values.push(value);
        else if (count === 1) target[name] = value;
        cursor.at += 1;
      }
      if (count < min) reportMissing(cursor, particle);
      if (count > max) reportTooMany(cursor, particle, count);
      if (values !== undefined && count > 0) target[name] = values;
    };
    return { starts, optional: min === 0, first: particle, consume };
  }

  #readAttributes(input: { element: XmlElement; path: string; sink: FindingSink; particle: ElementParticle; value: XmlObject }): void {
    const { element, path, sink, particle, value } = input;
    const models = particle.type.kind === 'simple' ? NO_ATTRIBUTES : (particle.type.attributes ?? NO_ATTRIBUTES);
    refuseAttributes(element, path, sink, particle, models);
    for (const model of models) {
      const attribute = element.attributes.find((candidate) => candidate.namespace === '' && candidate.name === model.name);
      if (attribute === undefined) {
        if (!model.required) continue;
        sink.schema({
          ...fieldOf(particle),
          rule: 'xsd.attribute',
          path: `${path}/@${model.name}`,
          message: `<${particle.name}> has no attribute '${model.name}'.`,
          fix: `Add ${model.name}="…": ${model.type.words}.`,
        });
        continue;
      }
      const broken = this.#check(model.type)(attribute.value);
      if (broken !== undefined) {
        sink.value({ particle, type: model.type, facet: broken, path: `${path}/@${model.name}`, text: attribute.value });
      }
      value[`@${model.name}`] = attribute.value;
    }
  }

  #check(type: Parameters<typeof compileValueCheck>[0]): ValueCheck {
    const known = this.#checks.get(type);
    if (known !== undefined) return known;
    const check = compileValueCheck(type);
    this.#checks.set(type, check);
    return check;
  }
}

const NO_ATTRIBUTES: readonly {
  readonly name: string;
  readonly type: Parameters<typeof compileValueCheck>[0];
  readonly required: boolean;
}[] = [];

function sequenceMatcher(input: { members: readonly Matcher[]; key: string | undefined; min: number; max: number }): Matcher {
  const { members, key, min, max } = input;
  const leading = members.slice(0, members.findIndex((member) => !member.optional) + 1 || members.length);
  const starts = (element: XmlElement): boolean => leading.some((member) => member.starts(element));
  const consumeOnce = (cursor: Cursor, target: XmlObject): void => {
    for (const member of members) member.consume(cursor, target);
  };
  const optional = min === 0 || members.every((member) => member.optional);
  const consume = (cursor: Cursor, target: XmlObject): void => {
    if (key === undefined) {
      const present =
        cursor.current !== undefined && members.some((member) => cursor.current !== undefined && member.starts(cursor.current));
      if (min > 0 || present) consumeOnce(cursor, target);
      return;
    }
    const groups: XmlObject[] = [];
    for (let turn = 0; turn < max; turn += 1) {
      const before = cursor.at;
      const mustTry = groups.length < min;
      if (!mustTry && !(cursor.current !== undefined && starts(cursor.current))) break;
      const group: XmlObject = {};
      consumeOnce(cursor, group);
      groups.push(group);
      if (cursor.at === before) break;
    }
    if (groups.length > 0) target[key] = groups;
  };
  return { starts, optional, first: members[0]?.first, consume };
}

function choiceMatcher(input: { members: readonly Matcher[]; optional: boolean }): Matcher {
  const { members } = input;
  const starts = (element: XmlElement): boolean => members.some((member) => member.starts(element));
  const consume = (cursor: Cursor, target: XmlObject): void => {
    skipMisplaced(cursor, starts, !input.optional);
    const child = cursor.current;
    const chosen = child === undefined ? undefined : members.find((member) => member.starts(child));
    if (chosen !== undefined) return chosen.consume(cursor, target);
    if (input.optional || members.some((member) => member.optional)) return;
    const names = members.map((member) => member.first?.name ?? '').join(', ');
    cursor.sink.schema({
      ...fieldOf(cursor.parent),
      rule: 'xsd.missing',
      path: cursor.path,
      message: `<${cursor.parent.name}> has none of ${names}.`,
      fix: `Give exactly one of ${names}.`,
    });
  };
  return { starts, optional: input.optional || members.some((member) => member.optional), first: members[0]?.first, consume };
}

/** Every element that may stand directly in a content model, by name, in order. */
export function collectElements(particle: Particle, into: Map<string, ElementParticle>): void {
  if (particle.kind === 'element') {
    into.set(particle.name, particle);
    return;
  }
  for (const member of particle.members) collectElements(member, into);
}
