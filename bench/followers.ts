/**
 * Followers of a log, as a program of its own: sockets that read what `logs.tail` sends and keep, of each, what is needed
 * to tell later that nothing came twice, out of order, or not at all. A frame is looked through for its position and never
 * parsed: two hundred followers share one core with the server that they measure.
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
  /** `stalls` takes nothing until it is told to. Those that `reconnect` alternate, one each second. */
  readonly behaviour: 'reads' | 'stalls' | 'reconnects'
}

export interface Followed {
  readonly q: string
  readonly entries: number
  /** The sum of the positions that came: with their number it tells whether they are the right ones. */
  readonly sum: number
  /** Entries that came twice or out of order, and batches that did not begin where the last one ended. */
  readonly repeated: number
  readonly broken: number
  /** Where it stands. */
  readonly position: number
}

/** Since the last report; the rest since the beginning. */
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
let begun = 0
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
    if (socket === follower.socket) take(follower, data)
  })
  socket.on('close', (code) => {
    if (socket !== follower.socket) return
    // Who takes nothing answers no ping either, and is cut off.
    if (order.behaviour === 'stalls') again(follower)
    else fail(new Error(`its socket was closed with ${code}`))
  })
  socket.on('error', fail)
}

const PING = 'PING'
const PROGRESS = '"type":"progress"'
const HEAD_BYTES = 160

function take(follower: Follower, data: Buffer): void {
  const head = data.toString('latin1', 0, HEAD_BYTES)
  if (head.includes('"type":"entry"')) return takeEntry(follower, data)
  if (head.includes(PROGRESS)) {
    const { from, cursor } = (
      JSON.parse(data.toString()) as { result: { data: { data: { from: string; cursor: string } } } }
    ).result.data.data
    if (follower.position === '') begun++
    else if (follower.position !== from) follower.broken++
    follower.position = cursor
    follower.lastId = cursor
  } else if (head.includes('"error"') || head.includes('"type":"gap"')) fail(new Error(data.toString()))
}

function takeEntry(follower: Follower, data: Buffer): void {
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
  again(follower)
  socket.terminate()
}

function again(follower: Follower): void {
  // In the middle of a batch, too: the next one begins there.
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
    if (begun < followers.length) return
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
