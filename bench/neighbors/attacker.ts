/** Organization A, in a separate process. It repeats the same expensive operation until the process is stopped. */
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { NEIGHBORS_BENCH } from '../limits.ts'
import { httpClient, json, type Reply } from './http.ts'
import type { Attack, AttackOrder, ToAttacker } from './protocol.ts'

const replies: Record<number, number> = {}

process.on('message', (message: ToAttacker) => {
  if (message === 'count') process.send?.(replies)
  else void run(message)
})

async function run(order: AttackOrder): Promise<void> {
  const { prepare, attack } = ATTACK[order.attack](order)
  await prepare?.()
  process.send?.('ready')
  await attack()
}

interface Work {
  /** Setup that is not measured. */
  readonly prepare?: () => Promise<void>
  readonly attack: () => Promise<void>
}

const KiB = 1024
/** Random text that puts a simple matcher in a new state after nearly every character. */
const noise = (chars: number) => Array.from(randomBytes(chars), (byte) => (byte & 1 ? 'a' : 'b')).join('')

function expensiveRule(id: string, patterns: number): string {
  const values = Array.from({ length: patterns }, (_, n) => `      - '[ab]*a[ab]{${90 + n}}c'`).join('\n')
  return `title: ${id}\nid: ${id}\nlogsource: {product: ai_agent}\ndetection:\n  s:\n    payload|re:\n${values}\n  condition: s\n`
}

const rules = (count: number, patterns: number) =>
  Array.from({ length: count }, (_, n) => expensiveRule(`expensive-${n}`, patterns)).join('---\n')

const ATTACK: Readonly<Record<Attack, (order: AttackOrder) => Work>> = {
  'keeping every core busy with work of its own': () => ({
    attack: async () => {
      const threads = Array.from({ length: availableParallelism() }, () => new Worker('for (;;);', { eval: true }))
      await Promise.all(threads.map((thread) => once(thread, 'exit')))
    },
  }),
  'trying expensive rules': ({ port, org }) => {
    const entry = JSON.stringify({ sender: 'agent.a', payload: noise(240 * KiB) })
    return posts(port, '/api/v1/rules/try', org.manageKey, () => JSON.stringify({ text: rules(20, 8), entry }))
  },
  'checking hostile rule texts': ({ port, org }) => {
    const keys = `title: T\n${Array.from({ length: 20_000 }, (_, n) => `titel${n}: x\n`).join('')}`
    const texts = [keys, `a: ${'['.repeat(250_000)}`, rules(200, 8)]
    let next = 0
    return posts(port, '/api/v1/rules/check', org.manageKey, () =>
      JSON.stringify({ text: texts[next++ % texts.length] }),
    )
  },
  'reporting to expensive rules of its own': ({ port, org }) => ({
    prepare: async () => {
      const send = httpClient(port, 1)
      const body = JSON.stringify({ sources: [{ file: 'expensive.yml', text: rules(10, 1) }] })
      await send('/api/v1/rules/import', { method: 'POST', headers: json(org.manageKey), body })
    },
    attack: posts(port, '/log', org.ingestKey, () => JSON.stringify({ sender: 'agent.a', payload: noise(8 * KiB) }))
      .attack,
  }),
  'searching with an expensive expression': ({ port, org }) => ({
    prepare: () => report(port, org.ingestKey, 100, () => noise(200 * KiB)),
    attack: gets(port, `/api/v1/logs?q=${encodeURIComponent('payload:/[ab]*a[ab]{90}c/')}`, org.readKey),
  }),
  'reading the largest pages': ({ port, org }) => ({
    prepare: () => report(port, org.ingestKey, 500, () => 'x'.repeat(250 * KiB)),
    attack: gets(port, '/logs?page=1&per_page=500', org.readKey),
  }),
  'reporting 240 KiB shell commands': ({ port, org }) =>
    posts(port, '/log', org.ingestKey, () => {
      const command = Array.from({ length: 12_000 }, () => `ls /tmp/${randomInt(1e9)};`)
      return JSON.stringify({
        sender: 'agent.a',
        kind: 'tool_call',
        context: 'shell_command',
        receiver: 'tool.Bash',
        attributes: { 'tool.name': 'Bash' },
        logsource: { product: 'ai_agent', category: 'tool_call', service: 'claude_code' },
        payload: command.join(' ').slice(0, 240 * KiB),
      })
    }),
  'reporting 64 KiB of attributes': ({ port, org }) =>
    posts(port, '/api/v1/logs', org.ingestKey, () => {
      const attributes = Object.fromEntries(
        Array.from({ length: 60 }, (_, n) => [`name${n}`, randomBytes(KiB / 2).toString('hex')]),
      )
      return JSON.stringify(Array.from({ length: 60 }, () => ({ sender: 'agent.a', payload: 'x', attributes })))
    }),
  'back-testing expensive rules': ({ port, org }) =>
    posts(port, '/api/v1/rules/backtest', org.manageKey, () =>
      JSON.stringify({
        text: rules(20, 8),
        from: new Date(Date.now() - 86_400_000).toISOString(),
        to: new Date(Date.now() + 60_000).toISOString(),
      }),
    ),
  'announcing bodies and sending nothing': ({ port, org }) => ({
    attack: async () => {
      const heads = [
        `POST /log HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-api-key: ${org.ingestKey}\r\ncontent-type: application/json\r\n`,
        `POST /api/v1/logs HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-api-key: ${org.ingestKey}\r\ncontent-type: application/json\r\n`,
        `POST /token HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/x-www-form-urlencoded\r\n`,
      ]
      for (let n = 0; n < NEIGHBORS_BENCH.idleBodies; n++) {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => undefined)
        socket.write(
          `${heads[n % heads.length] ?? ''}content-length: ${n % heads.length === 2 ? 16 * KiB : 1024 * KiB}\r\n\r\n{`,
        )
      }
    },
  }),
  'guessing passwords': ({ port }) => ({
    attack: async () => {
      const send = httpClient(port, NEIGHBORS_BENCH.guessers)
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      await forever(NEIGHBORS_BENCH.guessers, () => {
        const username = `user${randomInt(1e6)}`
        const body = new URLSearchParams({ username, password: 'a wrong password' }).toString()
        return send('/token', { method: 'POST', headers, body })
      })
    },
  }),
}

function posts(port: number, path: string, key: string, body: () => string): Work {
  const { connections } = NEIGHBORS_BENCH
  const send = httpClient(port, connections)
  return { attack: () => forever(connections, () => send(path, { method: 'POST', headers: json(key), body: body() })) }
}

function gets(port: number, path: string, key: string): () => Promise<void> {
  const { readingConnections } = NEIGHBORS_BENCH
  const send = httpClient(port, readingConnections)
  return () => forever(readingConnections, () => send(path, { headers: json(key) }))
}

async function forever(connections: number, ask: () => Promise<Reply>): Promise<void> {
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (;;) tally(await ask())
    }),
  )
}

function tally({ status }: Reply): void {
  replies[status] = (replies[status] ?? 0) + 1
}

async function report(port: number, key: string, count: number, payload: () => string): Promise<void> {
  const send = httpClient(port, 2)
  for (let n = 0; n < count; n += 1) {
    const body = JSON.stringify({ sender: 'agent.a', payload: payload() })
    const { status } = await send('/log', { method: 'POST', headers: json(key), body })
    if (status !== 200 && status !== 429 && status !== 503)
      throw new Error(`Setup failed: POST /log returned status ${status}.`)
  }
}
