/**
 * The import table of docs/architecture.md, one named rule per arrow that is not allowed.
 * "type-only" imports are told apart, so that workflows may name the types of activities and nothing else of them.
 */
const own = '^(domain|services|workflows|activities|api|queues|reports|adapters|db|sandbox|config|bin|samples)/';
const tests = '\\.test\\.ts$|^test/|^bench/';

/** Forbids `folder` to import any of our folders but the ones named. */
function only(folder, allowed, comment, extra = {}) {
  return {
    name: `${folder}-imports-${allowed.length === 0 ? 'nothing' : allowed.join('-and-')}`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: tests },
    to: { path: own, pathNot: `^(${[folder, ...allowed].join('|')})/`, ...extra },
  };
}

module.exports = {
  forbidden: [
    only('domain', [], 'Pure rules: no I/O, no clock, no env, nothing of ours but themselves.'),
    only('reports', ['domain'], 'Documents are functions of domain values.'),
    only('db', ['domain'], 'Storage knows the domain, never its callers.'),
    only('adapters', ['domain'], 'Outbound clients know the domain, never their callers.'),
    only('services', ['domain', 'db', 'adapters', 'reports', 'queues'], 'Use cases: queues only by their producers.'),
    only('activities', ['services', 'domain', 'workflows'], 'Thin adapters from Temporal to services.'),
    only('api', ['services', 'domain', 'workflows'], 'Thin adapters from HTTP to services.'),
    only('queues', ['services', 'domain'], 'Processors are thin adapters over services.'),
    only('config', ['domain'], 'Configuration names domain values at most.'),
    only('sandbox', [], 'The sandbox judges with its own eyes: it shares nothing with what it judges.'),
    only('workflows', ['domain', 'activities'], 'Orchestration only; activities by type (see the rule below).'),
    {
      name: 'workflows-name-activities-by-type-only',
      comment: 'A value import would bundle activity code into the workflow sandbox.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: tests },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-and-api-read-workflow-messages-only',
      comment: 'What callers need of a workflow stands in its messages file.',
      severity: 'error',
      from: { path: '^(activities|api)/', pathNot: tests },
      to: { path: '^workflows/', pathNot: '\\.messages\\.ts$' },
    },
    {
      name: 'services-use-queue-producers-only',
      comment: 'Services add jobs; processors call services.',
      severity: 'error',
      from: { path: '^services/', pathNot: tests },
      to: { path: '^queues/', pathNot: '^queues/(registry|producers/.*)\\.ts$' },
    },
    {
      name: 'nobody-imports-bin',
      comment: 'Processes are wired there and nowhere else.',
      severity: 'error',
      from: { pathNot: `^bin/|${tests}` },
      to: { path: '^bin/' },
    },
    {
      name: 'domain-does-no-io',
      comment: 'Workflows import the domain: only what exists in their sandbox, and no I/O.',
      severity: 'error',
      from: { path: '^domain/', pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(assert|url|util|crypto)$' },
    },
    {
      name: 'no-circular',
      comment: 'A circle has no beginning to read.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', comment: 'An import that resolves nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|\\.energyopti|dist|web/dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
