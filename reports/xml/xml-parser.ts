/** A parsed element. Text is kept as it stands after entity and line-end handling. */
export type XmlElement = {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  /** Attributes without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  /** All text directly inside, CDATA included, but for the blanks between child elements. */
  text: string;
  /** Line of the start tag, from 1. */
  readonly line: number;
};

export type XmlAttribute = { readonly name: string; readonly prefix: string; readonly namespace: string; readonly value: string };

export type XmlRefusal = {
  readonly reason: 'too-large' | 'doctype' | 'not-well-formed' | 'too-deep' | 'encoding';
  readonly line: number;
  readonly text: string;
};

export type XmlParsing =
  | { readonly kind: 'parsed'; readonly root: XmlElement; readonly declarations: readonly XmlDeclaration[] }
  | { readonly kind: 'refused'; readonly refusal: XmlRefusal };

/** A namespace declaration of the root, `xmlns:prefix="uri"`; the empty prefix is the default namespace. */
export type XmlDeclaration = { readonly prefix: string; readonly uri: string };

/** Largest file that portals take: Equias uploads end at 50 MB. */
export const MAX_XML_BYTES = 50 * 1024 * 1024;
export const MAX_XML_DEPTH = 64;
export const MAX_ATTRIBUTES = 64;
/** More different names than any message has: then they are not kept. */
const NAMES_KEPT_MAX = 4_096;
const NO_ATTRIBUTES: readonly XmlAttribute[] = [];
const NO_PAIRS: readonly [string, string][] = [];

/**
 * Parses one XML 1.0 document in UTF-8. Refuses, before anything is built: more than {@link MAX_XML_BYTES}, any DOCTYPE
 * (and so every entity but the five predefined ones), other encodings; and then all that is not well-formed.
 * Never throws for bad input.
 */
export function parseXml(bytes: Uint8Array): XmlParsing {
  if (bytes.byteLength > MAX_XML_BYTES)
    return refuse('too-large', 1, `The file has ${bytes.byteLength} bytes; the most is ${MAX_XML_BYTES}.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('encoding', 1, 'The file is not UTF-8 text.');
  }
  const doctype = text.search(/<!DOCTYPE/i);
  if (doctype >= 0) return refuse('doctype', lineAt(text, doctype), 'The file has a DOCTYPE; none is allowed.');
  try {
    return new XmlParser(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).parse();
  } catch (error) {
    if (error instanceof XmlSyntaxError) return refuse(error.reason, error.line, error.message);
    throw error;
  }
}

function refuse(reason: XmlRefusal['reason'], line: number, text: string): XmlParsing {
  return { kind: 'refused', refusal: { reason, line, text } };
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

class XmlSyntaxError extends Error {
  readonly reason: XmlRefusal['reason'];
  readonly line: number;

  constructor(input: { reason: XmlRefusal['reason']; line: number; text: string }) {
    super(input.text);
    this.reason = input.reason;
    this.line = input.line;
  }
}

const NAME =
  /[A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD:][-.\w\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C-\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD:]*/y;
const SPACE = /[ \t\n]*/y;
// XML 1.0 forbids these characters everywhere, character references included.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function isPlainNameCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09) return false;
  }
  return true;
}

type Scope = ReadonlyMap<string, string>;

class XmlParser {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineAt = 0;
  #rootDeclarations: readonly XmlDeclaration[] = [];
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    this.#text = text;
  }

  parse(): XmlParsing {
    const forbidden = this.#text.search(FORBIDDEN);
    if (forbidden >= 0) this.#fail('The file has a control character that XML forbids.', forbidden);
    this.#readXmlDeclaration();
    this.#skipMisc();
    if (this.#text[this.#at] !== '<') this.#fail('The document has no root element.');
    const root = this.#readTree();
    this.#skipMisc();
    if (this.#at < this.#text.length) this.#fail('There is content after the end of the root element.');
    return { kind: 'parsed', root, declarations: this.#rootDeclarations };
  }

  #readXmlDeclaration(): void {
    if (!this.#text.startsWith('<?xml') || !/[ \t\n]/.test(this.#text[5] ?? '')) return;
    const end = this.#text.indexOf('?>');
    const declaration = this.#text.slice(0, Math.max(end, 0));
    const match =
      /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*$/.exec(
        declaration,
      );
    if (match === null) this.#fail('The XML declaration is not well-formed.');
    const encoding = match[1] ?? match[2] ?? 'UTF-8';
    if (!/^(?:utf-?8|us-ascii)$/i.test(encoding)) {
      throw new XmlSyntaxError({ reason: 'encoding', line: 1, text: `The file says its encoding is ${encoding}; only UTF-8 is read.` });
    }
    this.#at = end + 2;
  }

  /** Comments, processing instructions and white space around the root. */
  #skipMisc(): void {
    for (;;) {
      this.#skipSpace();
      if (this.#text.startsWith('<!--', this.#at)) this.#skipComment();
      else if (this.#text.startsWith('<?', this.#at)) this.#skipInstruction();
      else return;
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('--', this.#at + 4);
    if (end < 0 || this.#text[end + 2] !== '>') this.#fail("A comment is not closed, or has '--' inside.");
    this.#at = end + 3;
  }

  #skipInstruction(): void {
    const end = this.#text.indexOf('?>', this.#at + 2);
    if (end < 0) this.#fail('A processing instruction is not closed.');
    this.#at += 2;
    const target = this.#readName();
    if (target.toLowerCase() === 'xml') this.#fail('The XML declaration may only stand at the very start.');
    if (this.#at !== end && !/[ \t\n]/.test(this.#text[this.#at] ?? '')) this.#fail('A processing instruction is not well-formed.');
    this.#at = end + 2;
  }

  #readTree(): XmlElement {
    const open: { element: XmlElement; qualified: string; scope: Scope }[] = [];
    const outer: Scope = new Map([['xml', XML_NAMESPACE]]);
    const start = this.#readStartTag(outer, true);
    if (start.empty) return start.element;
    open.push(start);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = this.#text.indexOf('<', this.#at);
      if (next < 0) this.#fail(`The element <${top.qualified}> is not closed.`, this.#text.length);
      const second = this.#text.charCodeAt(next + 1);
      const isChild = second !== 0x2f && second !== 0x21 && second !== 0x3f;
      if (next > this.#at && !((isChild || top.element.children.length > 0) && isBlank(this.#text, this.#at, next))) {
        top.element.text += this.#expandText(this.#at, next);
      }
      this.#at = next;
      if (second === 0x2f) {
        this.#readEndTag(top.qualified);
        open.pop();
      } else if (second === 0x21) {
        this.#readMarked(top.element);
      } else if (second === 0x3f) {
        this.#skipInstruction();
      } else {
        if (open.length >= MAX_XML_DEPTH) {
          throw new XmlSyntaxError({
            reason: 'too-deep',
            line: this.#lineOf(this.#at),
            text: `Elements are nested deeper than ${MAX_XML_DEPTH}.`,
          });
        }
        const child = this.#readStartTag(top.scope, false);
        top.element.children.push(child.element);
        if (!child.empty) open.push(child);
      }
    }
    return start.element;
  }

  /** A comment or a CDATA section. */
  #readMarked(parent: XmlElement): void {
    if (this.#text.startsWith('<!--', this.#at)) return this.#skipComment();
    if (!this.#text.startsWith('<![CDATA[', this.#at)) this.#fail("Markup starts with '<!' but is neither comment nor CDATA.");
    const end = this.#text.indexOf(']]>', this.#at + 9);
    if (end < 0) this.#fail('A CDATA section is not closed.');
    parent.text += this.#text.slice(this.#at + 9, end);
    this.#at = end + 3;
  }

  #readEndTag(qualified: string): void {
    this.#at += 2;
    if (!this.#text.startsWith(qualified, this.#at)) this.#fail(`The end tag does not match <${qualified}>.`);
    this.#at += qualified.length;
    this.#skipSpace();
    if (this.#text[this.#at] !== '>') this.#fail(`The end tag does not match <${qualified}>.`);
    this.#at += 1;
  }

  #readStartTag(outer: Scope, isRoot: boolean): { element: XmlElement; qualified: string; scope: Scope; empty: boolean } {
    const line = this.#lineOf(this.#at);
    this.#at += 1;
    const qualified = this.#readName();
    const attributes = this.#text.charCodeAt(this.#at) === 0x3e ? NO_PAIRS : this.#readAttributes(qualified);
    const empty = this.#text.charCodeAt(this.#at) === 0x2f;
    if (empty && this.#text[this.#at + 1] !== '>') this.#fail(`The start tag <${qualified}> is not well-formed.`);
    this.#at += empty ? 2 : 1;
    const scope = attributes.length === 0 ? outer : this.#scopeOf(outer, attributes, isRoot);
    const [prefix, name] = qualified.includes(':') ? this.#split(qualified) : ['', qualified];
    const namespace = this.#resolve(scope, prefix);
    const element: XmlElement = {
      name,
      prefix,
      namespace,
      attributes: attributes.length === 0 ? NO_ATTRIBUTES : this.#resolveAttributes(scope, attributes),
      children: [],
      text: '',
      line,
    };
    return { element, qualified, scope, empty };
  }

  #readAttributes(qualified: string): readonly [string, string][] {
    const attributes: [string, string][] = [];
    for (;;) {
      const before = this.#at;
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === '>' || character === '/') return attributes;
      if (this.#at === before) this.#fail(`The start tag <${qualified}> is not well-formed.`);
      attributes.push(this.#readAttribute(attributes));
    }
  }

  #readAttribute(seen: readonly [string, string][]): [string, string] {
    if (seen.length >= MAX_ATTRIBUTES) this.#fail(`An element has more than ${MAX_ATTRIBUTES} attributes.`);
    const name = this.#readName();
    if (seen.some(([other]) => other === name)) this.#fail(`The attribute '${name}' stands twice.`);
    this.#skipSpace();
    if (this.#text[this.#at] !== '=') this.#fail(`The attribute '${name}' has no value.`);
    this.#at += 1;
    this.#skipSpace();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") this.#fail(`The value of attribute '${name}' is not quoted.`);
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) this.#fail(`The value of attribute '${name}' is not closed.`);
    const raw = this.#text.slice(this.#at + 1, end);
    if (raw.includes('<')) this.#fail(`The value of attribute '${name}' has a bare '<'.`);
    const value = this.#expand(raw.replace(/[\t\n]/g, ' '));
    this.#at = end + 1;
    return [name, value];
  }

  #scopeOf(outer: Scope, attributes: readonly [string, string][], isRoot: boolean): Scope {
    const declared = attributes.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
    if (declared.length === 0) return outer;
    const scope = new Map(outer);
    const declarations: XmlDeclaration[] = [];
    for (const [name, uri] of declared) {
      const prefix = name === 'xmlns' ? '' : name.slice(6);
      if (prefix === 'xmlns' || uri === XMLNS_NAMESPACE) this.#fail("The prefix 'xmlns' may not be declared.");
      if ((prefix === 'xml') !== (uri === XML_NAMESPACE)) this.#fail("The prefix 'xml' may not be bound to anything else.");
      if (prefix !== '' && uri === '') this.#fail(`The prefix '${prefix}' is bound to nothing.`);
      scope.set(prefix, uri);
      declarations.push({ prefix, uri });
    }
    if (isRoot) this.#rootDeclarations = declarations;
    return scope;
  }

  #resolveAttributes(scope: Scope, attributes: readonly [string, string][]): readonly XmlAttribute[] {
    const resolved: XmlAttribute[] = [];
    for (const [qualified, value] of attributes) {
      if (qualified === 'xmlns' || qualified.startsWith('xmlns:')) continue;
      const [prefix, name] = this.#split(qualified);
      const namespace = prefix === '' ? '' : this.#resolve(scope, prefix);
      if (resolved.some((other) => other.name === name && other.namespace === namespace))
        this.#fail(`The attribute '${name}' stands twice.`);
      resolved.push({ name, prefix, namespace, value });
    }
    return resolved;
  }

  #split(qualified: string): [string, string] {
    const colon = qualified.indexOf(':');
    if (colon < 0) return ['', qualified];
    if (colon === 0 || colon === qualified.length - 1 || qualified.includes(':', colon + 1)) this.#fail(`'${qualified}' is not a name.`);
    return [qualified.slice(0, colon), qualified.slice(colon + 1)];
  }

  #resolve(scope: Scope, prefix: string): string {
    const uri = scope.get(prefix);
    if (uri === undefined && prefix !== '') this.#fail(`The prefix '${prefix}' is not declared.`);
    return uri ?? '';
  }

  #expandText(from: number, to: number): string {
    const raw = this.#text.slice(from, to);
    if (raw.includes(']]>')) this.#fail("Text has a bare ']]>'.", from);
    return this.#expand(raw);
  }

  #expand(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&]*);?/g, (whole, entity: string) => {
      const known = whole.endsWith(';') ? PREDEFINED.get(entity) : undefined;
      if (known !== undefined) return known;
      const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(whole.endsWith(';') ? entity : '');
      const code = match === null ? -1 : match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
      if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || FORBIDDEN.test(String.fromCodePoint(code)) || code === 0) {
        this.#fail(`'${whole.slice(0, 20)}' is not an entity that may stand here.`);
      }
      return String.fromCodePoint(code);
    });
  }

  #readName(): string {
    const plain = this.#readPlainName();
    if (plain !== undefined) return plain;
    NAME.lastIndex = this.#at;
    const match = NAME.exec(this.#text);
    if (match === null) this.#fail('A name is expected here.');
    this.#at = NAME.lastIndex;
    return match[0];
  }

  /** A name of ASCII letters and digits, as nearly all are; the same string for the same name, so that comparing is cheap. */
  #readPlainName(): string | undefined {
    const text = this.#text;
    let end = this.#at;
    while (isPlainNameCode(text.charCodeAt(end))) end += 1;
    const first = text.charCodeAt(this.#at);
    const next = text.charCodeAt(end);
    // Whatever may go on a name but is not plain, and a digit first, is for the full rule.
    if (end === this.#at || first <= 0x39 || (next !== 0x3e && next !== 0x20 && next !== 0x2f && next !== 0x0a && next !== 0x3d))
      return undefined;
    const name = text.slice(this.#at, end);
    this.#at = end;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size < NAMES_KEPT_MAX) this.#names.set(name, name);
    return name;
  }

  #skipSpace(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09) return;
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #lineOf(index: number): number {
    for (let next = this.#text.indexOf('\n', this.#lineAt); next >= 0 && next < index; next = this.#text.indexOf('\n', this.#lineAt)) {
      this.#line += 1;
      this.#lineAt = next + 1;
    }
    return this.#line;
  }

  #fail(text: string, at: number = this.#at): never {
    throw new XmlSyntaxError({ reason: 'not-well-formed', line: lineAt(this.#text, at), text });
  }
}
