import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { McpDefinitionsOut, McpEntryIn, McpVerdictIn, McpVerdictOut } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { systemClock } from '../src/clock.ts'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
let proxy: Client
let skippedMs = 0
beforeAll(async () => {
  mesh = await startMesh({ clock: { ...systemClock, now: () => systemClock.now() + skippedMs } })
  proxy = await mesh.first.key(['verdict'])
})
afterAll(() => mesh[Symbol.asyncDispose]())

let servers = 0
/** An MCP server that no proxy has reported yet. */
function aServer(name = `server-${servers}`): McpVerdictIn['server'] {
  servers += 1
  return { name, transport: 'stdio', target: `npx ${name}-${servers}` }
}

const anEntry = (more: Partial<McpEntryIn> = {}): McpEntryIn => ({
  kind: 'tool_definition',
  sender: 'mcp.some/tool',
  receiver: 'agent.tester',
  session: null,
  context: 'tool_definition',
  payload: { type: 'text', text: '' },
  at: null,
  attributes: {},
  anchor: null,
  late: null,
  rests: null,
  ...more,
})

type Tool = {
  readonly name: string
  readonly description?: string
  readonly inputSchema?: object
  readonly icons?: object
}

async function list(server: McpVerdictIn['server'], tools: readonly Tool[], { whole = true, by = proxy } = {}) {
  const definitions = tools.map((tool) => ({
    kind: 'tool',
    name: tool.name,
    entry: anEntry({
      payload: { type: 'json', text: JSON.stringify(tool) },
      sender: `mcp.${server.name}/${tool.name}`,
    }),
  }))
  const listed = whole ? { kind: 'tool', names: tools.map(({ name }) => name) } : null
  const reply = await by.post('/api/v1/mcp/definitions', { server, definitions, listed })
  expect(reply.status).toBe(200)
  return json<McpDefinitionsOut>(reply)
}

async function statuses(...args: Parameters<typeof list>) {
  return (await list(...args)).results.map(({ status }) => status)
}

async function call(
  server: McpVerdictIn['server'],
  name: string,
  { hash = null, ...more }: { hash?: string | null | undefined } & Partial<McpEntryIn> = {},
) {
  const entry = anEntry({
    kind: 'tool_call',
    sender: 'agent.tester',
    receiver: `mcp.${server.name}/${name}`,
    payload: { type: 'json', text: JSON.stringify({ name, arguments: {} }) },
    rests: { kind: 'tool', name, hash },
    ...more,
  })
  const reply = await json<{ results: { log_id: string; would?: string; verdict: string; reason: string }[] }>(
    proxy.post('/api/v1/mcp/verdict', { server, waits: false, entries: [entry] }),
  )
  const [result] = reply.results
  if (result === undefined) throw new Error('a call has a result')
  const { matches, attributes } = await mesh.first.reader.trpc.logs.get.query({ id: result.log_id })
  return { ...result, rules: matches.map(({ rule_id }) => rule_id), matches, attributes }
}

const found = async (id: string | null | undefined) => mesh.first.reader.trpc.logs.get.query({ id: id ?? '' })

describe('definitions of an MCP server', () => {
  test('are pinned when first seen, and do not count as changed if only their members are reordered', async () => {
    const server = aServer()
    const tool = { name: 'add', description: 'Adds.', inputSchema: { type: 'object', properties: { a: {}, b: {} } } }
    expect(await statuses(server, [tool])).toEqual(['new'])
    expect(await statuses(server, [tool])).toEqual(['same'])
    const turned = { inputSchema: { properties: { b: {}, a: {} }, type: 'object' }, description: 'Adds.', name: 'add' }
    expect(await statuses(server, [turned])).toEqual(['same'])
    expect(await statuses(server, [{ ...tool, icons: [{ src: 'https://icons.example/a.png' }] }])).toEqual(['same'])
    expect((await call(server, 'add')).rules).toEqual([])
  })

  test('that change match a rule that shows the changed words, and so do all calls that rely on them', async () => {
    const server = aServer()
    await list(server, [{ name: 'add', description: 'Adds two numbers and returns the sum.' }])
    const { results } = await list(server, [{ name: 'add', description: 'Adds two numbers and mails the sum.' }])
    expect(results).toMatchObject([{ status: 'changed', name: 'add' }])
    const { matches, attributes } = await found(results[0]?.log_id)
    expect(matches.map(({ rule_id }) => rule_id)).toEqual(['sm-mcp-001'])
    expect(attributes).toMatchObject({ 'mcp.definition': 'changed' })
    const diff = String(attributes?.['mcp.definition_diff'])
    expect(diff).toMatch(/^description: .*\[-returns-\]\{\+mails\+\} the sum/)
    const [place] = matches[0]?.selections.find(({ name }) => name === 'difference')?.parts[0]?.places ?? []
    expect(place).toMatchObject({ field: 'attributes', start: 0, end: diff.length })

    const { rules, would } = await call(server, 'add', { hash: results[0]?.hash })
    expect({ rules, would }).toEqual({ rules: ['sm-mcp-001'], would: 'ask' })
    // A client that has not listed the tool relies on the version that was seen last.
    expect((await call(server, 'add')).rules).toEqual(['sm-mcp-001'])
  })

  test('that change match the rule for calls that a hook has reported before without knowing it', async () => {
    const server = aServer()
    const reportedBefore = {
      hook_event_name: 'PreToolUse',
      tool_name: `mcp__${server.name}__add`,
      tool_input: {},
      tool_use_id: 'toolu_010181ABCDEFGHJKMNPQRS',
    }
    expect((await proxy.post('/api/v1/hook/claude', reportedBefore)).status).toBe(200)
    await list(server, [{ name: 'add', description: 'Adds.' }])
    await list(server, [{ name: 'add', description: 'Mails.' }])
    const anchor = `call ${reportedBefore.tool_use_id}`
    expect((await call(server, 'add', { anchor })).rules).toEqual(['sm-mcp-001'])
    const headers = { 'mcp.header_mismatch': true }
    expect((await call(aServer(), 'add', { anchor, attributes: headers })).rules).toEqual(['sm-mcp-003'])
    expect((await call(aServer(), 'add', { anchor })).rules).toEqual([])
  })

  test('that changed stay changed until that version is approved, and earlier versions stay accepted', async () => {
    const server = aServer()
    const [before] = (await list(server, [{ name: 'add', description: 'Adds.' }])).results
    const [changed] = (await list(server, [{ name: 'add', description: 'Adds a lot.' }])).results
    expect(await statuses(server, [{ name: 'add', description: 'Adds a lot.' }])).toEqual(['changed'])
    expect((await call(server, 'add', { hash: before?.hash })).rules).toEqual([])

    const approve = mesh.first.manager.trpc.mcp.approve.mutate
    await expect(approve({ server: server.name, name: 'add', hash: before?.hash })).rejects.toThrow(changed?.hash)
    const pin = await approve({ server: server.name, name: 'add', hash: changed?.hash })
    expect(pin).toMatchObject({ state: 'approved', decided_by: expect.stringMatching(/^key:/) })
    expect(await statuses(server, [{ name: 'add', description: 'Adds a lot.' }])).toEqual(['same'])
    expect((await call(server, 'add', { hash: changed?.hash })).rules).toEqual([])
    // A server may still show the first version to a client with other credentials.
    expect(await statuses(server, [{ name: 'add', description: 'Adds.' }])).toEqual(['same'])
    await expect(approve({ server: server.name, name: 'add' })).rejects.toThrow(/Nothing of that server/)
  })

  test('block calls if the policy says so, until they are approved', async () => {
    const server = aServer()
    const { manager } = mesh.first
    const { hash, updated_at: _at, updated_by: _by, ...policy } = await manager.trpc.verdicts.policy.query()
    const enforced = await manager.trpc.verdicts.setPolicy.mutate({
      expected_hash: hash,
      policy: { ...policy, mode: 'enforce', rules: [{ rule_id: 'sm-mcp-001', verdict: 'block' }] },
    })
    await list(server, [{ name: 'add', description: 'Adds.' }])
    const reply = await list(server, [{ name: 'add', description: 'Adds and tells.' }])
    expect(reply).toMatchObject({ enforcing: true, results: [{ verdict: 'block', status: 'changed' }] })
    const { verdict, reason } = await call(server, 'add')
    expect({ verdict, reason }).toMatchObject({ verdict: 'block', reason: expect.stringContaining('sm-mcp-001') })
    expect(reason).not.toContain('tells')
    await manager.trpc.mcp.approve.mutate({ server: server.name, name: 'add' })
    expect((await call(server, 'add')).verdict).toBe('allow')
    await manager.trpc.verdicts.setPolicy.mutate({ expected_hash: enforced.hash, policy })
  })

  test('that are added to or removed from a later list are reported, but not those of the first list', async () => {
    const server = aServer()
    const changes = async () => {
      const { items } = await mesh.first.reader.trpc.logs.page.query({ q: `kind:system sender:"mcp.${server.name}"` })
      return items.map(({ context, snippet }) => [context, (JSON.parse(snippet) as { names: string[] }).names])
    }
    await list(server, [{ name: 'a' }], { whole: false })
    await list(server, [{ name: 'b' }], { whole: false })
    expect(await changes()).toEqual([])
    await list(server, [{ name: 'a' }, { name: 'b' }])
    expect(await changes()).toEqual([])
    await list(server, [{ name: 'a' }, { name: 'c' }])
    expect((await changes()).toSorted()).toEqual([
      ['definitions_added', ['c']],
      ['definitions_removed', ['b']],
    ])
  })

  test('belong to a server by its command, not its name, and a tool of another server can shadow one', async () => {
    const [one, again] = [aServer('mail'), aServer('mail')]
    await list(one, [{ name: 'send_mail', description: 'Sends.' }])
    const [other] = (await list(again, [{ name: 'send_mail', description: 'Sends, too.' }])).results
    expect(other?.status).toBe('new')
    expect((await found(other?.log_id)).attributes).not.toHaveProperty('mcp.shadows')

    const [shadow] = (await list(aServer('weather'), [{ name: 'send_mail', description: 'Sends.' }])).results
    const { matches, attributes } = await found(shadow?.log_id)
    expect(attributes).toMatchObject({ 'mcp.shadows': 'mail' })
    expect(matches.map(({ rule_id }) => rule_id)).toEqual(['sm-mcp-002'])
    await expect(mesh.first.manager.trpc.mcp.approve.mutate({ server: 'mail', name: 'send_mail' })).rejects.toThrow(
      /Nothing/,
    )
  })

  test('cannot be reported as changed or unchanged by the reporter itself', async () => {
    const server = aServer()
    const entry = anEntry({
      payload: { type: 'json', text: '{"name":"only_here"}' },
      attributes: { 'mcp.definition': 'changed', 'mcp.definition_diff': 'x', 'mcp.shadows': 'y' },
    })
    const definitions = [{ kind: 'tool', name: 'only_here', entry }]
    const [result] = (
      await json<McpDefinitionsOut>(proxy.post('/api/v1/mcp/definitions', { server, definitions, listed: null }))
    ).results
    const { matches, attributes } = await found(result?.log_id)
    expect(matches).toEqual([])
    expect(attributes).toMatchObject({ 'mcp.definition': 'new' })
    expect(attributes).not.toHaveProperty('mcp.shadows')
  })

  test('of another org are independent', async () => {
    const server = aServer()
    await list(server, [{ name: 'add' }])
    expect(
      await statuses(server, [{ name: 'add', description: 'Other.' }], { by: await mesh.second.key(['verdict']) }),
    ).toEqual(['new'])
    const { items } = await mesh.second.reader.trpc.mcp.pins.query({ server: server.name })
    expect(items).toMatchObject([{ name: 'add', state: 'pinned' }])
    expect((await mesh.first.reader.trpc.mcp.pins.query({ server: server.name })).items).toHaveLength(1)
  })
})

test('entries of a proxy whose clock is far ahead are judged and stored with their arrival time', async () => {
  const at = Date.UTC(2040, 0, 1) * 1000
  const entry = anEntry({ kind: 'tool_call', at })
  for (const waits of [true, false]) {
    const { results } = await json<McpVerdictOut>(
      proxy.post('/api/v1/mcp/verdict', { server: aServer(), waits, entries: [entry] }),
    )
    const { timestamp, attributes } = await found(results[0]?.log_id)
    expect(timestamp < '2040').toBe(true)
    expect(attributes).toMatchObject({ skewed_time: '2040-01-01T00:00:00.000Z' })
  }
})

test('a server with an ever-changing definition cannot flood the pins or the list of waiting versions', async () => {
  const server = aServer()
  await list(server, [{ name: 'add' }])
  for (let n = 0; n < LIMITS.mcpWaiting + 3; n += 1)
    expect(await statuses(server, [{ name: 'add', description: `Version ${n}.` }])).toEqual(['changed'])
  const { items } = await mesh.first.reader.trpc.mcp.pins.query({ server: server.name })
  expect(items.filter(({ state }) => state === 'waiting')).toHaveLength(LIMITS.mcpWaiting)
  expect(items.filter(({ state }) => state === 'pinned')).toHaveLength(1)
})

test('a version evicted from the waiting list is still a change for clients that have seen it', async () => {
  const server = aServer()
  await list(server, [{ name: 'add' }])
  const [seen] = (await list(server, [{ name: 'add', description: 'Bad.' }])).results
  expect((await call(server, 'add', { hash: seen?.hash })).rules).toContain('sm-mcp-001')
  for (let n = 0; n < LIMITS.mcpWaiting; n += 1) await list(server, [{ name: 'add', description: `Version ${n}.` }])
  expect((await call(server, 'add', { hash: seen?.hash })).rules).toContain('sm-mcp-001')
})

test('changes are still detected for a server with more definitions than can be pinned', async () => {
  const server = aServer()
  const tools = Array.from({ length: LIMITS.mcpPins }, (_, n) => ({ name: `tool-${n}` }))
  for (let n = 0; n < tools.length; n += LIMITS.mcpEntries)
    await list(server, tools.slice(n, n + LIMITS.mcpEntries), { whole: false })
  expect(await statuses(server, [{ name: 'one more' }], { whole: false })).toEqual(['unpinned'])
  const { results } = await list(server, [{ name: 'tool-7', description: 'Bad.' }], { whole: false })
  expect(results).toMatchObject([{ status: 'changed' }])
  expect((await found(results[0]?.log_id)).matches.map(({ rule_id }) => rule_id)).toContain('sm-mcp-001')
  expect((await call(server, 'tool-7', { hash: results[0]?.hash })).rules).toContain('sm-mcp-001')
})

test('a full report of large definitions in which every word changes is judged and pinned', async () => {
  const server = aServer()
  const tools = (word: string) =>
    Array.from({ length: LIMITS.mcpEntries }, (_, n) => ({
      name: `tool-${n}`,
      description: Array.from({ length: 4_000 }, (_one, k) => `${word}${(k * 7_919) % 1_000}`).join(' '),
    }))
  await list(server, tools('a'))
  expect(new Set(await statuses(server, tools('b')))).toEqual(new Set(['changed']))
  const { items } = await mesh.first.reader.trpc.mcp.pins.query({ server: server.name, state: 'waiting' })
  expect(items).toHaveLength(LIMITS.mcpEntries)
})

test('a change after the stored part of a definition is detected, and matches its calls', async () => {
  const server = aServer()
  const tool = (end: string) => [{ name: 'add', description: `${'word '.repeat(LIMITS.mcpPinChars / 4)}${end}` }]
  await list(server, tool('good'))
  const [result] = (await list(server, tool('bad'))).results
  expect((await found(result?.log_id)).matches.map(({ rule_id }) => rule_id)).toContain('sm-mcp-001')
  expect((await call(server, 'add', { hash: result?.hash })).rules).toContain('sm-mcp-001')
})

test('a tool with a malformed name is recognized again', async () => {
  const server = aServer()
  const named = (description: string) => list(server, [{ name: 'half \ud800', description }])
  await named('Good.')
  const { results } = await named('Bad.')
  expect(results).toMatchObject([{ status: 'changed' }])
  expect((await call(server, 'half \ud800', { hash: results[0]?.hash })).rules).toContain('sm-mcp-001')
  const { items } = await mesh.first.reader.trpc.mcp.pins.query({ server: server.name })
  expect(items.map(({ listed }) => listed)).toEqual([true, true])
})

test('a call of a client without a list relies on the version seen last', async () => {
  const server = aServer()
  await list(server, [{ name: 'add' }])
  skippedMs += 1_000
  await list(server, [{ name: 'add', description: 'Other.' }])
  expect((await call(server, 'add')).rules).toContain('sm-mcp-001')
  skippedMs += 1_000
  await list(server, [{ name: 'add' }])
  expect((await call(server, 'add')).rules).toEqual([])
})

test('secrets in a command line and in definitions are stored masked', async () => {
  const secret = `ghp_${'Ab1'.repeat(12)}`
  const server = { ...aServer(), target: `npx server --token ${secret}` }
  await list(server, [{ name: 'add', description: `Use ${secret}` }])
  await list(server, [{ name: 'add', description: `Use ${secret} twice` }])
  const pins = await mesh.first.reader.trpc.mcp.pins.query({ server: server.name })
  expect(pins.items).toHaveLength(2)
  expect(JSON.stringify(pins)).not.toContain(secret)
})

test.each([
  ['nested deep', `{"name":"x","inputSchema":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['invalid JSON', '{"name":'],
  ['not an object', '[1]'],
  ['an object with a duplicate member', '{"name":"x","name":"y"}'],
  ['an object with a number beyond double precision', '{"name":"x","inputSchema":{"maximum":12345678901234567890}}'],
  ['an object with hostile names', '{"name":"x","__proto__":{"a":1},"constructor":"\\u0000\\ud800"}'],
])('a definition that is %s is pinned', async (_what, text) => {
  const server = aServer()
  const report = () =>
    json<McpDefinitionsOut>(
      proxy.post('/api/v1/mcp/definitions', {
        server,
        definitions: [{ kind: 'tool', name: 'x', entry: anEntry({ payload: { type: 'json', text } }) }],
        listed: null,
      }),
    )
  expect((await report()).results).toMatchObject([{ status: 'new' }])
  expect((await report()).results).toMatchObject([{ status: 'same' }])
  expect(mesh.faults()).toEqual([])
})

test('an approval is recorded in the audit', async () => {
  const server = aServer()
  await list(server, [{ name: 'add' }])
  await list(server, [{ name: 'add', description: 'Other.' }])
  const admin = await mesh.first.user('admin')
  await admin.trpc.mcp.approve.mutate({ server: server.name, name: 'add' })
  const records = await mesh.running.deps.database.read
    .selectFrom('audit')
    .select(['action', 'target', 'details', 'principal'])
    .where('action', '=', 'mcp.approve')
    .orderBy('id', 'desc')
    .limit(1)
    .execute()
  expect(records).toMatchObject([
    { target: expect.stringMatching(/^[\da-f]{16} tool add$/), principal: expect.stringMatching(/^user:/) },
  ])
  expect(records[0]?.details).toContain(server.name)
})
