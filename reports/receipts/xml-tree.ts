import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element with its names resolved. All values are text. */
export type XmlElement = {
  readonly namespace: string;
  readonly localName: string;
  /** Attributes without a prefix, by name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The whole text of the element itself: runs that comments, instructions or CDATA split are joined. */
  readonly text: string;
};

export type XmlReading =
  | { readonly kind: 'read'; readonly root: XmlElement }
  | { readonly kind: 'unreadable'; readonly reason: 'too-large' | 'doctype' | 'not-well-formed'; readonly text: string };

/** Elements within elements, counted from the root. */
export const XML_DEPTH_MAX = 32;

const REASON_LENGTH_MAX = 300;
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const ATTRIBUTES_KEY = ':@';
const TEXT_KEY = '#text';
const CDATA_KEY = '#cdata';
const DECLARED_ENCODING = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/;
// The characters that XML 1.0 allows, as a class of those it does not.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN_CHARACTER = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const NAMED_ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Entities stay as they are in the text: they are resolved here, where CDATA is still told apart. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: CDATA_KEY,
  textNodeName: TEXT_KEY,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: XML_DEPTH_MAX,
});

class NotWellFormed extends Error {}

/**
 * Reads foreign XML into a tree of text. UTF-8 only; any DOCTYPE or entity declaration is refused before a parser sees it;
 * only the five named entities and character references exist; bytes and depth are bounded.
 */
export function readXmlTree(input: { bytes: Uint8Array; bytesMax: number }): XmlReading {
  if (input.bytes.byteLength > input.bytesMax) {
    return { kind: 'unreadable', reason: 'too-large', text: `${input.bytes.byteLength} bytes; at most ${input.bytesMax} are read` };
  }
  const text = decodeUtf8(input.bytes);
  if (text === undefined) return notWellFormed('the bytes are not UTF-8');
  // Also inside comments and CDATA, where it would be harmless: a receipt has no business with it.
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(text))
    return { kind: 'unreadable', reason: 'doctype', text: 'the document declares a type or an entity' };
  const encoding = DECLARED_ENCODING.exec(text)?.[1];
  if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
    return notWellFormed(`the declared encoding '${encoding}' is not accepted`);
  if (FORBIDDEN_CHARACTER.test(text)) return notWellFormed('the text has a character that XML does not allow');
  if (isDeeperThan(text, XML_DEPTH_MAX)) return notWellFormed(`elements are never closed, or nested deeper than ${XML_DEPTH_MAX}`);
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) return notWellFormed(`line ${verdict.err.line}: ${verdict.err.msg}`);
  try {
    const nodes = parser.parse(text) as unknown;
    return { kind: 'read', root: rootOf(nodes) };
  } catch (error) {
    return notWellFormed(error instanceof Error ? error.message : 'the parser refused it');
  }
}

function notWellFormed(text: string): XmlReading {
  return { kind: 'unreadable', reason: 'not-well-formed', text: text.slice(0, REASON_LENGTH_MAX) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Constructs that hide markup from a scan, with what ends them. */
const OPAQUE: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/** Counts open elements in one pass, without building anything. What is never closed is called too deep: it is refused either way. */
function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let position = text.indexOf('<');
  while (position >= 0) {
    const opaque = OPAQUE.find(([start]) => text.startsWith(start, position));
    const end = opaque === undefined ? endOfTag(text, position) : text.indexOf(opaque[1], position + opaque[0].length);
    if (end < 0) return true;
    if (opaque === undefined && text[end - 1] !== '/') depth += text[position + 1] === '/' ? -1 : 1;
    if (depth > depthMax) return true;
    position = text.indexOf('<', end);
  }
  return false;
}

/** The `>` of the tag that starts here, quoted ones left out; -1 where there is none. */
function endOfTag(text: string, start: number): number {
  let quote = '';
  for (let position = start + 1; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return position;
    else if (character === '<') return -1;
  }
  return -1;
}

type Scope = ReadonlyMap<string, string>;

function rootOf(nodes: unknown): XmlElement {
  const elements = elementNodes(nodes);
  const [root] = elements;
  if (root === undefined || elements.length !== 1) throw new NotWellFormed('there is not exactly one root element');
  return toElement({ node: root, scope: new Map([['xml', XML_NAMESPACE]]) });
}

type OrderedNode = Readonly<Record<string, unknown>>;

function isOrderedNode(value: unknown): value is OrderedNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function elementNodes(nodes: unknown): readonly OrderedNode[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.filter(isOrderedNode).filter((node) => tagOf(node) !== undefined);
}

function tagOf(node: OrderedNode): string | undefined {
  return Object.keys(node).find((key) => key !== ATTRIBUTES_KEY && key !== TEXT_KEY && key !== CDATA_KEY);
}

function toElement(input: { node: OrderedNode; scope: Scope }): XmlElement {
  const tag = tagOf(input.node) ?? '';
  const raw = isOrderedNode(input.node[ATTRIBUTES_KEY]) ? input.node[ATTRIBUTES_KEY] : {};
  const scope = new Map(input.scope);
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    const text = resolveEntities(String(value));
    if (name === 'xmlns') scope.set('', text);
    else if (name.startsWith('xmlns:')) scope.set(name.slice('xmlns:'.length), text);
    else if (!name.includes(':')) attributes.set(name, text);
    else namespaceOf({ prefix: name.slice(0, name.indexOf(':')), scope });
  }
  const colon = tag.indexOf(':');
  const content = input.node[tag];
  return {
    namespace: colon < 0 ? (scope.get('') ?? '') : namespaceOf({ prefix: tag.slice(0, colon), scope }),
    localName: tag.slice(colon + 1),
    attributes,
    children: elementNodes(content).map((node) => toElement({ node, scope })),
    text: Array.isArray(content) ? content.map(textOfNode).join('') : '',
  };
}

function namespaceOf(input: { prefix: string; scope: Scope }): string {
  const namespace = input.scope.get(input.prefix);
  if (namespace === undefined) throw new NotWellFormed(`the prefix '${input.prefix}' is not declared`);
  return namespace;
}

function textOfNode(node: unknown): string {
  if (!isOrderedNode(node)) return '';
  if (TEXT_KEY in node) return resolveEntities(String(node[TEXT_KEY]));
  const cdata = node[CDATA_KEY];
  if (!Array.isArray(cdata)) return '';
  return cdata.map((part) => (isOrderedNode(part) && typeof part[TEXT_KEY] === 'string' ? part[TEXT_KEY] : '')).join('');
}

function resolveEntities(text: string): string {
  return text.replaceAll(/&([^;\s&]{0,12})(;?)/g, (whole, name: string, end: string) => {
    const resolved = end === ';' ? resolveEntity(name) : undefined;
    if (resolved === undefined) throw new NotWellFormed(`'${whole}' is not a known entity`);
    return resolved;
  });
}

function resolveEntity(name: string): string | undefined {
  const digits = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
  if (digits === null) return Object.hasOwn(NAMED_ENTITIES, name) ? NAMED_ENTITIES[name] : undefined;
  const codePoint = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(codePoint);
  return FORBIDDEN_CHARACTER.test(character) ? undefined : character;
}
