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

module.exports = {
  forbidden: [
    only('rules-alone', '^packages/rules/', [], 'packages/rules may import nothing of ours.'),
    only(
      'query',
      '^packages/query/',
      ['^packages/rules/src/(regex/|work-meter)'],
      'packages/query may import rules/regex and rules/work-meter and nothing else of ours.',
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
      ['^packages/(api|rules|query)/'],
      'packages/db may import api and rules (types), api/constants, and query.',
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
      '^packages/rules/src/(?!risk|regex|json-text)',
      'packages/db may import types of rules only.',
    ),
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
    {
      name: 'mcp-proxy-conversation',
      severity: 'error',
      comment: 'In the MCP proxy, a conversation reads messages; it knows no verdicts and no transports.',
      from: { path: '^apps/server/src/mcp/proxy/(json-rpc|conversation)/' },
      to: { path: '^apps/server/src/mcp/proxy/(verdicts/|transports/|inspector)' },
    },
    {
      name: 'mcp-proxy-verdicts',
      severity: 'error',
      comment: 'In the MCP proxy, transports import verdicts through the inspector, never the other way.',
      from: { path: '^apps/server/src/mcp/proxy/verdicts/' },
      to: { path: '^apps/server/src/mcp/proxy/(transports/|inspector)' },
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
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
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
