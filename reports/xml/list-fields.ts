import { UNBOUNDED } from './schema-model.ts';
import type { ElementParticle, MessageSchema, Particle, SimpleType } from './schema-model.ts';

/** One value of a message, as `remit fields` and `emir fields` list it. */
export type FieldRow = {
  /** Absent where the manual gives the element no number. */
  readonly number?: string;
  readonly name: string;
  readonly path: string;
  /** E.g. `decimal, at most 20 digits, 5 after the point`. */
  readonly format: string;
  /** E.g. `1..1`, `0..n`; of the element itself within its parent. */
  readonly cardinality: string;
  readonly source: string;
};

/** Every element of a message that holds a value, in document order, choices one after the other. Children without a number inherit it. */
export function listFields(schema: MessageSchema): readonly FieldRow[] {
  return rowsOf({ particle: schema.root, path: '', field: undefined, source: schema.source });
}

type Walk = { readonly particle: Particle; readonly path: string; readonly field: string | undefined; readonly source: string };

function rowsOf(walk: Walk): readonly FieldRow[] {
  const { particle } = walk;
  if (particle.kind !== 'element') return particle.members.flatMap((member) => rowsOf({ ...walk, particle: member }));
  const path = `${walk.path}/${particle.name}`;
  const field = particle.field ?? walk.field;
  if (particle.type.kind === 'complex') return rowsOf({ particle: particle.type.content, path, field, source: walk.source });
  const type = particle.type.kind === 'simple' ? particle.type : particle.type.base;
  return [
    {
      ...(field === undefined ? {} : { number: field }),
      name: particle.title ?? particle.name,
      path,
      format: formatOf(type),
      cardinality: cardinalityOf(particle),
      source: walk.source,
    },
  ];
}

function formatOf(type: SimpleType): string {
  return type.enumeration === undefined ? `${type.base}: ${type.words}` : type.words;
}

function cardinalityOf(element: ElementParticle): string {
  return `${element.min}..${element.max === UNBOUNDED ? 'n' : element.max}`;
}
