import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationName } from '@sentinelmesh/api'
import type { Action } from '@sentinelmesh/api/constants'
import { appRouter, listOperations, OPERATIONS, type Operation, type RestRoute } from '@sentinelmesh/api/server'
import { edge } from '../src/http/requests/edge.ts'
import { openApi } from '../src/http/openapi/openapi.ts'
import { httpServer } from '../src/http/server.ts'
import { serverLog } from '../src/http/server-log.ts'
import { metrics } from '../src/http/metrics.ts'
import { services } from '../src/services/services.ts'
import { DEFAULT_POLICY } from '../src/services/verdicts/default-policy.ts'
import { inForce } from '../src/services/verdicts/policies.ts'
import { json, type Client } from './client.ts'
import { PASSWORD, startMesh, type Mesh } from './start-mesh.ts'

/** The kinds of credentials, from none to the most privileged. */
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
const TRIAGERS: readonly CallerName[] = ['manage key', 'analyst', 'admin', 'owner']
const RULE_READERS: readonly CallerName[] = [...READERS, 'manage key']
const CHECKERS: readonly CallerName[] = ['verdict key', 'analyst', 'admin', 'owner']

/** This table of allowed callers is written by hand. The product's own access table must agree with it. */
const WHO: Readonly<Record<Action, readonly CallerName[]>> = {
  'logs.report': REPORTERS,
  'logs.import': MANAGERS,
  'logs.read': READERS,
  'stats.read': READERS,
  'org.read': RULE_READERS,
  'apiKeys.list': MANAGERS,
  'apiKeys.create': MANAGERS,
  'apiKeys.setRate': MANAGERS,
  'apiKeys.revoke': MANAGERS,
  'users.create': [],
  'rules.read': RULE_READERS,
  'rules.write': MANAGERS,
  'rules.filter': TRIAGERS,
  'rules.backtest': TRIAGERS,
  'rules.sample': RULE_READERS,
  'rules.confirm': ['owner'],
  'verdicts.check': CHECKERS,
  'verdicts.read': [...READERS, 'verdict key', 'manage key'],
  'verdicts.write': MANAGERS,
  'verdicts.allow': TRIAGERS,
  'settings.read': MANAGERS,
  'settings.write': MANAGERS,
  'settings.clock': [],
  'erasures.read': MANAGERS,
  'erasures.session': MANAGERS,
  'erasures.all': ['owner'],
  'sources.read': RULE_READERS,
  'mcp.report': ['verdict key'],
  'mcp.pins': RULE_READERS,
  'mcp.approve': MANAGERS,
  'metrics.read': MANAGERS,
}

interface Entry {
  /** The callers that are allowed. `everyone`: no credential is required. */
  readonly may: readonly CallerName[] | 'everyone'
  /** The status for allowed callers. Undefined: any status except 401, 403, and 5xx. */
  readonly status?: number | undefined
  /** The operation uses up a rule or a key, so each caller gets its own. */
  readonly takes?: 'rule' | 'key' | undefined
  readonly send: (client: Client, mesh: Known) => Promise<Response>
}

/** Objects of the first org that other orgs try to reach. */
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

/** Equal to the policy in force, so every caller can set it without a conflict. */
const POLICY = { policy: DEFAULT_POLICY, expected_hash: inForce(undefined).hash }

const KEPT = { days: 30, max_bytes: null, rollups_days: null }
const ERASED = { session: 'walk-none' }
/** All callers with a valid credential. */
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

const query = (name: string, input?: unknown) =>
  get(`/trpc/${name}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`)
const mutation = (name: string, input?: unknown) => (client: Client) => client.post(`/trpc/${name}`, input ?? '')

let unknownUsers = 0
/** A new name for each call, because repeated failures with one name are rate limited. */
function unknownUser(): string {
  unknownUsers += 1
  return `unknown-${unknownUsers}`
}

const NOTHING: Known = { entryId: 'x', keyId: 'x', ruleId: 'x', ruleHash: 'x', erasureId: 0 }

/** The input for an operation. Without an example, an empty object is sent, which the schema may reject. */
interface Example {
  readonly input?: unknown
  readonly status?: number
  readonly takes?: 'rule' | 'key'
  /** Replaces the plain tRPC call. */
  readonly call?: (client: Client, mesh: Known) => Promise<Response>
}
const EXAMPLES: { readonly [Name in OperationName]?: (known: Known) => Example } = {
  'auth.setup': () => ({ input: { token: 'x', org: 'Mine', username: 'me', password: PASSWORD }, status: 403 }),
  'auth.signIn': () => ({ input: { username: unknownUser(), password: PASSWORD }, status: 401 }),
  'auth.signInByLink': () => ({ input: { token: 'x' }, status: 401 }),
  // Sent without a cookie, so that the browsers of this walk stay signed in.
  'auth.signOut': () => ({ call: (client) => client.post('/trpc/auth.signOut', '', { cookie: '' }) }),
  'users.create': () => ({ input: { username: 'mallory', password: PASSWORD, org: 'Acme', role: 'owner' } }),
  'apiKeys.create': () => ({ input: { name: 'walk', scopes: ['read'] } }),
  'apiKeys.revoke': ({ keyId }) => ({ input: { id: keyId }, takes: 'key' }),
  'apiKeys.setRate': ({ keyId }) => ({ input: { id: keyId, entriesPerSecond: null }, takes: 'key' }),
  'logs.report': () => ({ input: [ENTRY] }),
  'logs.import': () => ({ input: [{ id: '1', json: JSON.stringify(ENTRY) }] }),
  'logs.get': ({ entryId }) => ({ input: { id: entryId } }),
  'logs.tail': () => ({ call: tailOnce }),
  'rules.get': ({ ruleId }) => ({ input: { id: ruleId } }),
  'rules.create': () => ({ input: { text: aRule() } }),
  'rules.update': ({ ruleId, ruleHash }) => ({
    input: { id: ruleId, text: aRule(ruleId), expected_hash: ruleHash },
    takes: 'rule',
  }),
  'rules.remove': ({ ruleId }) => ({ input: { id: ruleId }, takes: 'rule' }),
  'rules.setEnabled': ({ ruleId }) => ({ input: { id: ruleId, enabled: true } }),
  'rules.override': ({ ruleId }) => ({ input: { id: ruleId, level: 'low' } }),
  'ruleSettings.change': ({ ruleId }) => ({ input: { id: ruleId, enabled: true, points: null } }),
  'rules.release': ({ ruleId }) => ({ input: { id: ruleId } }),
  'rules.check': () => ({ input: { text: aRule() } }),
  'rules.try': () => ({ input: TRIED }),
  'rules.addFilter': () => ({ input: CONDITIONS }),
  'rules.previewFilter': () => ({ input: CONDITIONS }),
  'rules.confirmFilters': () => ({ input: { ids: ['none'] } }),
  'rules.import': () => ({ input: { sources: [{ file: 'a.yml', text: aRule('imported') }] } }),
  'rules.backtest': () => ({ input: { id: BUILTIN, ...WEEK }, call: backtestOnce }),
  'settings.quota.update': () => ({ input: { entries_per_second: null } }),
  'settings.retention.update': () => ({ input: KEPT }),
  'settings.retention.preview': () => ({ input: KEPT }),
  'erasures.get': ({ erasureId }) => ({ input: { id: erasureId } }),
  // Erases one session only, because the walk needs the stored entries. For `all`, see erasures.test.ts.
  'erasures.create': () => ({ input: ERASED }),
  'mcp.approve': () => ({ input: { server: 'walk', name: 'none' }, status: 404 }),
  'mcpServer.agents': () => ({ input: { ...WEEK, limit: 10 } }),
  'mcpProxy.judge': () => ({ input: MCP_REPORT }),
  'mcpProxy.define': () => ({ input: MCP_DEFINITIONS }),
  'verdicts.check': () => ({ input: ENTRY }),
  'verdicts.setPolicy': () => ({ input: POLICY }),
  'verdicts.allowOnce': () => ({ input: { log_id: 'none' }, status: 404 }),
  'verdicts.pause': () => ({ input: { sender: 'agent.walk' } }),
  'verdicts.resume': () => ({ input: { sender: 'agent.nobody' }, status: 404 }),
}
const exampleOf = (name: string, known: Known): Example => EXAMPLES[name as OperationName]?.(known) ?? {}

/** The part of an operation's row that is the same for REST and tRPC. */
function rowOf(name: string, { action, input }: Operation): Omit<Entry, 'send'> {
  const { takes, status } = exampleOf(name, NOTHING)
  const isComplete = input === undefined || name in EXAMPLES || input.safeParse({}).success
  return {
    may: action === 'open' ? 'everyone' : WHO[action],
    status: status ?? (isComplete ? 200 : undefined),
    takes,
  }
}

function procedureEntry(name: string, operation: Operation): Entry {
  return {
    ...rowOf(name, operation),
    send(client, known) {
      const { call, input = operation.input === undefined ? undefined : {} } = exampleOf(name, known)
      if (call !== undefined) return call(client, known)
      return operation.kind === 'query' ? query(name, input)(client) : mutation(name, input)(client)
    },
  }
}

function routeEntry(name: string, operation: Operation, { method, path, body }: RestRoute): Entry {
  return {
    ...rowOf(name, operation),
    send(client, known) {
      const { input = {} } = exampleOf(name, known)
      const fields = input as Record<string, unknown>
      const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, field = '']) => field))
      const url = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => String(fields[field]))
      if (method === 'get' || method === 'delete') return client.request(method.toUpperCase(), url)
      if (body === null) return client.post(url, '')
      const rest = Array.isArray(input)
        ? input
        : Object.fromEntries(Object.entries(fields).filter(([field]) => !inPath.has(field)))
      return client.send(method.toUpperCase(), url, rest)
    },
  }
}

const REST_OPERATIONS = listOperations(OPERATIONS).flatMap(([name, operation]) =>
  operation.rest === undefined ? [] : [{ name, operation, rest: operation.rest }],
)

/** Every route: those of operations, and the others by hand. A missing route fails the test. */
const ROUTES: Record<string, Entry> = {
  ...Object.fromEntries(
    REST_OPERATIONS.map(({ name, operation, rest }) => [
      `${rest.method.toUpperCase()} ${rest.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      routeEntry(name, operation, rest),
    ]),
  ),
  'POST /register': { may: 'everyone', status: 422, send: post('/register', {}) },
  'POST /token': { may: 'everyone', status: 422, send: post('/token', {}) },
  'POST /token/refresh': { may: 'everyone', status: 422, send: post('/token/refresh', {}) },
  'POST /log': { may: REPORTERS, status: 200, send: post('/log', ENTRY) },
  'GET /logs': { may: READERS, status: 200, send: get('/logs') },
  'GET /alerts': { may: READERS, status: 200, send: get('/alerts?min_risk=0') },
  'GET /stats': { may: READERS, status: 200, send: get('/stats') },
  'POST /v1/logs': { may: REPORTERS, status: 200, send: post('/v1/logs', {}) },
  'POST /v1/traces': { may: REPORTERS, status: 200, send: post('/v1/traces', {}) },
  'POST /v1/metrics': { may: REPORTERS, status: 200, send: post('/v1/metrics', {}) },
  'POST /mcp': {
    may: READERS,
    status: 200,
    send: (client) => client.post('/mcp', MCP_SEARCH, { accept: 'application/json, text/event-stream' }),
  },
  'GET /api/v1/whoami': { may: KNOWN, status: 200, send: get('/api/v1/whoami') },
  'POST /api/v1/hook/:client': { may: CHECKERS, status: 200, send: post('/api/v1/hook/claude', HOOKED) },
  'POST /api/v1/hook/:client/late': {
    may: CHECKERS,
    status: 200,
    send: post('/api/v1/hook/claude/late?spool=0123456789abcdef&late=1', HOOKED),
  },
  'GET /health': { may: 'everyone', status: 200, send: get('/health') },
  'GET /healthz': { may: 'everyone', status: 200, send: get('/healthz') },
  'GET /readyz': { may: 'everyone', status: 200, send: get('/readyz') },
  'GET /metrics': {
    may: MANAGERS,
    status: 200,
    // Direct loopback requests need no credential. Requests through a proxy do.
    send: (client) => client.get('/metrics', { 'x-forwarded-for': '203.0.113.9' }),
  },
  'GET /openapi.json': { may: 'everyone', status: 200, send: get('/openapi.json') },
  'GET /docs': { may: 'everyone', status: 200, send: get('/docs') },
  'GET /docs/style.css': { may: 'everyone', status: 200, send: get('/docs/style.css') },
  'GET /': { may: 'everyone', status: 200, send: get('/') },
  // The pages contain no data. They load it through the API.
  'GET /setup': { may: 'everyone', status: 404, send: get('/setup') },
  'GET /sign-in': { may: 'everyone', status: 404, send: get('/sign-in') },
  'GET /o/*': { may: 'everyone', status: 404, send: get('/o/acme') },
}
/** Routes outside of `ROUTES`: the built files, and the tRPC endpoint, which `PROCEDURES` covers. */
const ELSEWHERE = ['GET /index.html', 'ANY /trpc/:path']

const PROCEDURES: Record<string, Entry> = Object.fromEntries(
  listOperations(OPERATIONS)
    .filter(([name]) => name in appRouter._def.procedures)
    .map(([name, operation]) => [name, procedureEntry(name, operation)]),
)

function tailOnce(client: Client) {
  return subscribeOnce(client, () => client.tail({ after: '0' }))
}

function backtestOnce(client: Client) {
  return subscribeOnce(client, () => client.backtest({ id: BUILTIN, ...WEEK }))
}

/** Returns the first item or the error of a subscription as an HTTP response. */
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
/** The most privileged callers of the other org. */
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

function expectedStatus(sort: 'route' | 'procedure', { may, status }: Entry, name: CallerName): number | typeof LET_IN {
  // tRPC rejects an invalid credential for every procedure, including open ones.
  if (sort === 'procedure' && STRANGERS.has(name) && name !== 'nobody') return 401
  if (may === 'everyone' || may.includes(name)) return status ?? LET_IN
  return STRANGERS.has(name) ? 401 : 403
}

/** Stands for any status of a caller that passed the access check, if the operation has no example. */
const LET_IN = 'let in'
const isLetIn = (status: number) => status !== 401 && status !== 403 && status < 500

test('the table lists every route of the server', async () => {
  const { deps } = mesh.running
  const webFolder = join(mesh.folder, 'web')
  mkdirSync(webFolder)
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><html></html>')
  const { app, routes } = await httpServer({
    deps,
    services: services(deps),
    metrics: metrics(),
    gate: edge(deps.config, () => 0),
    port: () => 0,
    webFolder,
    log: serverLog({ level: 'silent' }),
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

test('the OpenAPI document lists only existing routes, with the right security and path parameters', () => {
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

test('the table lists every procedure', () => {
  expect(Object.keys(PROCEDURES).toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted())
})

describe.each([
  ['route', ROUTES],
  ['procedure', PROCEDURES],
] as const)('the %s', (sort, table) => {
  test.each(Object.entries(table))('%s admits exactly the callers that are allowed', async (_name, entry) => {
    const statuses: Record<string, number | typeof LET_IN> = {}
    const expected: Record<string, number | typeof LET_IN> = {}
    for (const name of CALLERS) {
      const rule = entry.takes === 'rule' ? await freshRule() : {}
      const key = entry.takes === 'key' ? { keyId: (await mesh.first.key(['read'])).id } : {}
      const reply = await entry.send(callerOf(name), { ...known, ...key, ...rule })
      const { status } = reply
      // Read to the end, because a streaming reply holds one of its org's slots until then.
      await reply.arrayBuffer()
      const wanted = expectedStatus(sort, entry, name)
      statuses[name] = wanted === LET_IN && isLetIn(status) ? LET_IN : status
      expected[name] = wanted
    }
    expect(statuses).toEqual(expected)
  })

  test.each(Object.entries(table))(
    '%s neither shows this org to another org nor lets it change anything',
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

test('the reply for an entry, key or rule of another org is the same as for one that does not exist', async () => {
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

test('a key bound to a sender or a sender prefix can report only as a matching sender', async () => {
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
