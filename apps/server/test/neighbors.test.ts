// This import must be first, because it counts only modules loaded after it.
import { watchLoop } from './count-steps.ts'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from './client.ts'
import { PASSWORD, startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

/**
 * The maximum number of blocks in one turn of the event loop, about 20 ms of a slow core. Without limits, each attack
 * below runs hundreds of millions in one turn.
 */
const MAX_STEPS = 4_000_000
/** The maximum number of characters in one call of `JSON.parse`, about 2 ms of the densest JSON. */
const MAX_JSON = 256 * 1024

let mesh: Mesh
let a: { readonly manager: Client; readonly reader: Client; readonly agent: Client; readonly importer: Client }
let b: { readonly agent: Client; readonly reader: Client; readonly verdicts: Client; readonly owner: string }

beforeAll(async () => {
  mesh = await startMesh()
  const { first, second } = mesh
  a = {
    manager: await first.key(['manage', 'read']),
    reader: first.reader,
    agent: await first.key(['ingest', 'verdict']),
    importer: await first.browser(),
  }
  b = { agent: second.agent, reader: second.reader, verdicts: await second.key(['verdict']), owner: second.owner }
  // Compilation at the first use of each path must not count.
  await ordinaryWork()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const KiB = 1024
/** Text in which a simple matcher is in a new state after nearly every character. */
function noise(chars: number): string {
  let seed = 7
  return Array.from({ length: chars }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed > 1_073_741_824 ? 'a' : 'b'
  }).join('')
}
const expensiveRules = (count: number, patterns: number) =>
  Array.from({ length: count }, (_, n) => {
    const values = Array.from({ length: patterns }, (__, p) => `'[ab]*a[ab]{${80 + p}}c'`).join(', ')
    return `title: Expensive ${n}\nid: expensive-${n}\nlogsource: {product: ai_agent}\ndetection: {s: {'payload|re': [${values}]}, condition: s}\n`
  }).join('---\n')

/** Runs one of each common operation. Resolves to the statuses of the replies. */
async function ordinaryWork(): Promise<readonly number[]> {
  using tail = b.reader.tail()
  const entry = { sender: 'agent.b', receiver: 'tool.b', kind: 'tool_call', payload: 'ordinary work' }
  const signIn = new URLSearchParams({ username: b.owner, password: PASSWORD }).toString()
  const replies = await Promise.all([
    b.agent.post('/log', entry),
    mesh.nobody.get('/healthz'),
    b.reader.get('/api/v1/logs?q=ordinary'),
    b.reader.get('/stats'),
    b.verdicts.post('/api/v1/verdict', entry),
    mesh.nobody.post('/token', signIn, { 'content-type': 'application/x-www-form-urlencoded' }),
  ])
  await Promise.all(replies.map((reply) => reply.arrayBuffer()))
  // The tail may still be opening when the replies have arrived.
  await tail.begun()
  const before = tail.rows.length
  await b.agent.post('/log', { ...entry, payload: 'is followed' })
  await until(() => tail.rows.length > before, 'the tail delivers the entry')
  return replies.map(({ status }) => status)
}

interface Attack {
  /** Setup that is not measured. */
  readonly prepare?: () => Promise<unknown>
  readonly start: () => readonly Promise<unknown>[]
}

const done = async (reply: Promise<Response>) => (await reply).arrayBuffer()
const times = <Item>(count: number, item: () => Item) => Array.from({ length: count }, item)

const tried = JSON.stringify({
  text: expensiveRules(20, 8),
  entry: JSON.stringify({ sender: 'agent.a', payload: noise(240 * KiB) }),
})
const unknownKeys = JSON.stringify({
  text: `title: T\n${Array.from({ length: 20_000 }, (_, n) => `titel${n}: x\n`).join('')}`,
})
const brackets = JSON.stringify({ text: `a: ${'['.repeat(250_000)}` })
const smallNoise = JSON.stringify({ sender: 'agent.a', payload: noise(8 * KiB) })
const largeNoise = JSON.stringify({ sender: 'agent.a', payload: noise(200 * KiB) })
const largePayload = JSON.stringify({ sender: 'agent.a', payload: 'x'.repeat(250 * KiB) })
const command = JSON.stringify({
  sender: 'agent.a',
  receiver: 'tool.Bash',
  kind: 'tool_call',
  context: 'shell_command',
  attributes: { 'tool.name': 'Bash' },
  logsource: { product: 'ai_agent', category: 'tool_call', service: 'claude_code' },
  payload: Array.from({ length: 12_000 }, (_, n) => `ls /tmp/${n}; `)
    .join('')
    .slice(0, 240 * KiB),
})
const attributes = JSON.stringify(
  times(60, () => ({
    sender: 'agent.a',
    payload: 'x',
    attributes: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`name${n}`, noise(KiB)])),
  })),
)
const MiB = 1024 * KiB
const manyValues = `{"sender":"agent.a","payload":[${'1,'.repeat(3 * MiB)}1]}`
const hookOfManyValues = `{"hook_event_name":"PreToolUse","tool_name":"T","tool_input":{"a":[${'1,'.repeat(3 * MiB)}1]}}`
const recordOfManyMessages = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        {
          scope: { name: 'x' },
          spans: [
            {
              name: 'chat',
              attributes: [
                { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                { key: 'gen_ai.input.messages', value: { stringValue: `[${'"a",'.repeat(1_000_000)}"a"]` } },
              ],
            },
          ],
        },
      ],
    },
  ],
})
const guess = (n: number) => new URLSearchParams({ username: `stranger${n}`, password: 'a wrong password' }).toString()

const sockets: Socket[] = []
afterAll(() => {
  for (const socket of sockets) socket.destroy()
})

const ATTACKS: Readonly<Record<string, () => Attack>> = {
  'tries expensive rules on a large entry': () => ({
    start: () => times(4, () => done(a.manager.post('/api/v1/rules/try', tried))),
  }),
  'checks rules with twenty thousand unknown keys': () => ({
    start: () => times(4, () => done(a.manager.post('/api/v1/rules/check', unknownKeys))),
  }),
  'checks rules made of brackets only': () => ({
    start: () => times(4, () => done(a.manager.post('/api/v1/rules/check', brackets))),
  }),
  'reports entries to its own expensive rules': () => ({
    prepare: () =>
      a.manager.post('/api/v1/rules/import', { sources: [{ file: 'expensive.yml', text: expensiveRules(10, 1) }] }),
    start: () => times(8, () => done(a.agent.post('/log', smallNoise))),
  }),
  'searches with an expensive expression': () => ({
    prepare: () => Promise.all(times(20, () => a.agent.post('/log', largeNoise))),
    start: () =>
      times(4, () => done(a.reader.get(`/api/v1/logs?q=${encodeURIComponent('payload:/[ab]*a[ab]{80}c/')}`))),
  }),
  'reads the largest pages': () => ({
    prepare: () => Promise.all(times(60, () => a.agent.post('/log', largePayload))),
    start: () => times(6, () => done(a.reader.get('/logs?page=1&per_page=500'))),
  }),
  'reports long shell commands': () => ({ start: () => times(4, () => done(a.agent.post('/log', command))) }),
  'reports large attributes': () => ({ start: () => times(4, () => done(a.agent.post('/api/v1/logs', attributes))) }),
  'reports a line with millions of values': () => ({
    start: () =>
      times(2, () => done(a.agent.post('/api/v1/logs', manyValues, { 'content-type': 'application/x-ndjson' }))),
  }),
  'calls a procedure with millions of values': () => ({
    start: () => times(2, () => done(a.agent.post('/trpc/logs.report', `[${manyValues}]`))),
  }),
  'imports a line with millions of values': () => ({
    start: () =>
      times(2, () => done(a.importer.post('/trpc/logs.import', JSON.stringify([{ id: '1', json: manyValues }])))),
  }),
  'requests a verdict for millions of values': () => ({
    start: () => times(2, () => done(a.agent.post('/api/v1/verdict', manyValues))),
  }),
  'sends a hook millions of values': () => ({
    start: () => times(2, () => done(a.agent.post('/api/v1/hook/claude', hookOfManyValues))),
  }),
  'exports a record with a million messages': () => ({
    start: () => times(2, () => done(a.agent.post('/v1/traces', recordOfManyMessages))),
  }),
  'backtests expensive rules': () => ({
    start: () => {
      const range = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
      return times(2, () => done(a.manager.post('/api/v1/rules/backtest', { text: expensiveRules(20, 8), ...range })))
    },
  }),
  'announces bodies without sending them': () => ({
    start: () => {
      for (const path of times(32, () => '/log')) {
        const socket = connect(mesh.port, '127.0.0.1')
        socket.on('error', () => undefined)
        const key = a.agent.headers['x-api-key'] ?? a.agent.headers['authorization'] ?? ''
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${mesh.port}\r\nauthorization: Bearer ${key.replace('Bearer ', '')}\r\ncontent-type: application/json\r\ncontent-length: ${1024 * KiB}\r\n\r\n{`,
        )
        sockets.push(socket)
      }
      return []
    },
  }),
  'guesses passwords': () => ({
    start: () =>
      Array.from({ length: 60 }, (_, n) =>
        done(mesh.nobody.post('/token', guess(n), { 'content-type': 'application/x-www-form-urlencoded' })),
      ),
  }),
}

describe('while one organization', () => {
  test.each(Object.keys(ATTACKS))(
    '%s, another one works as usual, and the event loop is never blocked for long',
    async (name) => {
      const attack = ATTACKS[name]?.()
      await attack?.prepare?.()
      const loop = watchLoop()
      const under = attack?.start() ?? []
      const statuses = await ordinaryWork()
      await Promise.allSettled(under)
      const { most, turns, longestJson } = await loop.stop()
      expect(statuses).toEqual([200, 200, 200, 200, 200, 200])
      expect(turns).toBeGreaterThan(1)
      expect(most).toBeLessThan(MAX_STEPS)
      expect(longestJson).toBeLessThan(MAX_JSON)
    },
    180_000,
  )
})
