import { z } from 'zod'
import { ERRORS, LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { VERSION } from '../version.ts'

interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly open?: boolean
  readonly parameters?: z.ZodObject
  readonly body?: Readonly<Record<string, z.ZodType>>
  readonly reply?: z.ZodType
  readonly replyType?: string
}

const LegacyEntry = z
  .object({
    id: z.string(),
    sender: z.string(),
    receiver: z.string(),
    context: z.string(),
    payload: z.string(),
    timestamp: z.string(),
    received_at: z.string(),
    org: z.string(),
    risk: z.number().int(),
    risk_score: z.number().int(),
    message: z.string(),
    seq: z.number().int(),
    cursor: z.string(),
    kind: schemas.Kind,
    band: schemas.Band,
    session: z.string(),
    matches: z.array(schemas.MatchSummary),
    attributes: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LegacyEntry' })
const LegacyAlert = z.object({ rule_id: z.string(), message: z.string(), risk: z.number() })
const LegacyLogIn = z
  .looseObject({
    sender: z.string().min(1).max(LIMITS.senderChars),
    payload: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    receiver: z.string().optional(),
    context: z.string().optional(),
    timestamp: z.string().optional(),
    risk: z.number().optional(),
  })
  .meta({ id: 'LegacyLogIn', description: 'Other fields go into attributes.' })
const Extent = {
  incomplete: z.literal(true).optional().meta({ description: 'The search ended at its time limit, 10 s.' }),
  narrow: z.string().nullable().optional().meta({ description: 'Then: what would make it quicker.' }),
  searched_to: z.string().nullable().optional().meta({ description: 'Then: how far the entries were looked at.' }),
}
const Page = z.object({
  items: z.array(schemas.Row),
  total: z.number().int(),
  total_estimated: z.boolean(),
  next_cursor: z.string().nullable(),
  prev_cursor: z.string().nullable(),
  head: z.string(),
  ...Extent,
})
const Histogram = z.object({
  from: z.string(),
  to: z.string(),
  step_ms: z.number().int(),
  buckets: schemas.Histogram.shape.buckets,
  total: z.number().int(),
  ...Extent,
})
const Facets = z.object({
  facets: schemas.Facets.shape.facets,
  estimated: schemas.Facets.shape.estimated,
  ...Extent,
})
const LegacyList = z.object({
  logs: z.array(LegacyEntry),
  total: z.number().int(),
  page: z.number().int(),
  per_page: z.number().int(),
  next_cursor: z.string().nullable(),
})

const ID_IN_PATH = { id: true } as const
const RULE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/whoami',
    summary: 'What this credential is good for, and the time on the server',
    reply: schemas.WhoAmI,
  },
  {
    method: 'get',
    path: '/api/v1/settings/retention',
    summary: 'How long entries and roll-ups are kept, and what is stored now',
    reply: schemas.Retention,
  },
  {
    method: 'put',
    path: '/api/v1/settings/retention',
    summary: 'Change how long entries and roll-ups are kept',
    description: 'null gives back the default. What is older, or more, than allowed is removed within minutes.',
    body: { 'application/json': schemas.RetentionIn },
    reply: schemas.Retention,
  },
  {
    method: 'post',
    path: '/api/v1/settings/retention/preview',
    summary: 'How many entries a change of retention would remove',
    body: { 'application/json': schemas.RetentionIn },
    reply: schemas.RetentionPreview,
  },
  {
    method: 'post',
    path: '/api/v1/verdict',
    summary: 'Ask about one entry before it takes effect',
    description:
      'The entry is judged, stored with its verdict, and answered when it is stored. An entry that was stored before is judged afresh and answered with its first id. In dry run, which is the default, every verdict is allow, and would says what enforcing would have answered. Takes the scope verdict.',
    body: { 'application/json': schemas.EntryIn },
    reply: schemas.VerdictOut,
  },
  {
    method: 'post',
    path: '/api/v1/hook/{client}',
    summary: "Ask what a coding agent's hook asks",
    description:
      "The body is what the hook gives on standard input, unchanged. Answered is the verdict with what this client's hook is to print and how it is to end. For claude, and an Accept other than application/vnd.sentinelmesh.hook+json, the body is the client's own JSON alone, so that it can be an HTTP hook. Takes the scope verdict.",
    parameters: schemas.RestHookQuery,
    body: { 'application/json': z.looseObject({}) },
    reply: schemas.HookAnswer,
  },
  {
    method: 'post',
    path: '/api/v1/hook/{client}/late',
    summary: 'Deliver what a hook could not ask in time',
    description:
      'It is judged and stored as unjudged: it took effect, or was blocked, before. Takes the scope verdict.',
    parameters: schemas.RestHookLateQuery,
    body: { 'application/json': z.looseObject({}) },
    reply: schemas.HookDelivered,
  },
  {
    method: 'post',
    path: '/api/v1/mcp/verdict',
    summary: 'Report what the MCP proxy read, and ask about it before it takes effect',
    description:
      'Each entry is judged, stored with its verdict, and answered when it is stored. A call of a tool whose definition changed, and waits to be approved, is judged as such. Takes the scope verdict.',
    body: { 'application/json': schemas.McpVerdictIn },
    reply: schemas.McpVerdictOut,
  },
  {
    method: 'post',
    path: '/api/v1/mcp/definitions',
    summary: 'Report what an MCP server defines',
    description:
      'A definition that is seen first is pinned; one that differs from what is pinned or approved is a match, with the difference by words, until somebody approves it. Takes the scope verdict.',
    body: { 'application/json': schemas.McpDefinitionsIn },
    reply: schemas.McpDefinitionsOut,
  },
  {
    method: 'get',
    path: '/api/v1/verdict/policy',
    summary: 'What the verdict is at which risk, for which rules and agents',
    reply: schemas.VerdictPolicy,
  },
  {
    method: 'put',
    path: '/api/v1/verdict/policy',
    summary: 'Change the verdict policy',
    description: 'expected_hash is that of the policy that was read: 409 where someone else changed it meanwhile.',
    body: { 'application/json': schemas.VerdictPolicyChange },
    reply: schemas.VerdictPolicy,
  },
  {
    method: 'get',
    path: '/api/v1/erasures',
    summary: 'What was asked to be erased, the newest first',
    reply: z.array(schemas.Erasure),
  },
  {
    method: 'post',
    path: '/api/v1/erasures',
    summary: 'Erase the entries of a session, or all, that are stored now',
    description:
      'Answered when the request is stored. It is worked off beside other work and goes on after a restart. All takes an owner.',
    body: { 'application/json': schemas.ErasureIn },
    reply: schemas.Erasure,
  },
  {
    method: 'get',
    path: '/api/v1/erasures/{id}',
    summary: 'How far an erasure is',
    reply: schemas.Erasure,
  },
  {
    method: 'get',
    path: '/api/v1/rules',
    summary: 'The rule set',
    description: 'Built-in rules, own and imported ones, with what the organization decided about them.',
    parameters: schemas.RestRulesQuery,
    reply: schemas.RulesListOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules',
    summary: 'Create a rule',
    description:
      'One Sigma rule, correlation or filter. 422 with problems, each with its place, where it cannot be used.',
    body: { 'application/json': schemas.RuleCreateIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'get',
    path: '/api/v1/rules.yaml',
    summary: 'Export: own and imported rules as one YAML file',
    replyType: 'application/yaml',
  },
  {
    method: 'get',
    path: '/api/v1/rules/{id}',
    summary: 'One rule, or with a hash one of its versions',
    parameters: schemas.RestRuleQuery,
    reply: schemas.RuleDetail,
  },
  {
    method: 'put',
    path: '/api/v1/rules/{id}',
    summary: 'Change the text of a rule',
    description: '409 says who changed it since it was read.',
    body: { 'application/json': schemas.RuleUpdateIn.omit(ID_IN_PATH) },
    reply: schemas.RuleDetail,
  },
  {
    method: 'patch',
    path: '/api/v1/rules/{id}',
    summary: 'Turn a rule on or off, or set its level or points',
    description: 'null gives back what the document says.',
    body: { 'application/json': schemas.RuleSettingsIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'delete',
    path: '/api/v1/rules/{id}',
    summary: 'Remove an own or imported rule',
    parameters: schemas.RestRemoveQuery,
    reply: z.object({ id: z.string() }),
  },
  {
    method: 'post',
    path: '/api/v1/rules/{id}/release',
    summary: 'End the quarantine of a rule',
    reply: schemas.RuleDetail,
  },
  {
    method: 'post',
    path: '/api/v1/rules/check',
    summary: 'What is wrong or suspicious in rules; nothing is stored',
    body: { 'application/json': schemas.RuleCheckIn },
    reply: schemas.RuleCheckOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/try',
    summary: 'Why rules hold for an entry, or why not; nothing is stored',
    description: 'text or id; entry (its JSON as a text) or log_id.',
    body: { 'application/json': schemas.RuleTryIn },
    reply: schemas.RuleTryOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters',
    summary: 'Add a filter to a rule',
    description: 'From then on matches for which all conditions hold are kept with their entry, and count nowhere.',
    body: { 'application/json': schemas.FilterAddIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters/preview',
    summary: 'Which stored matches a filter would have held back',
    body: { 'application/json': schemas.FilterPreviewIn },
    reply: schemas.FilterPreviewOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters/confirm',
    summary: 'Let imported filters bind to rules of others',
    description: 'An owner, signed in.',
    body: { 'application/json': schemas.FiltersConfirmIn },
    reply: schemas.FiltersConfirmOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/import',
    summary: 'Import rules',
    description: 'Sigma, or the rules.yaml of the original. Several requests with one import_id are one import.',
    body: { 'application/json': schemas.RulesImportIn },
    reply: schemas.RulesImportOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/backtest',
    summary: 'What rules would have matched among stored entries',
    description: 'One JSON object a line: progress, then a result. Hanging up ends it.',
    body: { 'application/json': schemas.BacktestIn },
    reply: schemas.BacktestItem,
    replyType: 'application/x-ndjson',
  },
]

const OTLP_REPLY = z.object({
  partialSuccess: z
    .looseObject({ errorMessage: z.string() })
    .optional()
    .meta({ description: 'Where records were refused: how many, and why the first of them was.' }),
})
const OTLP_BODY = (members: string) => ({
  'application/json': z.looseObject({ [members]: z.array(z.unknown()).optional() }),
  'application/x-protobuf': z.string().meta({ description: 'The same message in protobuf.' }),
})
const OTLP_DESCRIPTION =
  'OTLP over HTTP, also compressed with gzip, deflate or br. The reply has the format of the request; errors are google.rpc.Status.'
const OTLP_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/logs',
    summary: 'Log records of OpenTelemetry',
    description: `${OTLP_DESCRIPTION} What they become, and from which agents they are understood: docs/otlp.md.`,
    body: OTLP_BODY('resourceLogs'),
    reply: OTLP_REPLY,
  },
  {
    method: 'post',
    path: '/v1/traces',
    summary: 'Spans of OpenTelemetry',
    description: OTLP_DESCRIPTION,
    body: OTLP_BODY('resourceSpans'),
    reply: OTLP_REPLY,
  },
  {
    method: 'post',
    path: '/v1/metrics',
    summary: 'Metrics of OpenTelemetry: taken and dropped',
    description: 'Agents send them to the address of their logs and spans.',
    body: OTLP_BODY('resourceMetrics'),
    reply: OTLP_REPLY,
  },
]

const OPERATIONS: readonly Operation[] = [
  ...OTLP_OPERATIONS,
  {
    method: 'post',
    path: '/api/v1/logs',
    summary: 'Report entries',
    description: `An array of at most ${LIMITS.requestEntries} entries, or one a line. One bad entry does not lose the others. The reply leaves after everything accepted is on disk.`,
    body: { 'application/json': z.array(schemas.EntryIn), 'application/x-ndjson': schemas.EntryIn },
    reply: schemas.ReportOut,
  },
  {
    method: 'get',
    path: '/api/v1/logs',
    summary: 'Search entries',
    description:
      'q is the query language of the search bar, such as risk:>=60 -sender:healthcheck. next_cursor and prev_cursor lead to the pages after and before this one, as the log was when the first of them was asked for; null at either end.',
    parameters: schemas.RestPageQuery,
    reply: Page,
  },
  {
    method: 'get',
    path: '/api/v1/logs/export',
    summary: 'Export: all entries that match, as NDJSON or CSV',
    description:
      'As they are when it begins; what arrives later is not among them. NDJSON has one entry a line, as by id, and `sentinelmesh import` takes it. An export that cannot be completed breaks the connection off; behind a proxy that would hide that, ask for end_line.',
    parameters: schemas.RestExportQuery,
    reply: schemas.EntryDetail,
    replyType: 'application/x-ndjson',
  },
  {
    method: 'get',
    path: '/api/v1/logs/histogram',
    summary: 'How many entries came when, by band',
    description:
      'Without from it begins an hour before to, without to it ends now. Steps of a minute or more are whole minutes, of an hour or more whole hours.',
    parameters: schemas.RestHistogramQuery,
    reply: Histogram,
  },
  {
    method: 'get',
    path: '/api/v1/logs/facets',
    summary: 'Which values the entries have, most frequent first',
    description:
      "What q says about a field alone is left out when that field's values are counted: beside what is chosen stands what could be chosen instead.",
    parameters: schemas.RestFacetsQuery,
    reply: Facets,
  },
  {
    method: 'get',
    path: '/api/v1/logs/{id}',
    summary: 'One entry, with its payload and why its risk is what it is',
    reply: schemas.EntryDetail,
  },
  ...RULE_OPERATIONS,
  {
    method: 'post',
    path: '/log',
    summary: 'Report one entry',
    body: { 'application/json': LegacyLogIn },
    reply: z.object({
      message: z.string(),
      log_id: z.string(),
      id: z.string(),
      risk: z.number().int(),
      alerts: z.array(LegacyAlert),
    }),
  },
  {
    method: 'get',
    path: '/logs',
    summary: 'Entries, newest first',
    parameters: schemas.LegacyListQuery,
    reply: LegacyList,
  },
  {
    method: 'get',
    path: '/alerts',
    summary: 'Entries of at least a risk',
    parameters: schemas.LegacyAlertsQuery,
    reply: z.object({
      alerts: z.array(LegacyEntry.extend({ rule_matches: z.array(LegacyAlert) })),
      total: z.number().int(),
      min_risk: z.number().int(),
    }),
  },
  {
    method: 'get',
    path: '/stats',
    summary: 'Sums over all entries',
    reply: z.object({ stats: z.record(z.string(), z.unknown()), org: z.string() }),
  },
  {
    method: 'post',
    path: '/register',
    summary: 'Create a user with an organization',
    open: true,
    body: { 'application/json': schemas.Register },
    reply: z.object({ username: z.string(), org: z.string() }),
  },
  {
    method: 'post',
    path: '/token',
    summary: 'Sign in: an access token and a refresh token',
    open: true,
    body: { 'application/x-www-form-urlencoded': schemas.TokenForm, 'multipart/form-data': schemas.TokenForm },
    reply: z.object({
      access_token: z.string(),
      token_type: z.literal('bearer'),
      expires_in: z.number().int(),
      refresh_token: z.string(),
    }),
  },
  {
    method: 'post',
    path: '/token/refresh',
    summary: 'Renew the access token',
    description: 'A refresh token is good once; using a spent one revokes all that came from the same sign-in.',
    open: true,
    body: { 'application/json': schemas.RefreshIn },
    reply: z.object({
      access_token: z.string(),
      token_type: z.literal('bearer'),
      expires_in: z.number().int(),
      refresh_token: z.string(),
    }),
  },
  {
    method: 'post',
    path: '/mcp',
    summary: 'The MCP server that answers models about the log: one JSON-RPC message',
    description:
      'Model Context Protocol over streamable HTTP, stateless: revisions 2026-07-28 and 2025-11-25. Only reads.',
    body: { 'application/json': z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() }) },
  },
  { method: 'get', path: '/health', summary: 'Name, version, uptime', open: true },
  { method: 'get', path: '/healthz', summary: 'Liveness', open: true },
  { method: 'get', path: '/readyz', summary: 'Readiness: can entries be stored', open: true },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Prometheus text',
    description: 'Without a credential on loopback only; else with the scope manage.',
    replyType: 'text/plain',
  },
  {
    method: 'get',
    path: '/ws/logs',
    summary: 'WebSocket: entries as they arrive, one text frame each',
    description:
      'Credential: ?token= (an access token), an Authorization header, or the subprotocol "bearer, <token>".',
  },
]

/** OpenAPI 3.1, generated from the schemas that the routes themselves parse with. */
export function openApi(publicOrigin: string): Record<string, unknown> {
  const components: Record<string, unknown> = {}
  const schemaOf = (type: z.ZodType, io: 'input' | 'output') => {
    const {
      $schema: _,
      $defs = {},
      ...schema
    } = z.toJSONSchema(type, { io, unrepresentable: 'any', reused: 'inline' }) as Record<string, unknown> & {
      $defs?: Record<string, unknown>
    }
    for (const [name, definition] of Object.entries($defs)) components[name] = relink(definition)
    return relink(schema)
  }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of OPERATIONS) {
    const {
      method,
      path,
      summary,
      description,
      open,
      parameters,
      body,
      reply,
      replyType = 'application/json',
    } = operation
    paths[path] = {
      ...paths[path],
      [method]: {
        summary,
        ...(description === undefined ? {} : { description }),
        ...(open ? { security: [] } : {}),
        parameters: [
          ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
          ...Object.entries(parameters?.shape ?? {}).map(([name, type]) => ({
            name,
            in: 'query',
            required: false,
            // A number is a text in a query string; what it means is its output.
            schema: schemaOf(type as z.ZodType, 'output'),
          })),
        ],
        ...(body === undefined
          ? {}
          : {
              requestBody: {
                required: true,
                content: Object.fromEntries(
                  Object.entries(body).map(([media, type]) => [media, { schema: schemaOf(type, 'input') }]),
                ),
              },
            }),
        responses: {
          '200': {
            description: 'Done',
            ...(reply === undefined ? {} : { content: { [replyType]: { schema: schemaOf(reply, 'output') } } }),
          },
          default: {
            description: 'An error',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
          },
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SentinelMesh',
      version: VERSION,
      description: 'Takes in what AI agents do, judges it, and shows why.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicOrigin }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token from /token, or an API key.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { ...components, Error: ERROR_SCHEMA },
    },
  }
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['detail', 'code', 'request_id'],
  properties: {
    detail: {
      description: 'A sentence; for 422 mostly a list of faults.',
      oneOf: [
        { type: 'string' },
        {
          type: 'array',
          items: {
            type: 'object',
            properties: { loc: { type: 'array', items: {} }, msg: { type: 'string' }, type: { type: 'string' } },
          },
        },
      ],
    },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    request_id: { type: 'string' },
  },
}

/** JSON Schema's own definitions become the document's components. */
function relink(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value: unknown) =>
    // `format` says what `pattern` would.
    (key === 'id' || key === 'pattern') && typeof value === 'string' ? undefined : value,
  ) as unknown
}
