import type { XmlElement } from './xml-tree.ts';

/** A receipt that leaves out, repeats or contradicts what it has to say. */
export class Incomplete extends Error {}

const TEXT_LENGTH_MAX = 2000;
const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const FILE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const SEQUENCE_PATTERN = /^[1-9]\d{0,8}$/;

/** The one child of that name in the parent's namespace; twice is as wrong as never, for one reader takes the first and another the last. */
export function onlyChild(parent: XmlElement, localName: string): XmlElement {
  const child = optionalChild(parent, localName);
  if (child === undefined) throw new Incomplete(`${parent.localName} has no ${localName}`);
  return child;
}

export function optionalChild(parent: XmlElement, localName: string): XmlElement | undefined {
  const children = childrenOf(parent, localName);
  if (children.length > 1) throw new Incomplete(`${parent.localName} has ${localName} more than once`);
  return children[0];
}

export function childrenOf(parent: XmlElement, localName: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.localName === localName && child.namespace === parent.namespace);
}

export function childText(parent: XmlElement, localName: string): string {
  return leafText(onlyChild(parent, localName));
}

export function optionalChildText(parent: XmlElement, localName: string): string | undefined {
  const child = optionalChild(parent, localName);
  return child === undefined ? undefined : leafText(child);
}

/** Trimmed text of an element without children, at most 2,000 characters of it. */
export function leafText(element: XmlElement): string {
  if (element.children.length > 0) throw new Incomplete(`${element.localName} has elements where text is expected`);
  const text = element.text.trim();
  if (text === '') throw new Incomplete(`${element.localName} is empty`);
  return text.slice(0, TEXT_LENGTH_MAX);
}

export function attributeText(element: XmlElement, name: string): string {
  const text = element.attributes.get(name)?.trim() ?? '';
  if (text === '') throw new Incomplete(`${element.localName} has no ${name}`);
  return text.slice(0, TEXT_LENGTH_MAX);
}

/** A point in time with its zone, as an instant in UTC. */
export function instantOf(text: string): string {
  const time = INSTANT_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Incomplete(`'${text.slice(0, 60)}' is not a point in time with a zone`);
  return new Date(time).toISOString();
}

export function fileNameOf(text: string): string {
  if (!FILE_NAME_PATTERN.test(text)) throw new Incomplete(`'${text.slice(0, 60)}' is not a file name`);
  return text;
}

export function recordSeqOf(text: string): number {
  if (!SEQUENCE_PATTERN.test(text)) throw new Incomplete(`'${text.slice(0, 60)}' is not a record number`);
  return Number(text);
}
