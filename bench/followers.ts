/**
 * Follows a log over many sockets, in a separate process. For each `logs.tail` subscription, it stores only what is
 * needed to detect lost, repeated, and out-of-order entries. It searches an entry's frame for the position instead of
 * parsing it, because 200 followers share the CPU with the server under test.
 */
import { createRequire } from 'node:module'
import type * as Ws from '../apps/server/node_modules/@types/ws/index.js'
import { quantile } from './measure.ts'
import { FANOUT_BENCH } from './limits.ts'

const require = createRequire(new URL('../apps/server/package.json', import.meta.url))
const { WebSocket } = require('ws') as typeof Ws

export interface FollowOrder {
  readonly type: 'follow'
  readonly port: number
  readonly followers: readonly FollowerOrder[]
}

export interface FollowerOrder {
  readonly key: string
  readonly q: string
  /**
   * `stalls` reads nothing until `resume`. Every second, the next follower with `reconnects` opens a new connection.
   */
  readonly behaviour: 'reads' | 'stalls' | 'reconnects'
}

export interface Followed {
  readonly q: string
  readonly entries: number
  /** The sum of the received positions. With `entries`, it shows whether the right entries were received. */
  readonly sum: number
  /** Entries that were received twice or out of order. */
  readonly repeated: number
  /** Batches that did not start where the previous one ended. */
  readonly broken: number
  readonly position: number
}

/** `followed` covers the whole run. The other values cover the time since the last report. */
export interface FollowReport {
  readonly deliveries: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
  readonly followed: readonly Followed[]
}

interface Follower {
  readonly order: FollowerOrder
  socket: Ws.WebSocket
  entries: number
  sum: number
  last: number
  lastId: string
  repeated: number
  broken: number
  position: string
}

const followers: Follower[] = []
let latencies: number[] = []
let port = 0
let subscribed = 0
let reconnects = 0

function open(follower: Follower): void {
  const { order } = follower
  const socket = new WebSocket(`ws://127.0.0.1:${port}/trpc`, {
    headers: { 'x-api-key': order.key },
    perMessageDeflate: false,
  })
  follower.socket = socket
  socket.on('open', () => {
    const input = {
      ...(order.q === '' ? {} : { q: order.q }),
      ...(follower.lastId === '' ? {} : { lastEventId: follower.lastId }),
    }
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.tail', input } }))
  })
  socket.on('message', (data: Buffer) => {
    if (data.length === PING.length && data.toString() === PING) return socket.send('PONG')
    if (socket === follower.socket) handleFrame(follower, data)
  })
  socket.on('close', (code) => {
    if (socket !== follower.socket) return
    // A stalled follower does not answer pings either, so the server disconnects it.
    if (order.behaviour === 'stalls') reopen(follower)
    else fail(new Error(`its socket was closed with code ${code}`))
  })
  socket.on('error', fail)
}

const PING = 'PING'
const PROGRESS = '"type":"progress"'
const HEAD_BYTES = 160

function handleFrame(follower: Follower, data: Buffer): void {
  const head = data.toString('latin1', 0, HEAD_BYTES)
  if (head.includes('"type":"entry"')) return recordEntry(follower, data)
  if (head.includes(PROGRESS)) {
    const { from, cursor } = (
      JSON.parse(data.toString()) as { result: { data: { data: { from: string; cursor: string } } } }
    ).result.data.data
    if (follower.position === '') subscribed++
    else if (follower.position !== from) follower.broken++
    follower.position = cursor
    follower.lastId = cursor
  } else if (head.includes('"error"') || head.includes('"type":"gap"')) fail(new Error(data.toString()))
}

function recordEntry(follower: Follower, data: Buffer): void {
  const text = data.toString('latin1')
  const seq = Number.parseInt(text.slice(text.indexOf('"seq":') + 6), 10)
  const received = text.indexOf('"received_at":"') + 15
  if (follower.order.behaviour === 'reads') latencies.push(Date.now() - Date.parse(text.slice(received, received + 24)))
  if (seq <= follower.last) follower.repeated++
  follower.last = seq
  follower.lastId = `s${seq.toString(36)}`
  follower.entries++
  follower.sum += seq
}

function reconnect(): void {
  const next = followers.filter(({ order }) => order.behaviour === 'reconnects')
  const follower = next[reconnects++ % next.length]
  if (follower === undefined || follower.position === '') return
  const { socket } = follower
  reopen(follower)
  socket.terminate()
}

function reopen(follower: Follower): void {
  // The socket may close in the middle of a batch. The next batch then starts after the last received entry.
  follower.position = follower.lastId
  open(follower)
}

function follow(order: FollowOrder): void {
  port = order.port
  for (const each of order.followers) {
    const follower = { order: each, entries: 0, sum: 0, last: 0, lastId: '', repeated: 0, broken: 0, position: '' }
    followers.push(Object.assign(follower, { socket: undefined as unknown as Ws.WebSocket }))
  }
  for (const follower of followers) open(follower)
  const ready = setInterval(() => {
    if (subscribed < followers.length) return
    clearInterval(ready)
    for (const { order, socket } of followers) if (order.behaviour === 'stalls') socket.pause()
    setInterval(reconnect, FANOUT_BENCH.reconnectMs)
    process.send?.('ready')
  }, FANOUT_BENCH.pollMs)
}

function report(): FollowReport {
  const sorted = Float64Array.from(latencies).sort()
  latencies = []
  return {
    deliveries: sorted.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    mostMs: sorted.at(-1) ?? Number.NaN,
    followed: followers.map(({ order, entries, sum, repeated, broken, position }) => ({
      q: order.q,
      entries,
      sum,
      repeated,
      broken,
      position: Number.parseInt(position.slice(1), 36),
    })),
  }
}

function fail(error: Error): void {
  process.stderr.write(`A follower failed: ${error.message}\n`)
  process.exit(1)
}

process.on('message', (message: FollowOrder | 'report' | 'resume') => {
  if (message === 'report') process.send?.(report())
  else if (message === 'resume') for (const { socket } of followers) socket.resume()
  else follow(message)
})
