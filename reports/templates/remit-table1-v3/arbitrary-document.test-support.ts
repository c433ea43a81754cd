import fc from 'fast-check';
import { invariant } from '../../../domain/errors/app-error.ts';
import type { XmlObject, XmlValue } from '../../xml/document-type.ts';
import type { ElementParticle, Particle, SimpleType } from '../../xml/schema-model.ts';

/** Values that each type takes, edges included, written down by hand from the facets in the XSD. */
const POOLS: Readonly<Record<string, readonly string[]>> = {
  ace: ['A0045821W.IT', 'C0643778W.EU', 'ACERNONMP.EU'],
  lei: ['549300FR3U1PB1Y6LV13', '1a2b3c4d5e6f7g8e9f0h'],
  bic: ['DEUTDEFFXXX'],
  eic: ['10YNL----------L', '21YNL----TTF---1', '10YCB-EUROPEU--8', '37Z&<>"    é0000'],
  gln: ['1234567890123', 'abc_DEF-90123'],
  mic: ['XEEE', 'x_1Z'],
  contractIdType: ['NA', 'a:b_c-D', 'C'.repeat(50)],
  contractNameType: ['BILCONTRACT', ' leading & <trailing> ', 'é'.repeat(200), '"\'', '𝄞'.repeat(200)],
  traderCode: ['trader 1', ' ', 'T'.repeat(100)],
  fixingIndexType: ['TTF DA - x_1', 'I'.repeat(150)],
  orderIdentifierType: ['o', 'a b c', 'O'.repeat(100)],
  uniqueTransactionIdentifierType: ['u', 'v3Y9Z6BFbaatVrxFl59Z2a7sP33ukZCepB1ZcRIFgY001', 'U '.repeat(49) + 'U'],
  extraType: ['k==v', 'key==1.5;other==12;third==abc', 'größe==12'],
  booleanType: ['true', 'Y', 'false', 'N'],
  daysOfTheWeekType: ['MO', 'MOtoFR', 'XB', 'IB', 'WD', 'WN'],
  number: ['0', '-12.5', '+3', '.5', '5.', '123456789012345.12345', '00012.50000', '-0', '  7 '],
  RecordSeqNumberType: ['1', '+2', '007', '99999999999999999999'],
  dateType: ['2026-04-29', '2028-02-29', '2026-01-01Z', '2026-12-31+02:00'],
  tradingTimeType: ['00:00:00Z', '24:00:00Z', '23:59:59.5', '08:00:00+01:00', '24:00:00'],
  timeRestriction: ['00:00:00', '24:00:00', '06:00:00', '23:59:59'],
  dateTimeRestriction: ['2026-04-29T10:35:56.050Z', '2026-04-29T12:35:56+02:00', '2026-03-29T24:00:00Z'],
};

export type SchemaArbitraryOptions = {
  /** How many a list holds at most. */
  readonly repeatsMax: number;
  /** Values by the name of their type, for types that differ from those of Table 1. */
  readonly pools?: Readonly<Record<string, readonly string[]>>;
};

/** Documents that keep every rule of a schema, drawn from the schema itself. */
export function arbitraryDocument(root: ElementParticle, options: SchemaArbitraryOptions): fc.Arbitrary<XmlValue> {
  return elementValue(root, options);
}

function elementValue(element: ElementParticle, options: SchemaArbitraryOptions): fc.Arbitrary<XmlValue> {
  const { type } = element;
  invariant(type.kind !== 'simple-content', 'REMIT has no simple content');
  if (type.kind === 'simple') return fc.constantFrom(...poolOf(type, options));
  const unique = element.unique ?? [];
  return particleValue(type.content, options).map((value) => {
    for (const rule of unique) {
      const records = value[rule.selector];
      if (Array.isArray(records)) records.forEach((record, index) => Object.assign(record, { [rule.field]: String(index + 1) }));
    }
    return value;
  });
}

function poolOf(type: SimpleType, options: SchemaArbitraryOptions): readonly string[] {
  const pool = type.enumeration ?? options.pools?.[type.name] ?? POOLS[type.name];
  invariant(pool !== undefined, `no values for type ${type.name}`);
  return pool;
}

function particleValue(particle: Particle, options: SchemaArbitraryOptions): fc.Arbitrary<XmlObject> {
  switch (particle.kind) {
    case 'element': {
      const value = fc.noShrink(fc.constant(0)).chain(() => elementValue(particle, options));
      if (particle.max > 1) {
        const bounds = { minLength: particle.min, maxLength: Math.min(particle.max, Math.max(particle.min, options.repeatsMax)) };
        return fc.array(value, bounds).map((values) => (values.length === 0 ? {} : { [particle.name]: values }));
      }
      const present = value.map((item): XmlObject => ({ [particle.name]: item }));
      return particle.min === 0 ? fc.oneof(fc.constant<XmlObject>({}), present) : present;
    }
    case 'sequence': {
      const once = fc.tuple(...particle.members.map((member) => particleValue(member, options))).map(mergeAll);
      if (particle.key !== undefined) {
        const key = particle.key;
        return fc.array(once, { minLength: 1, maxLength: Math.max(1, options.repeatsMax) }).map((groups): XmlObject => ({ [key]: groups }));
      }
      return particle.min === 0 ? fc.oneof(fc.constant<XmlObject>({}), once) : once;
    }
    case 'choice':
      return fc.oneof(...particle.members.map((member) => particleValue(member, options)));
  }
}

function mergeAll(parts: readonly XmlObject[]): XmlObject {
  return Object.assign({}, ...parts) as XmlObject;
}
