import type { FindingSink } from './finding-sink.ts';
import type { XmlObject } from './document-type.ts';
import type { ElementParticle, UniqueRule } from './schema-model.ts';
import type { XmlElement } from './xml-parser.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Walks over the children of one element while the content model consumes them, and knows what may stand there. */
export class Cursor {
  at = 0;
  readonly children: readonly XmlElement[];
  readonly path: string;
  readonly sink: FindingSink;
  readonly parent: ElementParticle;
  readonly known: ReadonlyMap<string, ElementParticle>;
  /** Of the members that set none themselves. */
  readonly namespace: string;

  constructor(input: {
    children: readonly XmlElement[];
    path: string;
    sink: FindingSink;
    parent: ElementParticle;
    known: ReadonlyMap<string, ElementParticle>;
    namespace: string;
  }) {
    this.children = input.children;
    this.path = input.path;
    this.sink = input.sink;
    this.parent = input.parent;
    this.known = input.known;
    this.namespace = input.namespace;
  }

  /** The member that an element is by name and namespace. */
  memberOf(element: XmlElement): ElementParticle | undefined {
    const named = this.known.get(element.name);
    return named !== undefined && (named.namespace ?? this.namespace) === element.namespace ? named : undefined;
  }

  get current(): XmlElement | undefined {
    return this.children[this.at];
  }
}

/** Elements that cannot be what is due: unknown ones always, known ones only where what is due stands right behind them. */
export function skipMisplaced(cursor: Cursor, isDue: (element: XmlElement) => boolean, mustFind: boolean): void {
  for (let child = cursor.current; child !== undefined && !isDue(child); child = cursor.current) {
    if (cursor.memberOf(child) !== undefined) {
      const next = cursor.children[cursor.at + 1];
      if (!mustFind || next === undefined || !isDue(next)) return;
    }
    reportUnexpected(cursor, child);
    cursor.at += 1;
  }
}

/** Reports what no member of the content model took. */
export function refuseLeftovers(cursor: Cursor): void {
  for (let child = cursor.current; child !== undefined; child = cursor.current) {
    reportUnexpected(cursor, child);
    cursor.at += 1;
  }
}

function reportUnexpected(cursor: Cursor, child: XmlElement): void {
  const named = cursor.known.get(child.name);
  const where = { ...fieldOf(named ?? cursor.parent), path: `${cursor.path}/${child.name}` };
  const names = [...cursor.known.keys()].join(', ');
  const subject = `<${child.name}> (line ${child.line})`;
  if (named === undefined) {
    const message = `${subject} is not an element of <${cursor.parent.name}>.`;
    cursor.sink.schema({ ...where, rule: 'xsd.unknown', message, fix: `Take it out; known here: ${names}.` });
  } else if (cursor.memberOf(child) === undefined) {
    const message = `${subject} is in the namespace '${child.namespace}'.`;
    cursor.sink.schema({ ...where, rule: 'xsd.namespace', message, fix: `Put it into '${named.namespace ?? cursor.namespace}'.` });
  } else {
    const message = `${subject} does not belong at this place of <${cursor.parent.name}>.`;
    cursor.sink.schema({
      ...where,
      rule: 'xsd.order',
      message,
      fix: `Keep this order, each as often as is allowed, and one alternative only: ${names}.`,
    });
  }
}

/** Reports a member that must be there and is not. */
export function reportMissing(cursor: Cursor, particle: ElementParticle): void {
  cursor.sink.schema({
    ...fieldOf(particle),
    rule: 'xsd.missing',
    path: `${cursor.path}/${particle.name}`,
    message: `<${particle.name}> is missing in <${cursor.parent.name}>.`,
    fix: particle.type.kind === 'simple' ? `Add it: ${particle.type.words}.` : 'Add it at its place.',
  });
}

/** Reports a member that stands more often than it may. */
export function reportTooMany(cursor: Cursor, particle: ElementParticle, count: number): void {
  cursor.sink.schema({
    ...fieldOf(particle),
    rule: 'xsd.tooMany',
    path: `${cursor.path}/${particle.name}`,
    message: `<${particle.name}> stands ${count} times; the most is ${particle.max}.`,
    fix: 'Take out those that do not belong.',
  });
}

/** Reports elements inside a plain value. */
export function refuseChildren(element: XmlElement, path: string, sink: FindingSink, particle: ElementParticle): void {
  const [child] = element.children;
  if (child === undefined) return;
  sink.schema({
    ...fieldOf(particle),
    rule: 'xsd.unknown',
    path: `${path}/${child.name}`,
    message: `<${particle.name}> holds an element <${child.name}>; it takes a plain value.`,
    fix: 'Put the value itself here, without elements.',
  });
}

/** Reports attributes that the element does not take; schema locations may stand anywhere. */
export function refuseAttributes(
  element: XmlElement,
  path: string,
  sink: FindingSink,
  particle: ElementParticle,
  models: readonly { readonly name: string }[],
): void {
  for (const attribute of element.attributes) {
    if (attribute.namespace === XSI && (attribute.name === 'schemaLocation' || attribute.name === 'noNamespaceSchemaLocation')) continue;
    if (attribute.namespace === '' && models.some((model) => model.name === attribute.name)) continue;
    sink.schema({
      ...fieldOf(particle),
      rule: 'xsd.attribute',
      path: `${path}/@${attribute.name}`,
      message: `<${particle.name}> has an attribute '${attribute.name}' that it does not take.`,
      fix: 'Take the attribute out.',
    });
  }
}

/** Reports records of a list that have the same number; 1, +1 and 01 are the same. */
export function checkUnique(input: { rule: UniqueRule; value: XmlObject; path: string; sink: FindingSink }): void {
  const { rule, value, path, sink } = input;
  const records = value[rule.selector];
  if (!Array.isArray(records)) return;
  const seen = new Set<string>();
  records.forEach((record, index) => {
    const field = typeof record === 'object' ? record[rule.field] : undefined;
    if (typeof field !== 'string') return;
    const key = field
      .trim()
      .replace(/^\+?0+(?=\d)/, '')
      .replace(/^\+/, '');
    if (seen.has(key)) {
      sink.schema({
        rule: 'xsd.unique',
        path: `${path}/${rule.selector}[${index + 1}]/${rule.field}`,
        message: `${rule.field} ${key} stands twice.`,
        fix: 'Number the records 1, 2, 3 and so on within each list.',
      });
    }
    seen.add(key);
  });
}

/** The field number of an element as a part of a finding. */
export function fieldOf(particle: ElementParticle): { readonly field?: string } {
  return particle.field === undefined ? {} : { field: particle.field };
}
