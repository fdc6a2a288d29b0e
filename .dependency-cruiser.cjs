// Who may import whom. A broken direction fails the build with the sentence that says which is allowed.
/** @type {import('dependency-cruiser').IConfiguration} */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.ts$|/test/|/e2e/|\\.config\\.ts$' },
  to: { path: '^(apps|packages)/', pathNot: [`^${from.slice(1)}`, ...allowed] },
})
const values = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.ts$|/test/|/e2e/' },
  to: { path: to, dependencyTypesNot: ['type-only'] },
})

/** The floors of the server, the lowest first. A folder may import itself and those on floors below. */
const FLOORS = [
  ['threads', 'jobs', 'tail', 'auth'],
  ['audit'],
  ['rule-jobs'],
  ['rule-sets'],
  ['judging'],
  ['ingest', 'consumers'],
  ['services'],
  ['mcp'],
  ['http'],
  ['ws'],
]
const SERVER = '^apps/server/src/'
const folders = (names) => `${SERVER}(${names.join('|')})/`
const floors = FLOORS.flatMap((floor, index) =>
  floor.map((folder) => {
    const others = [...floor.filter((one) => one !== folder), ...FLOORS.slice(index + 1).flat(), 'cli', 'demo']
    const below = FLOORS.slice(0, index).flat()
    return {
      name: `server-${folder}`,
      severity: 'error',
      comment: `apps/server/src/${folder} may import ${below.length === 0 ? 'no other folder' : `the floors below: ${below.join(', ')}`}.`,
      from: { path: `${SERVER}${folder}/`, pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: `${folders(others)}|${SERVER}(start|main)\\.ts$` },
    }
  }),
)

module.exports = {
  forbidden: [
    ...floors,
    {
      name: 'server-foundation',
      severity: 'error',
      comment: 'The files beside the folders of the server are what everything rests on, except start.ts and main.ts.',
      from: { path: `${SERVER}[^/]+\\.ts$`, pathNot: `\\.test\\.ts$|${SERVER}(start|main)\\.ts$` },
      to: { path: `${SERVER}[^/]+/` },
    },
    only(
      'command-line',
      '^packages/command-line/',
      [],
      'packages/command-line may import nothing of ours: the MCP proxy loads it at every start.',
    ),
    only('text-alone', '^packages/text/', [], 'packages/text may import nothing of ours.'),
    only('flow-alone', '^packages/flow/', [], 'packages/flow may import nothing of ours.'),
    only('rules', '^packages/rules/', ['^packages/text/'], 'packages/rules may import text and nothing else of ours.'),
    only(
      'query',
      '^packages/query/',
      ['^packages/text/', '^packages/rules/src/(regex/|work-meter)'],
      'packages/query may import text, rules/regex and rules/work-meter, and nothing else of ours.',
    ),
    only(
      'api',
      '^packages/api/',
      ['^packages/rules/', '^packages/query/'],
      'packages/api may import rules, and types of query.',
    ),
    values(
      'api-query-types',
      '^packages/api/',
      '^packages/query/',
      'packages/api may import types of query, no values.',
    ),
    only(
      'db',
      '^packages/db/',
      ['^packages/(api|flow|rules|query|text|test-inputs)/'],
      'packages/db may import api and rules (types), api/constants, flow, query, and text.',
    ),
    values(
      'db-api-types',
      '^packages/db/',
      '^packages/api/src/(?!constants|errors|limits)',
      'packages/db may import types of api and values of api/constants only.',
    ),
    values(
      'db-rules-types',
      '^packages/db/',
      '^packages/rules/src/(?!risk|regex)',
      'packages/db may import types of rules only.',
    ),
    only(
      'telemetry',
      '^packages/telemetry/',
      ['^packages/(api|rules|text|test-inputs)/'],
      'packages/telemetry may import api/constants, api/hooks, rules, and text: the server, the hook program, and the MCP proxy use it.',
    ),
    values(
      'telemetry-api-values',
      '^packages/telemetry/',
      '^packages/api/src/server/',
      'packages/telemetry must not import schemas or router by value.',
    ),
    {
      name: 'test-inputs-in-tests',
      severity: 'error',
      comment: 'Only tests may import packages/test-inputs.',
      from: {
        path: '^(apps|packages)/',
        pathNot: '\\.test\\.tsx?$|/test/|/e2e/|/testing(/|\\.ts$)|^packages/test-inputs/',
      },
      to: { path: '^packages/test-inputs/' },
    },
    {
      name: 'db-ports-know-no-engine',
      severity: 'error',
      comment:
        'Ports, stores and conformance suites know no engine: what is of SQLite stands in packages/db/src/dialect/sqlite.',
      from: {
        path: '^packages/db/src/([^/]+|stores/[^/]+|testing/[^/]+\\.conformance)\\.ts$',
        pathNot: '\\.test\\.ts$|^packages/db/src/index\\.ts$',
      },
      to: { path: '^packages/db/src/dialect/|^packages/db/src/testing/temporary-store|better-sqlite3' },
    },
    only(
      'sdk',
      '^packages/sdk/',
      ['^packages/api/src/(index|constants)'],
      'packages/sdk may import types of api only.',
    ),
    values(
      'sdk-types',
      '^packages/sdk/',
      '^packages/api/',
      'packages/sdk may import types of api only: its bundle holds no zod and no server.',
    ),
    only(
      'evaluation',
      '^packages/evaluation/',
      ['^packages/rules/'],
      'packages/evaluation may import rules and nothing else of ours.',
    ),
    only(
      'guides',
      '^packages/guides/',
      ['^packages/api/src/hooks/'],
      'packages/guides may import api/hooks only: the page loads it.',
    ),
    only(
      'web',
      '^apps/web/',
      ['^packages/(api|guides|query|rules)/'],
      'apps/web may import api (types, constants), guides, query, and rules lazily.',
    ),
    values(
      'web-api-values',
      '^apps/web/',
      '^packages/api/src/server/',
      'apps/web must not import schemas or router by value: that costs the page hundreds of KB.',
    ),
    only(
      'hook',
      '^apps/hook/',
      ['^packages/api/src/hooks/'],
      'apps/hook may import api/hooks only: every call of every agent waits for it to start.',
    ),
    only(
      'mcp-proxy',
      '^apps/mcp-proxy/',
      ['^packages/(api|command-line|flow|rules|telemetry|text)/'],
      'apps/mcp-proxy may import api (types, constants), command-line, flow, rules, telemetry, and text: many proxies run on a machine.',
    ),
    values(
      'mcp-proxy-api-values',
      '^apps/mcp-proxy/',
      '^packages/api/src/(?!constants|errors|limits)',
      'apps/mcp-proxy may import types of api and values of api/constants only: it loads no schemas.',
    ),
    {
      name: 'server-mcp-proxy',
      severity: 'error',
      comment: 'apps/server may import the command of the MCP proxy, and loads its built program.',
      from: { path: SERVER },
      to: { path: '^apps/mcp-proxy/src/(?!command\\.ts$)' },
    },
    {
      name: 'mcp-proxy-conversation',
      severity: 'error',
      comment: 'In the MCP proxy, a conversation reads messages; it knows no verdicts and no transports.',
      from: { path: '^apps/mcp-proxy/src/(json-rpc|conversation)/' },
      to: { path: '^apps/mcp-proxy/src/(verdicts/|transports/|inspector)' },
    },
    {
      name: 'mcp-proxy-verdicts',
      severity: 'error',
      comment: 'In the MCP proxy, transports import verdicts through the inspector, never the other way.',
      from: { path: '^apps/mcp-proxy/src/verdicts/' },
      to: { path: '^apps/mcp-proxy/src/(transports/|inspector)' },
    },
    {
      name: 'nothing-imports-an-app',
      severity: 'error',
      comment: 'Nothing imports an app.',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'no-drawers',
      severity: 'error',
      comment: 'A function lives with the noun it serves; there is no shared, utils, common, helpers or lib.',
      from: {},
      to: { path: '^(apps|packages)/.*/(shared|utils?|common|helpers?|lib)(/|\\.tsx?$)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A circle of imports has no table of contents.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'This import leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.css'],
    },
  },
}
