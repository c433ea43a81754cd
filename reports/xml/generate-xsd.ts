import { assertNever, invariant } from '../../domain/errors/app-error.ts';
import { UNBOUNDED } from './schema-model.ts';
import type { AttributeModel, ContentType, ElementParticle, MessageSchema, Particle, SimpleType } from './schema-model.ts';

const PREFIX = 'm';

/**
 * The schema as an XSD document that accepts exactly what our own validator accepts.
 * Throws for a message that spans several namespaces: each of those is a schema of its own.
 */
export function generateXsd(schema: MessageSchema): string {
  const types = new Map<string, ContentType>();
  collectTypes(schema.root, types);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:${PREFIX}="${xml(schema.namespace)}" targetNamespace="${xml(schema.namespace)}" elementFormDefault="qualified">`,
    elementText(schema.root),
  ];
  for (const type of types.values()) lines.push(typeText(type));
  lines.push('</xs:schema>', '');
  return lines.join('\n');
}

function collectTypes(particle: Particle, types: Map<string, ContentType>): void {
  if (particle.kind !== 'element') {
    for (const member of particle.members) collectTypes(member, types);
    return;
  }
  invariant(particle.namespace === undefined, `element ${particle.name} is in a namespace of its own`);
  collectType(particle.type, types);
}

function collectType(type: ContentType, types: Map<string, ContentType>): void {
  const known = types.get(type.name);
  invariant(known === undefined || known === type, `two types are named ${type.name}`);
  if (known !== undefined) return;
  types.set(type.name, type);
  if (type.kind === 'simple-content') collectType(type.base, types);
  if (type.kind === 'complex') collectTypes(type.content, types);
  if (type.kind !== 'simple') for (const attribute of type.attributes ?? []) collectType(attribute.type, types);
}

function elementText(element: ElementParticle): string {
  const fallback = element.default === undefined ? '' : ` default="${xml(element.default)}"`;
  const head = `<xs:element name="${element.name}" type="${PREFIX}:${element.type.name}"${fallback}${occurs(element)}`;
  if (element.unique === undefined) return `${head}/>`;
  const rules = element.unique.map(
    (rule) =>
      `<xs:unique name="${rule.name}"><xs:selector xpath="${PREFIX}:${rule.selector}"/><xs:field xpath="${PREFIX}:${rule.field}"/></xs:unique>`,
  );
  return `${head}>${rules.join('')}</xs:element>`;
}

function particleText(particle: Particle): string {
  switch (particle.kind) {
    case 'element':
      return elementText(particle);
    case 'sequence':
    case 'choice':
      return `<xs:${particle.kind}${occurs(particle)}>${particle.members.map(particleText).join('')}</xs:${particle.kind}>`;
    default:
      return assertNever(particle);
  }
}

function occurs(particle: { readonly min: number; readonly max: number }): string {
  const least = particle.min === 1 ? '' : ` minOccurs="${particle.min}"`;
  const most = particle.max === 1 ? '' : ` maxOccurs="${particle.max === UNBOUNDED ? 'unbounded' : particle.max}"`;
  return least + most;
}

function typeText(type: ContentType): string {
  switch (type.kind) {
    case 'simple':
      return `<xs:simpleType name="${type.name}"><xs:restriction base="xs:${type.base}">${facetText(type)}</xs:restriction></xs:simpleType>`;
    case 'simple-content':
      return `<xs:complexType name="${type.name}"><xs:simpleContent><xs:extension base="${PREFIX}:${type.base.name}">${attributeText(type.attributes)}</xs:extension></xs:simpleContent></xs:complexType>`;
    case 'complex': {
      const content =
        type.content.kind === 'element' ? `<xs:sequence>${elementText(type.content)}</xs:sequence>` : particleText(type.content);
      return `<xs:complexType name="${type.name}">${content}${attributeText(type.attributes ?? [])}</xs:complexType>`;
    }
    default:
      return assertNever(type);
  }
}

function attributeText(attributes: readonly AttributeModel[]): string {
  return attributes
    .map(({ name, type, required }) => `<xs:attribute name="${name}" type="${PREFIX}:${type.name}"${required ? ' use="required"' : ''}/>`)
    .join('');
}

function facetText(type: SimpleType): string {
  const facets: (readonly [string, string | number | undefined])[] = [
    ['minLength', type.minLength],
    ['maxLength', type.maxLength],
    ['totalDigits', type.totalDigits],
    ['fractionDigits', type.fractionDigits],
    ['minInclusive', type.minInclusive],
    ['maxInclusive', type.maxInclusive],
    ['pattern', type.pattern],
    ...(type.enumeration ?? []).map((value): readonly [string, string] => ['enumeration', value]),
  ];
  return facets.map(([name, value]) => (value === undefined ? '' : `<xs:${name} value="${xml(String(value))}"/>`)).join('');
}

function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
