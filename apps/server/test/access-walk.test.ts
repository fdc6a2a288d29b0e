import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appRouter } from '@sentinelmesh/api/server'
import { edge } from '../src/http/edge.ts'
import { openApi } from '../src/http/openapi/openapi.ts'
import { httpServer } from '../src/http/server.ts'
import { metrics } from '../src/metrics.ts'
import { services } from '../src/services/services.ts'
import { DEFAULT_POLICY } from '../src/services/verdicts/default-policy.ts'
import { inForce } from '../src/services/verdicts/policies.ts'
import { json, type Client } from './client.ts'
import { PASSWORD, startMesh, type Mesh } from './start-mesh.ts'

/** The sorts of credentials, from none to the most that there is. */
const CALLERS = [
  'nobody',
  'forged token',
  'revoked key',
  'ingest key',
  'read key',
  'verdict key',
  'manage key',
  'token',
  'viewer',
  'analyst',
  'admin',
  'owner',
] as const
type CallerName = (typeof CALLERS)[number]
const STRANGERS: ReadonlySet<CallerName> = new Set(['nobody', 'forged token', 'revoked key'])

const READERS: readonly CallerName[] = ['read key', 'token', 'viewer', 'analyst', 'admin', 'owner']
const REPORTERS: readonly CallerName[] = ['ingest key', 'token', 'analyst', 'admin', 'owner']
const MANAGERS: readonly CallerName[] = ['manage key', 'admin', 'owner']

interface Entry {
  /** Who may; `everyone`: no credential is asked for. */
  readonly may: readonly CallerName[] | 'everyone'
  /** What those get who may; 200 unless said. */
  readonly status?: number
  /** What it does can be done once: each caller finds a rule of its own. */
  readonly takesRule?: true
  readonly send: (client: Client, mesh: Known) => Promise<Response>
}

/** What stands in the first org, for others to try to reach. */
interface Known {
  readonly entryId: string
  readonly keyId: string
  readonly ruleId: string
  readonly ruleHash: string
  readonly erasureId: number
}

const BUILTIN = 'sm-cmd-001'
const aRule = (id?: string, title = 'Walked') =>
  [
    `title: ${title}`,
    ...(id === undefined ? [] : [`id: ${id}`]),
    'logsource: {product: ai_agent}',
    'detection: {selection: {payload|contains: walk-secret}, condition: selection}',
    '',
  ].join('\n')
const WEEK = { from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00Z' }
const CONDITIONS = { rule_id: BUILTIN, conditions: [{ field: 'sender', value: 'agent.walk' }] }

const CONFIRMERS: readonly CallerName[] = ['owner']
const TRIAGERS: readonly CallerName[] = ['manage key', 'analyst', 'admin', 'owner']
const RULE_READERS: readonly CallerName[] = [...READERS, 'manage key']

const CHECKERS: readonly CallerName[] = ['verdict key', 'analyst', 'admin', 'owner']
const POLICY_READERS: readonly CallerName[] = [...READERS, 'verdict key', 'manage key']
/** The same again: it can be set by one after the other. */
const POLICY = { policy: DEFAULT_POLICY, expected_hash: inForce(undefined).hash }

const KEPT = { days: 30, max_bytes: null, rollups_days: null }
const ERASED = { session: 'walk-none' }
/** Whoever shows a credential that counts. */
const KNOWN = CALLERS.filter((caller) => !STRANGERS.has(caller))

const ENTRY = { sender: 'agent.walk', payload: 'walked' }
const MCP_SERVER = { name: 'walk', transport: 'stdio', target: 'walk' }
const MCP_ENTRY = {
  kind: 'tool_definition',
  sender: 'mcp.walk/walk',
  receiver: 'agent.walk',
  session: null,
  context: null,
  payload: { type: 'json', text: '{"name":"walk"}' },
  at: null,
  attributes: {},
  anchor: null,
  late: null,
  rests: null,
}
const MCP_REPORT = { server: MCP_SERVER, waits: true, entries: [MCP_ENTRY] }
const MCP_DEFINITIONS = {
  server: MCP_SERVER,
  definitions: [{ kind: 'tool', name: 'walk', entry: MCP_ENTRY }],
  listed: { kind: 'tool', names: ['walk'] },
}
const HOOKED = { hook_event_name: 'PreToolUse', session_id: 'walk', tool_name: 'Bash', tool_input: { command: 'ls' } }
const TRIED = { text: aRule('tried'), entry: JSON.stringify(ENTRY) }
const MCP_SEARCH = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search_logs', arguments: {} } }
const get = (path: string) => (client: Client) => client.get(path)
const post = (path: string, body: object) => (client: Client) => client.post(path, body)

/** Every route; one that is missing here fails. */
const ROUTES: Record<string, Entry> = {
  'POST /register': { may: 'everyone', status: 422, send: post('/register', {}) },
  'POST /token': { may: 'everyone', status: 422, send: post('/token', {}) },
  'POST /token/refresh': { may: 'everyone', status: 422, send: post('/token/refresh', {}) },
  'POST /log': { may: REPORTERS, send: post('/log', ENTRY) },
  'GET /logs': { may: READERS, send: get('/logs') },
  'GET /alerts': { may: READERS, send: get('/alerts?min_risk=0') },
  'GET /stats': { may: READERS, send: get('/stats') },
  'POST /api/v1/logs': { may: REPORTERS, send: post('/api/v1/logs', [ENTRY]) },
  'POST /v1/logs': { may: REPORTERS, send: post('/v1/logs', {}) },
  'POST /v1/traces': { may: REPORTERS, send: post('/v1/traces', {}) },
  'POST /v1/metrics': { may: REPORTERS, send: post('/v1/metrics', {}) },
  'GET /api/v1/logs': { may: READERS, send: get('/api/v1/logs') },
  'GET /api/v1/logs/export': { may: READERS, send: get('/api/v1/logs/export') },
  'GET /api/v1/logs/histogram': { may: READERS, send: get('/api/v1/logs/histogram') },
  'GET /api/v1/logs/facets': { may: READERS, send: get('/api/v1/logs/facets') },
  'GET /api/v1/logs/:id': { may: READERS, send: (client, { entryId }) => client.get(`/api/v1/logs/${entryId}`) },
  'GET /api/v1/rules': { may: RULE_READERS, send: get('/api/v1/rules') },
  'GET /api/v1/rules.yaml': { may: RULE_READERS, send: get('/api/v1/rules.yaml') },
  'GET /api/v1/rules/:id': { may: RULE_READERS, send: (client, { ruleId }) => client.get(`/api/v1/rules/${ruleId}`) },
  'POST /api/v1/rules': { may: MANAGERS, send: (client) => client.post('/api/v1/rules', { text: aRule() }) },
  'PUT /api/v1/rules/:id': {
    may: MANAGERS,
    takesRule: true,
    send: (client, { ruleId, ruleHash }) =>
      client.send('PUT', `/api/v1/rules/${ruleId}`, { text: aRule(ruleId), expected_hash: ruleHash }),
  },
  'PATCH /api/v1/rules/:id': {
    may: MANAGERS,
    send: (client, { ruleId }) => client.send('PATCH', `/api/v1/rules/${ruleId}`, { enabled: true, points: null }),
  },
  'DELETE /api/v1/rules/:id': {
    may: MANAGERS,
    takesRule: true,
    send: (client, { ruleId }) => client.request('DELETE', `/api/v1/rules/${ruleId}`),
  },
  'POST /api/v1/rules/:id/release': {
    may: MANAGERS,
    send: (client, { ruleId }) => client.post(`/api/v1/rules/${ruleId}/release`, ''),
  },
  'POST /api/v1/rules/check': { may: RULE_READERS, send: post('/api/v1/rules/check', { text: aRule() }) },
  'POST /api/v1/rules/try': { may: RULE_READERS, send: post('/api/v1/rules/try', TRIED) },
  'POST /api/v1/rules/filters': { may: TRIAGERS, send: post('/api/v1/rules/filters', CONDITIONS) },
  'POST /api/v1/rules/filters/preview': { may: TRIAGERS, send: post('/api/v1/rules/filters/preview', CONDITIONS) },
  'POST /api/v1/rules/filters/confirm': {
    may: CONFIRMERS,
    send: post('/api/v1/rules/filters/confirm', { ids: ['none'] }),
  },
  'POST /api/v1/rules/import': {
    may: MANAGERS,
    send: post('/api/v1/rules/import', { sources: [{ file: 'a.yml', text: aRule('imported') }] }),
  },
  'POST /api/v1/rules/backtest': { may: TRIAGERS, send: post('/api/v1/rules/backtest', { id: BUILTIN, ...WEEK }) },
  'GET /api/v1/settings/quota': { may: MANAGERS, send: get('/api/v1/settings/quota') },
  'PUT /api/v1/settings/quota': {
    may: MANAGERS,
    send: (client) => client.send('PUT', '/api/v1/settings/quota', { entries_per_second: null }),
  },
  'GET /api/v1/settings/retention': { may: MANAGERS, send: get('/api/v1/settings/retention') },
  'PUT /api/v1/settings/retention': {
    may: MANAGERS,
    send: (client) => client.send('PUT', '/api/v1/settings/retention', KEPT),
  },
  'POST /api/v1/settings/retention/preview': { may: MANAGERS, send: post('/api/v1/settings/retention/preview', KEPT) },
  'GET /api/v1/erasures': { may: MANAGERS, send: get('/api/v1/erasures') },
  'POST /api/v1/erasures': { may: MANAGERS, send: post('/api/v1/erasures', ERASED) },
  'GET /api/v1/erasures/:id': {
    may: MANAGERS,
    send: (client, { erasureId }) => client.get(`/api/v1/erasures/${erasureId}`),
  },
  'POST /mcp': {
    may: READERS,
    send: (client) => client.post('/mcp', MCP_SEARCH, { accept: 'application/json, text/event-stream' }),
  },
  'GET /api/v1/whoami': { may: KNOWN, send: get('/api/v1/whoami') },
  'POST /api/v1/hook/:client': { may: CHECKERS, send: post('/api/v1/hook/claude', HOOKED) },
  'POST /api/v1/hook/:client/late': {
    may: CHECKERS,
    send: post('/api/v1/hook/claude/late?spool=0123456789abcdef&late=1', HOOKED),
  },
  'POST /api/v1/mcp/verdict': { may: ['verdict key'], send: post('/api/v1/mcp/verdict', MCP_REPORT) },
  'POST /api/v1/mcp/definitions': { may: ['verdict key'], send: post('/api/v1/mcp/definitions', MCP_DEFINITIONS) },
  'POST /api/v1/verdict': { may: CHECKERS, send: post('/api/v1/verdict', ENTRY) },
  'GET /api/v1/verdict/policy': { may: POLICY_READERS, send: get('/api/v1/verdict/policy') },
  'PUT /api/v1/verdict/policy': {
    may: MANAGERS,
    send: (client) => client.send('PUT', '/api/v1/verdict/policy', POLICY),
  },
  'GET /health': { may: 'everyone', send: get('/health') },
  'GET /healthz': { may: 'everyone', send: get('/healthz') },
  'GET /readyz': { may: 'everyone', send: get('/readyz') },
  'GET /metrics': {
    may: MANAGERS,
    // On loopback it is open; a proxy in between makes it ask for a credential.
    send: (client) => client.get('/metrics', { 'x-forwarded-for': '203.0.113.9' }),
  },
  'GET /openapi.json': { may: 'everyone', send: get('/openapi.json') },
  'GET /docs': { may: 'everyone', send: get('/docs') },
  'GET /docs/style.css': { may: 'everyone', send: get('/docs/style.css') },
  'GET /': { may: 'everyone', send: get('/') },
  // The pages hold nothing; what they show they ask for.
  'GET /setup': { may: 'everyone', status: 404, send: get('/setup') },
  'GET /sign-in': { may: 'everyone', status: 404, send: get('/sign-in') },
  'GET /o/*': { may: 'everyone', status: 404, send: get('/o/acme') },
}
/** Built files, and the address that `PROCEDURES` walks. */
const ELSEWHERE = ['GET /index.html', 'ANY /trpc/:path']

const query = (name: string, input?: object) =>
  get(`/trpc/${name}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`)
const mutation = (name: string, input?: object) => (client: Client) => client.post(`/trpc/${name}`, input ?? '')

let unknownUsers = 0
/** Another one each time: who guesses on and on at one name is slowed down. */
function unknownUser(): string {
  unknownUsers += 1
  return `unknown-${unknownUsers}`
}

/** Every procedure; one that is missing here fails. */
const PROCEDURES: Record<string, Entry> = {
  'auth.status': { may: 'everyone', send: query('auth.status') },
  'auth.setup': {
    may: 'everyone',
    status: 403,
    send: mutation('auth.setup', { token: 'x', org: 'Mine', username: 'me', password: PASSWORD }),
  },
  'auth.signIn': {
    may: 'everyone',
    status: 401,
    send: (client) => mutation('auth.signIn', { username: unknownUser(), password: PASSWORD })(client),
  },
  'auth.signInByLink': { may: 'everyone', status: 401, send: mutation('auth.signInByLink', { token: 'x' }) },
  // Without its cookie, so that the walk's own browsers stay signed in.
  'auth.signOut': { may: 'everyone', send: (client) => client.post('/trpc/auth.signOut', '', { cookie: '' }) },
  'org.get': { may: [...READERS, 'manage key'], send: query('org.get') },
  'users.create': {
    may: [],
    send: mutation('users.create', { username: 'mallory', password: PASSWORD, org: 'Acme', role: 'owner' }),
  },
  'apiKeys.list': { may: MANAGERS, send: query('apiKeys.list') },
  'apiKeys.create': { may: MANAGERS, send: mutation('apiKeys.create', { name: 'walk', scopes: ['read'] }) },
  'apiKeys.revoke': {
    may: MANAGERS,
    send: (client, { keyId }) => client.post('/trpc/apiKeys.revoke', { id: keyId }),
  },
  'apiKeys.setRate': {
    may: MANAGERS,
    send: (client, { keyId }) => client.post('/trpc/apiKeys.setRate', { id: keyId, entriesPerSecond: null }),
  },
  'logs.report': { may: REPORTERS, send: mutation('logs.report', [ENTRY]) },
  'logs.import': { may: MANAGERS, send: mutation('logs.import', [{ id: '1', json: JSON.stringify(ENTRY) }]) },
  'logs.page': { may: READERS, send: query('logs.page', {}) },
  'logs.get': {
    may: READERS,
    send: (client, { entryId }) => query('logs.get', { id: entryId })(client),
  },
  'logs.histogram': { may: READERS, send: query('logs.histogram', {}) },
  'logs.facets': { may: READERS, send: query('logs.facets', {}) },
  'logs.tail': { may: READERS, send: tailOnce },
  'rules.list': { may: RULE_READERS, send: query('rules.list', {}) },
  'rules.get': { may: RULE_READERS, send: (client, { ruleId }) => query('rules.get', { id: ruleId })(client) },
  'rules.create': { may: MANAGERS, send: (client) => mutation('rules.create', { text: aRule() })(client) },
  'rules.update': {
    may: MANAGERS,
    takesRule: true,
    send: (client, { ruleId, ruleHash }) =>
      mutation('rules.update', { id: ruleId, text: aRule(ruleId), expected_hash: ruleHash })(client),
  },
  'rules.remove': {
    may: MANAGERS,
    takesRule: true,
    send: (client, { ruleId }) => mutation('rules.remove', { id: ruleId })(client),
  },
  'rules.setEnabled': {
    may: MANAGERS,
    send: (client, { ruleId }) => mutation('rules.setEnabled', { id: ruleId, enabled: true })(client),
  },
  'rules.override': {
    may: MANAGERS,
    send: (client, { ruleId }) => mutation('rules.override', { id: ruleId, level: 'low' })(client),
  },
  'rules.release': {
    may: MANAGERS,
    send: (client, { ruleId }) => mutation('rules.release', { id: ruleId })(client),
  },
  'rules.check': { may: RULE_READERS, send: mutation('rules.check', { text: aRule() }) },
  'rules.try': { may: RULE_READERS, send: mutation('rules.try', TRIED) },
  'rules.addFilter': { may: TRIAGERS, send: mutation('rules.addFilter', CONDITIONS) },
  'rules.previewFilter': { may: TRIAGERS, send: mutation('rules.previewFilter', CONDITIONS) },
  'rules.confirmFilters': { may: CONFIRMERS, send: mutation('rules.confirmFilters', { ids: ['none'] }) },
  'rules.import': {
    may: MANAGERS,
    send: mutation('rules.import', { sources: [{ file: 'a.yml', text: aRule('imported') }] }),
  },
  'rules.export': { may: RULE_READERS, send: query('rules.export') },
  'rules.backtest': { may: TRIAGERS, send: backtestOnce },
  'settings.quota.get': { may: MANAGERS, send: query('settings.quota.get') },
  'settings.quota.update': { may: MANAGERS, send: mutation('settings.quota.update', { entries_per_second: null }) },
  'settings.retention.get': { may: MANAGERS, send: query('settings.retention.get') },
  'settings.retention.update': { may: MANAGERS, send: mutation('settings.retention.update', KEPT) },
  'settings.retention.preview': { may: MANAGERS, send: query('settings.retention.preview', KEPT) },
  'settings.retention.acceptClock': { may: [], send: mutation('settings.retention.acceptClock') },
  'settings.notices': { may: MANAGERS, send: query('settings.notices') },
  'erasures.list': { may: MANAGERS, send: query('erasures.list') },
  'erasures.get': {
    may: MANAGERS,
    send: (client, { erasureId }) => query('erasures.get', { id: erasureId })(client),
  },
  // Of all: see erasures.test.ts; the walk goes on with what is stored.
  'erasures.create': { may: MANAGERS, send: mutation('erasures.create', ERASED) },
  'sources.list': { may: RULE_READERS, send: query('sources.list') },
  'sources.unasked': { may: RULE_READERS, send: query('sources.unasked') },
  'mcp.pins': { may: RULE_READERS, send: query('mcp.pins', {}) },
  'mcp.approve': { may: MANAGERS, status: 404, send: mutation('mcp.approve', { server: 'walk', name: 'none' }) },
  'verdicts.check': { may: CHECKERS, send: mutation('verdicts.check', ENTRY) },
  'verdicts.policy': { may: POLICY_READERS, send: query('verdicts.policy') },
  'verdicts.setPolicy': { may: MANAGERS, send: mutation('verdicts.setPolicy', POLICY) },
  'stats.overview': { may: READERS, send: query('stats.overview', {}) },
}

function tailOnce(client: Client) {
  return subscribeOnce(client, () => client.tail({ after: '0' }))
}

function backtestOnce(client: Client) {
  return subscribeOnce(client, () => client.backtest({ id: BUILTIN, ...WEEK }))
}

/** A subscription's first answer, in the shape of a reply. */
async function subscribeOnce(
  client: Client,
  subscribe: () => Disposable & { items: readonly unknown[]; error: unknown; answered(): Promise<void> },
): Promise<Response> {
  using upgrade = client.socket('/trpc')
  const opened = await upgrade.opened()
  if (opened !== 101) return new Response('', { status: opened })
  using subscription = subscribe()
  await subscription.answered()
  const { error, items } = subscription
  const status = (error as { data?: { httpStatus?: number } } | undefined)?.data?.httpStatus ?? 200
  return new Response(JSON.stringify(error ?? items), { status })
}

let mesh: Mesh
let known: Known
const callers = new Map<CallerName, Client>()
/** The most that the other org has. */
let rivals: Client[]

beforeAll(async () => {
  mesh = await startMesh()
  const { first, second, nobody } = mesh
  const keyed = async (scope: 'ingest' | 'read' | 'verdict' | 'manage') => first.key([scope])
  const revoked = await first.key(['ingest', 'read', 'manage', 'verdict'])
  await first.manager.trpc.apiKeys.revoke.mutate({ id: revoked.id })
  const token = await first.token()
  const bearer = (text: string) => nobody.with({ authorization: `Bearer ${text}` })
  const [head = '', payload = '', signature = ''] = token.split('.')
  callers
    .set('nobody', nobody)
    .set('forged token', bearer([head, payload, signature.split('').toReversed().join('')].join('.')))
    .set('revoked key', revoked)
    .set('ingest key', await keyed('ingest'))
    .set('read key', await keyed('read'))
    .set('verdict key', await keyed('verdict'))
    .set('manage key', await keyed('manage'))
    .set('token', bearer(token))
    .set('viewer', await first.user('viewer'))
    .set('analyst', await first.user('analyst'))
    .set('admin', await first.user('admin'))
    .set('owner', await first.browser())
  rivals = [
    await second.browser(),
    await second.key(['ingest', 'read', 'manage', 'verdict']),
    bearer(await second.token()),
  ]
  const reply = await json<{ id: string }>(first.agent.post('/log', { ...ENTRY, payload: 'for Acme alone' }))
  const { id: erasureId } = await first.manager.trpc.erasures.create.mutate(ERASED)
  known = { entryId: reply.id, keyId: (await first.key(['read'])).id, erasureId, ...(await freshRule()) }
})

async function freshRule(): Promise<Pick<Known, 'ruleId' | 'ruleHash'>> {
  const { id, hash } = await mesh.first.manager.trpc.rules.create.mutate({ text: aRule(undefined, 'for Acme alone') })
  return { ruleId: id, ruleHash: hash }
}

afterAll(() => mesh[Symbol.asyncDispose]())

const callerOf = (name: CallerName) => callers.get(name) ?? mesh.nobody

function expectedStatus(sort: 'route' | 'procedure', { may, status = 200 }: Entry, name: CallerName): number {
  // A program that shows a bad credential to tRPC learns so, whatever it calls.
  if (sort === 'procedure' && STRANGERS.has(name) && name !== 'nobody') return 401
  if (may === 'everyone' || may.includes(name)) return status
  return STRANGERS.has(name) ? 401 : 403
}

test('every route of the server stands in the table', async () => {
  const { deps } = mesh.running
  const webFolder = join(mesh.folder, 'web')
  mkdirSync(webFolder)
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><html></html>')
  const { app, routes } = await httpServer({
    deps,
    services: services(deps),
    metrics: metrics(deps.database, {
      sockets: () => 0,
      textIndexBehind: () => 0,
      judgeQueue: () => 0,
      ruleJobsWaiting: () => [],
      jobs: deps.jobs,
      retentionWait: () => null,
      eventLoopLongestMs: () => 0,
    }),
    gate: edge(deps.config, () => 0),
    port: () => 0,
    webFolder,
    logger: { level: 'silent' },
    system: () => Promise.reject(new Error('nobody calls')),
  })
  await app.close()
  const served = routes
    .filter(({ method, url }) => method !== 'HEAD' && !url.startsWith('/trpc/'))
    .map(({ method, url }) => `${method} ${url}`)
  const known = new Set([...Object.keys(ROUTES), ...ELSEWHERE])
  expect(served.filter((route) => !known.has(route))).toEqual([])
  expect(Object.keys(ROUTES).filter((route) => !served.includes(route))).toEqual([])
})

test('every route that the OpenAPI document names exists, and says whether it is open and what its path names', () => {
  const { paths } = openApi('http://localhost') as {
    paths: Record<string, Record<string, { security?: unknown[]; parameters: { in: string; name: string }[] }>>
  }
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, parameters }]) => ({
      route: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      open: security?.length === 0,
      named: parameters.filter((one) => one.in === 'path').map(({ name }) => `:${name}`),
    })),
  )
  const rest = documented.filter(({ route }) => route !== 'GET /ws/logs')
  expect(rest).toEqual(
    rest.flatMap(({ route }) => {
      const entry = ROUTES[route]
      return entry === undefined ? [] : [{ route, open: entry.may === 'everyone', named: route.match(/:\w+/g) ?? [] }]
    }),
  )
})

test('every procedure stands in the table', () => {
  expect(Object.keys(PROCEDURES).toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted())
})

describe.each([
  ['route', ROUTES],
  ['procedure', PROCEDURES],
] as const)('the %s', (sort, table) => {
  test.each(Object.entries(table))('%s lets in who may and nobody else', async (_name, entry) => {
    const statuses: Record<string, number> = {}
    const expected: Record<string, number> = {}
    for (const name of CALLERS) {
      const rule = entry.takesRule ? await freshRule() : {}
      const fresh = { ...known, keyId: (await mesh.first.key(['read'])).id, ...rule }
      statuses[name] = (await entry.send(callerOf(name), fresh)).status
      expected[name] = expectedStatus(sort, entry, name)
    }
    expect(statuses).toEqual(expected)
  })

  test.each(Object.entries(table))(
    '%s shows another org nothing of this one and changes nothing in it',
    async (_name, entry) => {
      const countOf = async () => (await json<{ total: number }>(mesh.first.reader.get('/logs?per_page=1'))).total
      const before = await countOf()
      for (const rival of rivals) {
        for (const headers of [{}, { 'x-sentinelmesh-org': 'acme' }]) {
          const text = await (await entry.send(rival.with(headers), known)).text()
          expect(text).not.toMatch(/Acme|acme-|for Acme alone/)
        }
      }
      expect(await countOf()).toBe(before)
      const keys = await mesh.first.manager.trpc.apiKeys.list.query()
      expect(keys.find(({ id }) => id === known.keyId)?.revokedAt).toBeNull()
      const rule = await mesh.first.manager.trpc.rules.get.query({ id: known.ruleId })
      expect(rule).toMatchObject({ hash: known.ruleHash, state: 'on', title: 'for Acme alone' })
    },
  )
})

test('an entry, a key and a rule of another org look the same as ones that do not exist', async () => {
  const [browser] = rivals
  const absent: Known = {
    entryId: '01890000-0000-7000-8000-000000000000',
    keyId: '00000000-0000-4000-8000-000000000000',
    ruleId: '00000000-0000-4000-8000-000000000000',
    ruleHash: '0'.repeat(64),
    erasureId: 999_999,
  }
  const about = [
    ROUTES['GET /api/v1/logs/:id'],
    ROUTES['GET /api/v1/rules/:id'],
    ROUTES['GET /api/v1/erasures/:id'],
    ...[
      'logs.get',
      'apiKeys.revoke',
      'apiKeys.setRate',
      'rules.get',
      'rules.update',
      'rules.remove',
      'rules.setEnabled',
    ].map((name) => PROCEDURES[name]),
  ]
  for (const entry of about) {
    const answers = await Promise.all(
      [known, absent].map(async (about) => {
        const reply = await entry?.send(browser ?? mesh.nobody, about)
        return `${reply?.status} ${(await reply?.text())?.replaceAll(/"request_?[iI]d":"[^"]+"/g, '')}`
      }),
    )
    expect(answers[0]).toBe(answers[1])
    expect(answers[0]).toMatch(/^404 /)
  }
})

test('a key bound to a sender reports as that sender, or as those that begin so, and as nobody else', async () => {
  const one = await mesh.first.key(['ingest'], 'agent.billing')
  const some = await mesh.first.key(['ingest'], 'agent.mail.*')
  const status = async (client: Client, sender: string) => (await client.post('/log', { sender, payload: 'x' })).status
  expect(await status(one, 'agent.billing')).toBe(200)
  expect(await status(one, 'agent.billing.2')).toBe(403)
  expect(await status(some, 'agent.mail.reader')).toBe(200)
  expect(await status(some, 'agent.mailer')).toBe(403)
  const { accepted, rejected } = await json<{ accepted: number; rejected: { index: number; reason: string }[] }>(
    one.post('/api/v1/logs', [ENTRY, { ...ENTRY, sender: 'agent.billing' }]),
  )
  expect(accepted).toBe(1)
  expect(rejected).toEqual([{ index: 0, reason: expect.stringContaining('agent.billing') }])
})
