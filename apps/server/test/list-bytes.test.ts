import { afterAll, beforeAll, expect, test } from 'vitest'
import type { McpPin, OrgId, RuleRow } from '@sentinelmesh/api'
import { allKeys, LIMITS } from '@sentinelmesh/api/constants'
import { appRouter } from '@sentinelmesh/api/server'
import { apiKeyStore, mcpPinStore } from '@sentinelmesh/db'
import { json } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

const KiB = 1024
/** Allowance for the members of a reply other than its rows. */
const AROUND = 4 * KiB
/** One UTF-16 unit that takes six bytes in JSON. */
const CONTROL = '\u0001'

/** The equivalent in YAML. */
const CONTROL_YAML = 'é'

const RULES = 24
/** Four rules of this size fit into one request. */
const RULE_CHARS = 480_000
const PINS = 1_100
const KEYS = LIMITS.keysListed + 50

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  const { orgBySlug, database } = mesh.running.deps
  const org = (await orgBySlug(mesh.first.slug))?.id as OrgId
  const texts = Array.from({ length: RULES }, (_, n) =>
    aRule({ id: `large-${n}`, title: `Rule ${n}`, head: `tags: ['${'a'.repeat(RULE_CHARS)}']` }),
  )
  for (let from = 0; from < RULES; from += 4)
    await mesh.first.manager.trpc.rules.import.mutate({
      sources: [{ file: null, text: texts.slice(from, from + 4).join('---\n') }],
    })
  const at = Date.now() * 1000
  const server = 'f'.repeat(16)
  for (let from = 0; from < PINS; from += 20)
    await database.transaction(async (tx) => {
      const name = CONTROL.repeat(LIMITS.mcpNameChars)
      await mcpPinStore(tx).rememberServer(org, { id: server, name, target: CONTROL.repeat(LIMITS.mcpTargetChars), at })
      await mcpPinStore(tx).insert(
        org,
        Array.from({ length: 20 }, (_, n) => ({
          server,
          kind: 'tool' as const,
          name: `${from + n}-${CONTROL.repeat(LIMITS.mcpDefinitionChars)}`,
          hash: String(from + n).padStart(64, '0'),
          state: 'pinned' as const,
          definition: '{}',
          listed: true,
          firstSeenAt: at,
          lastSeenAt: at,
          decidedAt: null,
          decidedBy: null,
        })),
      )
    })
  for (let from = 0; from < KEYS; from += 50)
    await database.transaction(async (tx) => {
      for (let n = from; n < from + 50; n++)
        await apiKeyStore(tx).create(org, {
          id: `key-${n}`,
          name: CONTROL.repeat(LIMITS.keyNameChars),
          hash: Buffer.alloc(32, `${n}-`),
          hint: 'smk_…',
          scopes: ['ingest', 'read', 'manage', 'verdict'],
          senderPrefix: CONTROL.repeat(LIMITS.senderChars),
          keepUnknown: false,
          entriesPerSecond: null,
          createdBy: 'user:owner',
          createdAt: at - (n % 7),
        })
    })
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** Reads all pages of a list and the size of each reply. */
async function pagesOf<Item>(path: (offset: number) => string, read: (body: unknown) => Page<Item>) {
  const items: Item[] = []
  const bytes: number[] = []
  for (let offset: number | null = 0; offset !== null;) {
    const text = await (await mesh.first.manager.get(path(offset))).text()
    const page = read(JSON.parse(text))
    bytes.push(Buffer.byteLength(text))
    items.push(...page.items)
    offset = page.next_offset
  }
  return { items, bytes }
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_offset: number | null
}

const overTrpc = (name: string) => (offset: number) =>
  `/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ offset }))}`
const dataOf = <Item>(body: unknown) => (body as { result: { data: Page<Item> } }).result.data

test('the list of rules is paged by size, over REST and tRPC', async () => {
  const rest = await pagesOf(
    (offset) => `/api/v1/rules?offset=${offset}`,
    (body) => body as Page<RuleRow>,
  )
  const trpc = await pagesOf(overTrpc('rules.list'), (body) => dataOf<RuleRow>(body))
  for (const { items, bytes } of [rest, trpc]) {
    expect(bytes.length).toBeGreaterThan(1)
    for (const size of bytes) expect(size).toBeLessThanOrEqual(LIMITS.pageReplyBytes + AROUND)
    const ids = items.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('large-'))).toHaveLength(RULES)
  }
})

test('the list of MCP definitions is paged by size', async () => {
  const { items, bytes } = await pagesOf(overTrpc('mcp.pins'), (body) => dataOf<McpPin>(body))
  expect(bytes.length).toBeGreaterThan(2)
  for (const size of bytes) expect(size).toBeLessThanOrEqual(LIMITS.pageReplyBytes + AROUND)
  expect(new Set(items.map(({ hash }) => hash)).size).toBe(PINS)
  expect(items).toHaveLength(PINS)
})

test('API keys are listed in pages of at most 8 MiB, each key once', async () => {
  const { manager } = mesh.first
  const first = await (await manager.get('/trpc/apiKeys.list')).text()
  expect(Buffer.byteLength(first)).toBeLessThan(LIMITS.pageReplyBytes)
  expect((JSON.parse(first) as { result: { data: unknown[] } }).result.data).toHaveLength(LIMITS.keysListed)
  const keys = await allKeys((input) => manager.trpc.apiKeys.list.query(input))
  const made = keys.map(({ id }) => id).filter((id) => id.startsWith('key-'))
  expect([made.length, new Set(made).size]).toEqual([KEYS, KEYS])
  const foreign = mesh.second.manager.trpc.apiKeys.list.query({ after: 'key-1' })
  await expect(foreign).rejects.toMatchObject({ data: { code: 'cursor_invalid' } })
})

test('rules of any size are exported as a stream, while tRPC rejects an export too large for one reply', async () => {
  const { manager } = mesh.first
  const reply = await manager.get('/api/v1/rules.yaml')
  expect(reply.headers.get('content-length')).toBeNull()
  expect(reply.headers.get('x-sentinelmesh-documents')).toBe(String(RULES))
  const text = await reply.text()
  expect(text.length).toBeGreaterThan(RULES * RULE_CHARS)
  expect(text.split('---\n')).toHaveLength(RULES)
  await expect(manager.trpc.rules.export.query()).rejects.toMatchObject({
    data: { code: 'too_large', details: { limit: 'pageReplyBytes' } },
  })
})

test('IDs and families of rules, which every match repeats, are limited when a rule is stored', async () => {
  const { manager } = mesh.second
  const long = 'a'.repeat(LIMITS.ruleIdChars + 1)
  for (const parts of [{ id: long }, { id: 'b', head: `sentinelmesh: {family: ${long}}` }]) {
    const reply = await manager.post('/api/v1/rules', { text: aRule(parts) })
    expect(reply.status).toBe(413)
    expect(await json(reply)).toMatchObject({ code: 'too_large', limit: 'ruleIdChars' })
  }
  const made = await manager.trpc.rules.create.mutate({ text: aRule({ id: 'c', title: 't'.repeat(100_000) }) })
  expect(made.title).toBe('t'.repeat(256))
})

test('the expansion of YAML aliases in the header of a rule is limited', async () => {
  const text = `author: &a '${'a'.repeat(400_000)}'\ntags: [${'*a, '.repeat(20_000)}]\n${aRule()}`
  const { problems } = await mesh.second.manager.trpc.rules.check.mutate({ text })
  expect(problems).toMatchObject([{ code: 'too_large' }])
})

test('a problem quotes only the beginning of a value', async () => {
  const { manager } = mesh.second
  const quoted = await manager.post('/api/v1/rules/check', {
    text: aRule({ head: `status: '${'s'.repeat(400_000)}'` }),
  })
  const { problems } = await json<{ problems: { message: string }[] }>(quoted)
  expect(problems.length).toBeGreaterThan(0)
  for (const { message } of problems) expect(message.length).toBeLessThanOrEqual(LIMITS.problemChars + 1)
})

test('the report of an import is limited in size and counts the members left out', async () => {
  const { manager } = mesh.second
  const files = 4
  const perFile = 100
  const broken = `title: '${'t'.repeat(300)}'\nstatus: '${CONTROL_YAML.repeat(2_000)}'\n`
  const sources = Array.from({ length: files }, (_, n) => ({
    file: `${CONTROL.repeat(LIMITS.fileNameChars - 2)}${n}`,
    text: Array.from({ length: perFile }, () => broken).join('---\n'),
  }))
  const text = await (await manager.post('/api/v1/rules/import', { sources, dry_run: true })).text()
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.pageReplyBytes + AROUND)
  const { refused, left_out: left } = JSON.parse(text) as {
    refused: { problems: unknown[] }[]
    left_out: { refused: number }
  }
  expect(refused.length).toBeGreaterThan(0)
  expect(left.refused).toBeGreaterThan(0)
})

/** Every query, with an input that requests as much as possible. */
const QUERIES: Readonly<Record<string, unknown>> = {
  'auth.status': undefined,
  'org.get': undefined,
  'apiKeys.list': undefined,
  'logs.page': { limit: LIMITS.pageRows },
  'logs.get': { id: '00000000-0000-7000-8000-000000000000' },
  'logs.histogram': { buckets: LIMITS.histogramBuckets },
  'logs.facets': { limit: LIMITS.facetValues },
  'rules.list': { limit: LIMITS.pageRules },
  'rules.get': { id: 'large-0' },
  'rules.export': undefined,
  'settings.quota.get': undefined,
  'settings.retention.get': undefined,
  'settings.retention.preview': { days: 1, max_bytes: null, rollups_days: null },
  'settings.notices': undefined,
  'erasures.list': undefined,
  'erasures.get': { id: 1 },
  'mcp.pins': {},
  'sources.list': undefined,
  'sources.unasked': undefined,
  'stats.overview': { range: '7d' },
  'verdicts.pauses': undefined,
  'verdicts.policy': undefined,
}

test('QUERIES lists every query', () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)
  const queries = procedures.flatMap(([name, { _def }]) => (_def.type === 'query' ? [name] : []))
  expect(queries.toSorted()).toEqual(Object.keys(QUERIES).toSorted())
})

test.each(Object.entries(QUERIES))('%s returns at most 8 MiB', async (name, input) => {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
  const text = await (await mesh.first.manager.get(`/trpc/${name}${query}`)).text()
  expect(text).not.toContain('"code":"internal"')
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.pageReplyBytes + AROUND)
})

test('a batch counts as one reply: calls before its size limit are answered, later ones are rejected', async () => {
  const names = Array.from({ length: 4 }, () => 'mcp.pins').join(',')
  const inputs = encodeURIComponent(JSON.stringify({ 0: {}, 1: {}, 2: {}, 3: {} }))
  const text = await (await mesh.first.manager.get(`/trpc/${names}?batch=1&input=${inputs}`)).text()
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.replyBytes + AROUND)
  const replies = JSON.parse(text) as { result?: unknown; error?: { data: unknown } }[]
  expect(replies.filter(({ result }) => result !== undefined).length).toBeGreaterThan(0)
  expect(replies.find(({ error }) => error !== undefined)?.error?.data).toMatchObject({
    code: 'too_large',
    details: { limit: 'replyBytes', allowed: LIMITS.replyBytes },
  })
})
