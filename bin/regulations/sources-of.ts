/** One source that a file of ours names. */
export type NamedSource = {
  /** What it stands on: the name of the constant, function, type or member that follows; `file` where nothing does. */
  readonly subject: string;
  readonly source: string;
  /** `validFrom` and `validTo` dates that stand in the declaration, where there are any. */
  readonly validity: readonly string[];
};

const BLOCK = /\/\*\*(?:[^*]|\*(?!\/))*\*\//g;
const DECLARATION =
  /^\s*(?:export\s+)?(?:async\s+)?(?:const|function\*?|class|type|readonly)?\s*#?(?:'([^']+)'|([A-Za-z_]\w*))\s*(?:[=:(<?]|$)/m;
const TAG = /@source\s+([^]*?)(?=\n\s*@\w|$)/g;
/** `id: '…'`, or `source:` with a text in one of the three quotes. */
const MEMBER = /\bid: '([^']+)'|\bsource: ("([^"\n]*)"|'((?:[^'\\\n]|\\.)*)'|`([^`\n]*)`)/g;
const VALIDITY = /\b(validFrom|validTo): businessDate\('(\d{4}-\d{2}-\d{2})'\)/g;

/** Every `@source` of the doc comments of a file, and every `source:` of its rules, in the order of the file. */
export function sourcesOf(text: string): readonly NamedSource[] {
  const found: (NamedSource & { readonly at: number })[] = [];
  for (const block of text.matchAll(BLOCK)) {
    const after = text.slice(block.index + block[0].length);
    const sources = [...plainText(block[0]).matchAll(TAG)].map(([, source = '']) => source.trim().replace(/\s+/g, ' '));
    const declaration = declarationOf(after);
    for (const source of sources) found.push({ at: block.index, subject: subjectOf(after), source, validity: validityOf(declaration) });
  }
  for (const member of membersOf(text)) found.push(member);
  return found.toSorted((left, right) => left.at - right.at).map(({ at: _at, ...source }) => source);
}

/** The comment without its stars. */
function plainText(block: string): string {
  return block
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, ''))
    .join('\n');
}

function subjectOf(after: string): string {
  const line = after.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  const match = DECLARATION.exec(line);
  return match?.[1] ?? match?.[2] ?? 'file';
}

/** Up to the next doc comment or the end of the declaration. */
function declarationOf(after: string): string {
  const end = after.search(/\n(?:\]|\}|\))[^\n]*;?\n|\/\*\*/);
  return end === -1 ? after : after.slice(0, end);
}

function validityOf(declaration: string): readonly string[] {
  return [...new Set([...declaration.matchAll(VALIDITY)].map(([, word, date]) => `${word === 'validTo' ? 'to' : 'from'} ${date}`))];
}

/** Rules name their source as a member; the id stands before it, on the same line or above. */
function membersOf(text: string): readonly (NamedSource & { readonly at: number })[] {
  const found: (NamedSource & { readonly at: number })[] = [];
  let id: string | undefined;
  for (const match of text.matchAll(MEMBER)) {
    const [, idText, , double, single, template] = match;
    if (idText !== undefined) id = idText;
    const quoted = double ?? single?.replaceAll("\\'", "'") ?? template;
    if (quoted === undefined || id === undefined) continue;
    const source = quoted.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => constantOf(text, name));
    const from = /^ {2}validFrom: businessDate\('([^']+)'\)/m.exec(text)?.[1];
    found.push({ at: match.index, subject: id, source, validity: from === undefined ? [] : [`from ${from}`] });
  }
  return found;
}

function constantOf(text: string, name: string): string {
  return new RegExp(`const ${name} = '([^']*)'`).exec(text)?.[1] ?? name;
}
