/**
 * The one description of a message: every element in its order with cardinality, type, facets, field number and source.
 * Types, reader, writer, validator and XSD are all derived from it. It covers what REMIT Table 1 and 2 and the ISO 20022
 * messages of EMIR need: namespaces, attributes, simple content, sequences, choices and repeated groups.
 */
export type MessageSchema<Root extends ElementParticle = ElementParticle> = {
  /** Name and version by which the registry and the command line know it, e.g. `REMITTable1_V3`. */
  readonly name: string;
  readonly namespace: string;
  readonly root: Root;
  /** Where order, types and facets were taken from. */
  readonly source: string;
};

export type SimpleBase = 'string' | 'decimal' | 'integer' | 'boolean' | 'date' | 'time' | 'dateTime';

/** A value without children. Facets have the meaning of XML Schema Part 2; `pattern` is in its regular expression language. */
export type SimpleType<Value extends string = string> = {
  readonly kind: 'simple';
  readonly name: string;
  readonly base: SimpleBase;
  /** In Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enumeration?: readonly Value[];
  readonly totalDigits?: number;
  readonly fractionDigits?: number;
  /** Inclusive bounds as decimal text. */
  readonly minInclusive?: string;
  readonly maxInclusive?: string;
  /** What the value looks like, in words of a person who has to mend it. */
  readonly words: string;
};

export type AttributeModel = { readonly name: string; readonly type: SimpleType; readonly required: boolean };

/** Text with attributes, e.g. an ISO 20022 amount with `Ccy`. In the document it is `{ "@Ccy": "EUR", "#text": "1.5" }`. */
export type SimpleContentType = {
  readonly kind: 'simple-content';
  readonly name: string;
  readonly base: SimpleType;
  readonly attributes: readonly AttributeModel[];
};

export interface ComplexType {
  readonly kind: 'complex';
  readonly name: string;
  readonly content: Particle;
  readonly attributes?: readonly AttributeModel[];
}

export type ContentType = SimpleType | SimpleContentType | ComplexType;

export type Occurrence = { readonly min: number; readonly max: number };

/** Upper bound that stands for `maxOccurs="unbounded"`. */
export const UNBOUNDED = Number.POSITIVE_INFINITY;

/** Uniqueness among the children of one element, as `xs:unique` has it. */
export type UniqueRule = { readonly name: string; readonly selector: string; readonly field: string };

export type ElementMeta = {
  /** Number of the field in the manual that the regulator publishes, e.g. `31`. Children without one inherit it. */
  readonly field?: string;
  readonly title?: string;
  /** Set where the element stands in another namespace than its parent; its children follow it. */
  readonly namespace?: string;
  readonly unique?: readonly UniqueRule[];
  /** What an element without content means; such an element keeps the schema, and its text stays empty in the document. */
  readonly default?: string;
};

export interface ElementParticle extends ElementMeta {
  readonly kind: 'element';
  readonly name: string;
  readonly type: ContentType;
  readonly min: number;
  readonly max: number;
}

/** Members in this order. With `key` it may repeat and is an array under that key in the document; without it is flattened. */
export interface SequenceParticle {
  readonly kind: 'sequence';
  readonly members: readonly Particle[];
  readonly key: string | undefined;
  readonly min: number;
  readonly max: number;
}

/** Exactly one of the members, flattened into the document. */
export interface ChoiceParticle {
  readonly kind: 'choice';
  readonly members: readonly Particle[];
  readonly min: number;
  readonly max: 1;
}

export type Particle = ElementParticle | SequenceParticle | ChoiceParticle;

/** An element whose literal types are kept, so that `DocumentOf` can work out the type of the document. */
export interface TypedElement<
  Name extends string,
  Type extends ContentType,
  Min extends number,
  Max extends number,
> extends ElementParticle {
  readonly name: Name;
  readonly type: Type;
  readonly min: Min;
  readonly max: Max;
}

export interface TypedSequence<
  Members extends readonly Particle[],
  Key extends string | undefined,
  Min extends number,
> extends SequenceParticle {
  readonly members: Members;
  readonly key: Key;
  readonly min: Min;
}

export interface TypedChoice<Members extends readonly Particle[]> extends ChoiceParticle {
  readonly members: Members;
}

export interface TypedComplex<Content extends Particle> extends ComplexType {
  readonly content: Content;
}

type Words<Text extends string> = Text extends `${infer Head} ${infer Rest}` ? Head | Words<Rest> : Text;

export function simple(name: string, facets: Omit<SimpleType, 'kind' | 'name'>): SimpleType {
  return { kind: 'simple', name, ...facets };
}

/** A closed list of codes, written with blanks between them: `codes('side', 'B S')` has the type `'B' | 'S'`. */
export function codes<const Text extends string>(name: string, text: Text): SimpleType<Words<Text>> {
  const values = wordsOf(text);
  return { kind: 'simple', name, base: 'string', enumeration: values, words: `one of ${values.join(', ')}` };
}

export function amountWith(input: Omit<SimpleContentType, 'kind'>): SimpleContentType {
  return { kind: 'simple-content', ...input };
}

export function complex<const Content extends Particle>(name: string, content: Content): TypedComplex<Content> {
  return { kind: 'complex', name, content };
}

export function one<const Name extends string, const Type extends ContentType>(
  name: Name,
  type: Type,
  meta: ElementMeta = {},
): TypedElement<Name, Type, 1, 1> {
  return { kind: 'element', name, type, min: 1, max: 1, ...meta };
}

export function optional<const Name extends string, const Type extends ContentType>(
  name: Name,
  type: Type,
  meta: ElementMeta = {},
): TypedElement<Name, Type, 0, 1> {
  return { kind: 'element', name, type, min: 0, max: 1, ...meta };
}

/** An element that may repeat; always an array in the document. `Max` is typed 2 so that inference tells it from a single one. */
export function many<const Name extends string, const Type extends ContentType, const Min extends number>(
  name: Name,
  type: Type,
  bounds: { readonly min: Min; readonly max: number } & ElementMeta,
): TypedElement<Name, Type, Min, 2> {
  const { min, max, ...meta } = bounds;
  return { kind: 'element', name, type, min, max: asRepeated(max), ...meta };
}

export function sequence<const Members extends readonly Particle[]>(...members: Members): TypedSequence<Members, undefined, 1> {
  return { kind: 'sequence', members, key: undefined, min: 1, max: 1 };
}

/** Members that are all there or none. */
export function optionalSequence<const Members extends readonly Particle[]>(...members: Members): TypedSequence<Members, undefined, 0> {
  return { kind: 'sequence', members, key: undefined, min: 0, max: 1 };
}

/** A run of members that repeats as a whole; an array under `key` in the document. */
export function repeatedSequence<const Key extends string, const Members extends readonly Particle[]>(
  key: Key,
  ...members: Members
): TypedSequence<Members, Key, 1> {
  return { kind: 'sequence', members, key, min: 1, max: UNBOUNDED };
}

export function choice<const Members extends readonly Particle[]>(...members: Members): TypedChoice<Members> {
  return { kind: 'choice', members, min: 1, max: 1 };
}

/** Safe because `Words` splits the same text at the same blanks. */
function wordsOf<const Text extends string>(text: Text): readonly Words<Text>[] {
  return text.split(' ') as Words<Text>[];
}

/** Safe because the literal 2 only marks "array" for inference; every reader of `max` treats it as a number. */
function asRepeated(max: number): 2 {
  return max as 2;
}
