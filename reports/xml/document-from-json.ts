import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { assertNever } from '../../domain/errors/app-error.ts';
import type { XmlObject, XmlValue } from './document-type.ts';
import { FindingSink } from './finding-sink.ts';
import type { AttributeModel, ElementParticle, MessageSchema, Particle } from './schema-model.ts';

export type JsonReading =
  | { readonly kind: 'document'; readonly document: XmlValue }
  | { readonly kind: 'refused'; readonly findings: readonly ReportFinding[] };

/**
 * Takes parsed JSON as a document of `schema`: known keys only, text for values, arrays for what may repeat.
 * It checks the shape and nothing else; write the document and read it back for order, facets and cardinality.
 */
export function documentFromJson(schema: MessageSchema, json: unknown): JsonReading {
  const sink = new FindingSink();
  const document = takeElement({ particle: schema.root, json, path: `/${schema.root.name}`, sink });
  return sink.findings.length === 0 ? { kind: 'document', document } : { kind: 'refused', findings: sink.findings };
}

type Taking = { readonly json: unknown; readonly path: string; readonly sink: FindingSink };

function takeElement(input: Taking & { particle: ElementParticle }): XmlValue {
  const { particle } = input;
  const { type } = particle;
  switch (type.kind) {
    case 'simple':
      return takeText(input);
    case 'simple-content':
      return takeObject({ ...input, attributes: type.attributes, content: undefined });
    case 'complex':
      return takeObject({ ...input, attributes: type.attributes ?? [], content: type.content });
    default:
      return assertNever(type);
  }
}

function takeText({ json, path, sink }: Taking): string {
  if (typeof json === 'string') return json;
  refuse({
    sink,
    path,
    message: `Here stands ${kindOf(json)}; a text is due.`,
    fix: 'Write the value as a JSON string, numbers too: "12.50".',
  });
  return '';
}

function takeObject(input: Taking & { attributes: readonly AttributeModel[]; content: Particle | undefined }): XmlObject {
  const { json, path, sink, attributes, content } = input;
  const taken: XmlObject = {};
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    refuse({ sink, path, message: `Here stands ${kindOf(json)}; an object is due.`, fix: 'Write { … } with the elements as keys.' });
    return taken;
  }
  const members = new Map<string, (value: unknown) => XmlValue | XmlValue[]>();
  for (const { name } of attributes) members.set(`@${name}`, (value) => takeText({ json: value, path: `${path}/@${name}`, sink }));
  if (content === undefined) members.set('#text', (value) => takeText({ json: value, path, sink }));
  else addMembers({ content, path, sink, members });
  for (const [key, value] of Object.entries(json)) {
    const take = members.get(key);
    if (take === undefined) {
      refuse({ sink, path: `${path}/${key}`, message: `'${key}' is not known here.`, fix: `Known: ${[...members.keys()].join(', ')}.` });
    } else if (value !== undefined) {
      taken[key] = take(value);
    }
  }
  return taken;
}

function addMembers(input: {
  content: Particle;
  path: string;
  sink: FindingSink;
  members: Map<string, (value: unknown) => XmlValue | XmlValue[]>;
}): void {
  const { content, path, sink, members } = input;
  if (content.kind === 'element') {
    const inside = `${path}/${content.name}`;
    members.set(content.name, (value) =>
      content.max > 1
        ? takeList({ json: value, path: inside, sink }, (item, at) => takeElement({ particle: content, json: item, path: at, sink }))
        : takeElement({ particle: content, json: value, path: inside, sink }),
    );
    return;
  }
  if (content.kind === 'sequence' && content.key !== undefined) {
    const group: Particle = { ...content, key: undefined, max: 1 };
    members.set(content.key, (value) =>
      takeList({ json: value, path: `${path}/${content.key ?? ''}`, sink }, (item, at) =>
        takeObject({ json: item, path: at, sink, attributes: [], content: group }),
      ),
    );
    return;
  }
  for (const member of content.members) addMembers({ content: member, path, sink, members });
}

function takeList({ json, path, sink }: Taking, take: (item: unknown, path: string) => XmlValue): XmlValue[] {
  if (Array.isArray(json)) return json.map((item: unknown, index) => take(item, `${path}[${index + 1}]`));
  refuse({ sink, path, message: `Here stands ${kindOf(json)}; a list is due.`, fix: 'Write [ … ], even for one.' });
  return [];
}

function refuse(input: { sink: FindingSink; path: string; message: string; fix: string }): void {
  input.sink.schema({ rule: 'json.shape', path: input.path, message: input.message, fix: input.fix });
}

function kindOf(json: unknown): string {
  if (json === null) return 'null';
  return Array.isArray(json) ? 'a list' : `a ${typeof json}`;
}
