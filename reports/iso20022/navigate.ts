import type { XmlObject, XmlValue } from '../xml/document-type.ts';

/** The element at a path, or undefined; of repeated elements the first. */
export function childAt(value: XmlValue | undefined, ...path: readonly string[]): XmlValue | undefined {
  let at = value;
  for (const name of path) {
    const child: XmlValue | XmlValue[] | undefined = at === undefined || typeof at === 'string' ? undefined : at[name];
    at = Array.isArray(child) ? child[0] : child;
  }
  return at;
}

/** The text at a path; of an amount its number. */
export function textAt(value: XmlValue | undefined, ...path: readonly string[]): string | undefined {
  const found = childAt(value, ...path);
  if (found === undefined || typeof found === 'string') return found;
  const text = found['#text'];
  return typeof text === 'string' ? text : undefined;
}

/** Every element at a path whose last name may repeat. */
export function listAt(value: XmlValue | undefined, ...path: readonly string[]): readonly XmlValue[] {
  const parent = childAt(value, ...path.slice(0, -1));
  const last = path.at(-1);
  if (parent === undefined || typeof parent === 'string' || last === undefined) return [];
  const child = parent[last];
  return child === undefined ? [] : Array.isArray(child) ? child : [child];
}

/** An element without the members that are undefined. */
export function elementOf(members: Readonly<Record<string, XmlValue | XmlValue[] | undefined>>): XmlObject {
  const found: XmlObject = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) found[name] = value;
  return found;
}
