import type { ContentType, MessageSchema, Particle, SimpleType } from './schema-model.ts';

/** The document that a schema describes: element names as keys, values as text, repeated elements as arrays. */
export type DocumentOf<Schema extends MessageSchema> = ValueOf<Schema['root']['type']>;

/** The value of one type of a schema. */
export type ValueOf<Type extends ContentType> =
  Type extends SimpleType<infer Value>
    ? Value
    : Type extends { readonly kind: 'simple-content' }
      ? { readonly '#text': string } & { readonly [attribute: `@${string}`]: string }
      : Type extends { readonly kind: 'complex'; readonly content: infer Content extends Particle }
        ? ContentOf<Content>
        : never;

type ContentOf<Content extends Particle> = Content extends {
  readonly kind: 'element';
  readonly name: infer Name extends string;
  readonly type: infer Type extends ContentType;
  readonly min: infer Min extends number;
  readonly max: infer Max extends number;
}
  ? ElementOf<Name, Type, Min, Max>
  : Content extends {
        readonly kind: 'sequence';
        readonly members: infer Members extends readonly Particle[];
        readonly key: infer Key;
        readonly min: infer Min extends number;
      }
    ? Key extends string
      ? { readonly [K in Key]: readonly AllOf<Members>[] }
      : Min extends 0
        ? Partial<AllOf<Members>>
        : AllOf<Members>
    : Content extends { readonly kind: 'choice'; readonly members: infer Members extends readonly Particle[] }
      ? OneOf<Members>
      : never;

type ElementOf<Name extends string, Type extends ContentType, Min extends number, Max extends number> = Max extends 1
  ? Min extends 0
    ? { readonly [K in Name]?: ValueOf<Type> }
    : { readonly [K in Name]: ValueOf<Type> }
  : Min extends 0
    ? { readonly [K in Name]?: readonly ValueOf<Type>[] }
    : { readonly [K in Name]: readonly ValueOf<Type>[] };

type AllOf<Members extends readonly Particle[]> = Members extends readonly [
  infer Head extends Particle,
  ...infer Rest extends readonly Particle[],
]
  ? ContentOf<Head> & AllOf<Rest>
  : unknown;

type OneOf<Members extends readonly Particle[]> = Members extends readonly [
  infer Head extends Particle,
  ...infer Rest extends readonly Particle[],
]
  ? ContentOf<Head> | OneOf<Rest>
  : never;

/** A document whose shape is known only at run time: what the reader builds and the writer takes. */
export type XmlValue = string | XmlObject;
export type XmlObject = { [key: string]: XmlValue | XmlValue[] };
