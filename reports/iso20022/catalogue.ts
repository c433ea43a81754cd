import { invariant } from '../../domain/errors/app-error.ts';
import {
  type ComplexType,
  type ContentType,
  type ElementParticle,
  type MessageSchema,
  type SimpleType,
  UNBOUNDED,
  amountWith,
} from '../xml/schema-model.ts';
import { PAYMENT_TYPES } from './payment-types.ts';
import { SHARED_TYPES } from './shared-types.ts';
import { SIMPLE_FACETS } from './simple-facets.ts';
import { STATEMENT_TYPES } from './statement-types.ts';

/**
 * Types by name, one line each: elements in order as `Name:Type`, `Name?:Type` where optional, `Name*:Type` any number, `Name+:Type` one
 * or more, `Name{0,2}:Type` from so many to so many. A line that begins with `|` is a choice; `@ Type Attribute:Type` is text with a
 * required attribute.
 */
export type TypeCatalogue = Readonly<Record<string, string>>;

const CATALOGUE: TypeCatalogue = { ...SHARED_TYPES, ...PAYMENT_TYPES, ...STATEMENT_TYPES };

/** The schema of one payment message. Supplementary data, which may hold anything, is not part of it and refused. */
export function iso20022Schema(input: { message: string; rootElement: string; rootType: string }): MessageSchema {
  const compiler = new CatalogueCompiler(CATALOGUE);
  const content = element({ name: input.rootElement, type: compiler.type(input.rootType), min: 1, max: 1 });
  return {
    name: input.message,
    namespace: `urn:iso:std:iso:20022:tech:xsd:${input.message}`,
    source: `ISO 20022, ${input.message}`,
    root: element({ name: 'Document', type: { kind: 'complex', name: 'Document', content }, min: 1, max: 1 }),
  };
}

class CatalogueCompiler {
  readonly #catalogue: TypeCatalogue;
  readonly #types = new Map<string, ContentType>();

  constructor(catalogue: TypeCatalogue) {
    this.#catalogue = catalogue;
  }

  type(name: string): ContentType {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const line = this.#catalogue[name];
    const type = line === undefined ? simpleType(name) : this.#compile(name, line.split(' '));
    this.#types.set(name, type);
    return type;
  }

  #compile(name: string, words: readonly string[]): ContentType {
    const [first = '', ...rest] = words;
    if (first === '@') return this.#withAttribute(name, rest);
    const isChoice = first === '|';
    const members = (isChoice ? rest : words).map((word) => this.#element(word));
    const content: ComplexType['content'] = isChoice
      ? { kind: 'choice', members, min: 1, max: 1 }
      : { kind: 'sequence', members, key: undefined, min: 1, max: 1 };
    return { kind: 'complex', name, content };
  }

  #element(word: string): ElementParticle {
    const match = /^(\w+)(\?|\*|\+|\{(\d+),(\d+)\})?:(\w+)$/.exec(word);
    const [name, occurs, least, most, type] = [match?.[1], match?.[2], match?.[3], match?.[4], match?.[5]];
    invariant(name !== undefined && type !== undefined, `'${word}' is no element of the catalogue`);
    const min = least === undefined ? (occurs === '?' || occurs === '*' ? 0 : 1) : Number(least);
    const max = most === undefined ? (occurs === '*' || occurs === '+' ? UNBOUNDED : 1) : Number(most);
    return element({ name, type: this.type(type), min, max });
  }

  #withAttribute(name: string, words: readonly string[]): ContentType {
    const [base = '', attribute = ''] = words;
    const [attributeName = '', attributeType = ''] = attribute.split(':');
    const [text, value] = [this.type(base), this.type(attributeType)];
    invariant(text.kind === 'simple' && value.kind === 'simple', `${name} is text with an attribute`);
    return amountWith({ name, base: text, attributes: [{ name: attributeName, type: value, required: true }] });
  }
}

function element(input: { name: string; type: ContentType; min: number; max: number }): ElementParticle {
  return { kind: 'element', ...input };
}

function simpleType(name: string): SimpleType {
  const facets = SIMPLE_FACETS[name];
  invariant(facets !== undefined, `the catalogue has no type '${name}'`);
  return { kind: 'simple', name, ...facets, words: wordsOf(facets) };
}

function wordsOf(facets: Omit<SimpleType, 'kind' | 'name' | 'words'>): string {
  if (facets.enumeration !== undefined) return `one of ${facets.enumeration.join(', ')}`;
  if (facets.pattern !== undefined) return `text of the form ${facets.pattern}`;
  if (facets.maxLength !== undefined) return `text of ${facets.minLength ?? 0} to ${facets.maxLength} characters`;
  return facets.totalDigits === undefined
    ? `a value of type ${facets.base}`
    : `a number of at most ${facets.totalDigits} digits, ${facets.fractionDigits ?? 0} of them decimals`;
}
