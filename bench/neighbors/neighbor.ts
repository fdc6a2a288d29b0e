/** Organization B, in a separate process. It sends ordinary requests, one of each kind at a time, and times them. */
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type * as Ws from '../../apps/server/node_modules/@types/ws/index.js'
import { NEIGHBORS_BENCH, NEIGHBORS_PASSWORD } from '../limits.ts'
import { quantile } from '../measure.ts'
import { httpClient, json, type HttpClient } from './http.ts'
import { OPERATIONS, type MeasureOrder, type Operation, type OperationTimes, type Org } from './protocol.ts'

const require = createRequire(new URL('../../apps/server/package.json', import.meta.url))
const { WebSocket } = require('ws') as typeof Ws

interface Tally {
  readonly times: number[]
  failed: number
}

process.on('message', (order: MeasureOrder) => void measure(order).then((times) => process.send?.(times)))

async function measure({ port, org, ms }: MeasureOrder): Promise<readonly OperationTimes[]> {
  const send = httpClient(port, OPERATIONS.length)
  const tallies = new Map<Operation, Tally>(OPERATIONS.map((name) => [name, { times: [], failed: 0 }]))
  const tail = await follow(port, org)
  const until = performance.now() + ms
  await Promise.all([
    ...Object.entries(requestsOf(send, org)).map(([name, ask]) =>
      repeat(until, tallies.get(name as Operation), async () => (await ask()) === 200),
    ),
    repeat(until, tallies.get('tail'), () => tail.delivers(send)),
  ])
  tail.close()
  return OPERATIONS.map((operation) => timesOf(operation, tallies.get(operation)))
}

/** Repeats work once per interval. Subtracts the time of the reply so that slow replies do not reduce the count. */
async function repeat(until: number, tally: Tally | undefined, work: () => Promise<boolean>): Promise<void> {
  if (tally === undefined) return
  while (performance.now() < until) {
    const began = performance.now()
    if (!(await work())) tally.failed += 1
    const took = performance.now() - began
    tally.times.push(took)
    await sleep(Math.max(0, NEIGHBORS_BENCH.intervalMs - took))
  }
}

function requestsOf(send: HttpClient, org: Org): Readonly<Record<Exclude<Operation, 'tail'>, () => Promise<number>>> {
  const entry = JSON.stringify({ sender: 'agent.b', receiver: 'tool.search', kind: 'tool_call', payload: 'ordinary' })
  const post = async (path: string, key: string) =>
    (await send(path, { method: 'POST', headers: json(key), body: entry })).status
  return {
    log: () => post('/log', org.ingestKey),
    verdict: () => post('/api/v1/verdict', org.verdictKey),
    search: async () => (await send('/api/v1/logs?q=refund&limit=50', { headers: json(org.readKey) })).status,
    healthz: async () => (await send('/healthz')).status,
    'sign-in': async () => {
      const body = new URLSearchParams({ username: org.username, password: NEIGHBORS_PASSWORD }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return (await send('/token', { method: 'POST', headers, body })).status
    },
  }
}

/** Tails B's log. `delivers` reports one entry and returns whether the tail delivers it before the timeout. */
async function follow(port: number, org: Org) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/trpc`, { headers: { 'x-api-key': org.readKey } })
  const waiting = new Map<string, () => void>()
  socket.on('error', () => undefined)
  socket.on('message', (data: Buffer) => {
    const text = data.toString()
    if (text === 'PING') return socket.send('PONG')
    for (const mark of text.match(/mark-\d+/g) ?? []) waiting.get(mark)?.()
  })
  await new Promise<void>((resolve) => socket.once('open', () => resolve()))
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.tail', input: {} } }))
  let marks = 0
  return {
    async delivers(send: HttpClient): Promise<boolean> {
      const mark = `mark-${Date.now()}${marks++}`
      const came = new Promise<true>((resolve) => waiting.set(mark, () => resolve(true)))
      const body = JSON.stringify({ sender: 'agent.tail', payload: mark })
      const { status } = await send('/log', { method: 'POST', headers: json(org.ingestKey), body })
      const late = sleep(NEIGHBORS_BENCH.deliveryMs, false, { ref: false })
      const delivered = status === 200 && (await Promise.race([came, late]))
      waiting.delete(mark)
      return delivered
    },
    close: () => socket.terminate(),
  }
}

function timesOf(operation: Operation, tally: Tally | undefined): OperationTimes {
  const sorted = Float64Array.from(tally?.times ?? []).sort()
  return {
    operation,
    count: sorted.length,
    failed: tally?.failed ?? 0,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    mostMs: sorted.at(-1) ?? Number.NaN,
  }
}
