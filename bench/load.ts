/**
 * Generates the load in a separate process, so that it does not share an event loop with the server under test. It
 * does share the machine's cores, so it does as little work as possible: it builds all requests in advance and sends
 * them over plain sockets. Each connection sends its next request after it receives the previous reply.
 */
import { connect, type Socket } from 'node:net'
import { quantile } from './measure.ts'
import { bodiesOf, markOf, type Body, type LoadWork } from './requests.ts'

export interface LoadOrder {
  readonly port: number
  readonly authorization: string
  readonly work: LoadWork
  readonly connections: number
  /** The load ends after this duration or this number of requests. */
  readonly until: { readonly ms: number } | { readonly requests: number }
  /**
   * Requests per second, offered at a constant rate even if replies are late. Latency counts from when a request was
   * due, even if no connection was free then. If absent, each connection sends as soon as it has its reply.
   */
  readonly rate?: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
  /** Average size of a reply's body. */
  readonly bodyBytes: number
  /** Number of replies that were not 200. */
  readonly failed: number
  /** The first reply that was not 200. */
  readonly failure: string | null
}

interface Request {
  readonly bytes: Buffer
  readonly marks: readonly number[]
}

const HEAD_END = '\r\n\r\n'
const LENGTH = 'content-length: '

const bodies = new Map<string, readonly Body[]>()
/** Never reset, so that no id is sent twice to the same server. */
let sent = 0

async function run(order: LoadOrder): Promise<LoadResult> {
  const requests = requestsOf(order)
  const times: number[] = []
  let bodyBytes = 0
  let failed = 0
  let failure: string | null = null
  const began = performance.now()
  const nextDue = order.rate === undefined ? closedLoop(order) : openLoop(order, order.rate, began)

  const connection = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
      let next = index
      let since = 0
      const send = async () => {
        const due = await nextDue()
        if (due === null) return void socket.end(resolve)
        const request = requests[next % requests.length]
        if (request === undefined) return reject(new Error('The load contains no requests.'))
        // Connections do not share requests, so that no request gets a new mark while it is being sent.
        next += order.connections
        mark(request)
        since = due
        socket.write(request.bytes)
      }
      readReplies(socket, (status, body, text) => {
        times.push(performance.now() - since)
        bodyBytes += body
        if (status !== '200') {
          failed++
          failure ??= text
        }
        void send()
      })
      socket.on('error', reject)
      socket.on('connect', () => void send())
    })

  await Promise.all(Array.from({ length: order.connections }, (_, index) => connection(index)))
  const seconds = (performance.now() - began) / 1000
  const sorted = Float64Array.from(times).sort()
  return {
    requests: times.length,
    seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    mostMs: sorted.at(-1) ?? Number.NaN,
    bodyBytes: bodyBytes / times.length,
    failed,
    failure,
  }
}

/** Called by an idle connection. Returns when its next request is due, or null at the end of the load. */
type NextDue = () => Promise<number | null> | number | null

function closedLoop({ until }: LoadOrder): NextDue {
  let started = 0
  const began = performance.now()
  return () => {
    const now = performance.now()
    if ('ms' in until ? now - began >= until.ms : started >= until.requests) return null
    started++
    return now
  }
}

const TICK_MS = 1

function openLoop({ until }: LoadOrder, rate: number, began: number): NextDue {
  const most = 'ms' in until ? Math.floor((until.ms * rate) / 1000) : until.requests
  const free: ((due: number | null) => void)[] = []
  let started = 0
  const due = () => began + ((started + 1) * 1000) / rate
  const timer = setInterval(() => {
    while (free.length > 0 && started < most && due() <= performance.now()) {
      free.shift()?.(due())
      started++
    }
    if (started < most) return
    clearInterval(timer)
    for (const connection of free) connection(null)
  }, TICK_MS)
  return () => {
    if (started >= most) return null
    const at = due()
    if (at > performance.now()) return new Promise((resolve) => free.push(resolve))
    started++
    return at
  }
}

function requestsOf({ work, port, authorization }: LoadOrder): Request[] {
  const key = JSON.stringify(work)
  const made = bodies.get(key) ?? bodiesOf(work)
  bodies.set(key, made)
  return made.map(({ path, contentType, bytes, marks }) => {
    const head = Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: ${contentType}\r\nContent-Length: ${bytes.length}${HEAD_END}`,
    )
    return { bytes: Buffer.concat([head, bytes]), marks: marks.map((at) => at + head.length) }
  })
}

function mark({ bytes, marks }: Request): void {
  if (marks.length === 0) return
  const text = markOf(sent++)
  for (const at of marks) bytes.write(text, at, 'latin1')
}

/**
 * Requires a `Content-Length` in each reply: the servers under test do not stream their replies to these requests.
 */
function readReplies(socket: Socket, onReply: (status: string, bodyBytes: number, text: string) => void): void {
  let rest: Buffer | null = null
  socket.on('data', (chunk) => {
    const bytes: Buffer = rest === null ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) {
      rest = bytes
      return
    }
    const head = bytes.toString('latin1', 0, end)
    const at = head.indexOf(LENGTH)
    const length = Number.parseInt(head.slice(at + LENGTH.length), 10)
    if (at < 0 || Number.isNaN(length)) throw new Error(`A reply has no valid Content-Length:\n${head}`)
    const whole = end + HEAD_END.length + length
    if (bytes.length < whole) {
      rest = bytes
      return
    }
    rest = null
    const status = head.slice(9, 12)
    onReply(status, length, status === '200' ? '' : bytes.toString('utf8', 0, whole))
  })
}

process.on('message', (order: LoadOrder) => {
  void run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`The load generator failed: ${String(error)}\n`)
      process.exit(1)
    },
  )
})
