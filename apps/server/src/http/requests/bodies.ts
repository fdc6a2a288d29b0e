import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { LimitName } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Clock } from '../../clock.ts'
import { bodyTooLarge } from '../../ingest/read-body.ts'

/**
 * The pool that the bytes of a body count in.
 * `verdict`: a verdict or a hook that an agent waits for. `open`: a request without a credential. `ordinary`: all
 * others.
 */
export type BodyPool = 'ordinary' | 'verdict' | 'open'

export const BODY_POOLS: readonly BodyPool[] = ['ordinary', 'verdict', 'open']

/** Why the server stopped reading a body. */
export type BodyRefusal = 'body_share_full' | 'body_made_way' | 'body_too_slow'

/** The owner of a request. Each part that is not null has a share of the pool. */
export interface BodyHolder {
  readonly pool: BodyPool
  /** The org's slug. */
  readonly org: string | null
  /** The key or user. */
  readonly caller: string | null
  /** Null if many callers share the address. */
  readonly network: () => string | null
}

export interface BodyRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly holder: BodyHolder
  readonly mostBytes: number
}

/**
 * Reads bodies and limits the total body bytes of unfinished requests. Bytes count as they arrive; the announced length
 * does not.
 */
export interface Bodies {
  /**
   * Reads a body to its end. Rejects with `too_large` past `mostBytes`, `store_busy` when a share of the pool is full, and
   * `too_slow` when the body arrives at less than `LIMITS.bodyMinBytesPerSecond`.
   */
  read(body: BodyRequest): Promise<Buffer>
  /**
   * Counts more bytes for a request whose body was read. Throws `store_busy`; the bytes counted before stay counted.
   */
  hold(request: IncomingMessage, bytes: number): void
  /** Keeps the request's bytes counted until this work has ended as well. */
  holdWhile(request: IncomingMessage, work: Promise<unknown>): void
  /** Bytes counted in the pool. */
  heldBytes(pool: BodyPool): number
  stop(): void
}

interface Load {
  readonly socket: Socket
  readonly holder: BodyHolder
  /** Empty until a byte counts, which is rare. */
  shares: readonly Share[]
  /** The first bytes, which do not count. */
  readonly freeBytes: number
  /** While its body arrives, it can be cut to make room for a newer one. */
  readonly makesWay: boolean
  bytes: number
  /** The number of users: the connection, and each piece of work in progress. */
  users: number
  /** Null once the body has arrived. */
  arrival: Arrival | null
}

interface Arrival {
  readonly fail: (error: DomainError) => void
  windowBeganMs: number
  windowBytes: number
  /** It was too slow at the last check. It is cut at the next one, so that a stall of this process cuts nobody. */
  isLate: boolean
}

/** One share of a pool, and its name in an error. */
interface Share {
  readonly key: string
  readonly allowed: number
  readonly limit: LimitName
  readonly of: string
}

const SWEEP_MS = 1_000
const CUT_OFF = 'The request was cut off.'

export function bodies({
  clock,
  onRefused,
}: {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly onRefused: (why: BodyRefusal) => void
}): Bodies {
  const loads = new WeakMap<IncomingMessage, Load>()
  /** Bytes by `Share.key`. */
  const held = new Map<string, number>()
  /** Bodies that are still arriving, oldest first. */
  const arriving = new Set<Load>()
  /**
   * Connections on which a request has the free bytes. Only one request at a time has them, so pipelining gains
   * nothing.
   */
  const usingFreeBytes = new WeakSet<Socket>()

  const timer = setInterval(sweep, SWEEP_MS)
  timer.unref()

  function sweep(): void {
    const nowMs = clock.monotonic()
    for (const load of arriving) {
      const { arrival } = load
      if (arrival === null || nowMs - arrival.windowBeganMs < LIMITS.bodyWindowMs) continue
      if (arrival.windowBytes >= (LIMITS.bodyMinBytesPerSecond * LIMITS.bodyWindowMs) / 1000) {
        arrival.windowBeganMs = nowMs
        arrival.windowBytes = 0
        arrival.isLate = false
      } else if (arrival.isLate) cut(load, arrival, 'body_too_slow', tooSlow())
      else arrival.isLate = true
    }
  }

  function cut(load: Load, arrival: Arrival, why: BodyRefusal, error: DomainError): void {
    onRefused(why)
    arrival.fail(error)
    // This also drops its chunks. The connection is closed after the reply.
    resize(load, 0)
  }

  function resize(load: Load, bytes: number): void {
    const more = countedBytes(load, bytes) - countedBytes(load, load.bytes)
    load.bytes = bytes
    if (more === 0) return
    for (const { key } of load.shares) {
      const left = (held.get(key) ?? 0) + more
      if (left > 0) held.set(key, left)
      else held.delete(key)
    }
  }

  function grow(load: Load, bytes: number): void {
    const more = countedBytes(load, load.bytes + bytes) - countedBytes(load, load.bytes)
    if (more > 0 && load.shares.length === 0) load.shares = sharesOf(load.holder)
    if (more > 0) for (const share of load.shares) makeRoom(load, share, more)
    resize(load, load.bytes + bytes)
  }

  function makeRoom(load: Load, { key, allowed, limit, of }: Share, more: number): void {
    while ((held.get(key) ?? 0) + more > allowed) {
      const oldest = load.makesWay ? oldestArriving(key, load) : undefined
      if (oldest === undefined) {
        onRefused('body_share_full')
        throw full(of, limit, allowed)
      }
      // A request for a verdict arrives in milliseconds, so slow bodies must not take its room.
      if (oldest.arrival !== null) cut(oldest, oldest.arrival, 'body_made_way', full(of, limit, allowed))
    }
  }

  /** The oldest body in this share that is still arriving. */
  function oldestArriving(key: string, except: Load): Load | undefined {
    for (const load of arriving) {
      if (load === except || countedBytes(load, load.bytes) === 0) continue
      if (load.shares.some((share) => share.key === key)) return load
    }
    return undefined
  }

  function release(load: Load): void {
    load.users -= 1
    if (load.users > 0) return
    resize(load, 0)
    if (load.freeBytes > 0) usingFreeBytes.delete(load.socket)
  }

  function begin(request: IncomingMessage, holder: BodyHolder): Load {
    const { socket } = request
    const isFree = !usingFreeBytes.has(socket)
    if (isFree) usingFreeBytes.add(socket)
    return {
      socket,
      holder,
      shares: [],
      freeBytes: isFree ? LIMITS.bodyFreeBytes : 0,
      makesWay: holder.pool === 'verdict',
      bytes: 0,
      users: 1,
      arrival: null,
    }
  }

  return {
    read({ request, response, holder, mostBytes }) {
      const announced = Number(request.headers['content-length'] ?? Number.NaN)
      if (announced > mostBytes) return Promise.reject(bodyTooLarge(mostBytes))
      // The caller hung up before it was identified, so no event would ever release the load.
      if (request.socket.destroyed) return Promise.reject(new DomainError('invalid_input', { say: CUT_OFF }))
      const load = begin(request, holder)
      loads.set(request, load)
      // Emitted after the reply, or when the connection is lost before it.
      response.once('close', () => release(load))

      return new Promise((resolve, reject) => {
        const arrived = arrivedBytes(Number.isNaN(announced) ? mostBytes : announced)
        const arrival: Arrival = {
          fail: end,
          windowBeganMs: clock.monotonic(),
          windowBytes: 0,
          isLate: false,
        }
        load.arrival = arrival
        arriving.add(load)
        request.on('data', onData)
        request.on('end', onEnd)
        request.on('error', end)

        function onData(chunk: Buffer): void {
          try {
            if (load.bytes + chunk.length > mostBytes) throw bodyTooLarge(mostBytes)
            grow(load, chunk.length)
          } catch (error) {
            return end(error)
          }
          arrival.windowBytes += chunk.length
          arrived.add(chunk)
        }
        function onEnd(): void {
          stopReading()
          resolve(arrived.all())
        }
        function end(error: unknown): void {
          stopReading()
          reject(error)
        }
        function stopReading(): void {
          load.arrival = null
          arriving.delete(load)
          request.off('data', onData)
          request.off('end', onEnd)
          request.off('error', end)
          // Later chunks are discarded until the connection is closed.
          request.on('error', () => {})
          request.resume()
        }
      })
    },
    hold(request, bytes) {
      const load = loads.get(request)
      if (load !== undefined) grow(load, bytes)
    },
    holdWhile(request, work) {
      const load = loads.get(request)
      if (load === undefined || load.users === 0) return
      load.users += 1
      const end = () => release(load)
      work.then(end, end)
    },
    heldBytes: (pool) => held.get(pool) ?? 0,
    stop: () => clearInterval(timer),
  }
}

function countedBytes({ freeBytes }: Load, bytes: number): number {
  return Math.max(0, bytes - freeBytes)
}

/** The smallest share comes first, because its error message is the most specific. */
function sharesOf({ pool, org, caller, network }: BodyHolder): readonly Share[] {
  const shares: Share[] = []
  const add = (whose: string | null, of: string, limit: LimitName, allowed: number) => {
    if (whose !== null) shares.push({ key: `${pool} ${limit} ${whose}`, allowed, limit, of })
  }
  switch (pool) {
    case 'verdict':
      add(
        org,
        'of this organization',
        'verdictBodiesOrgShare',
        LIMITS.verdictBodiesBytes * LIMITS.verdictBodiesOrgShare,
      )
      shares.push({ key: pool, allowed: LIMITS.verdictBodiesBytes, limit: 'verdictBodiesBytes', of: 'for verdicts' })
      return shares
    case 'open':
      add(
        network(),
        'from this address',
        'openBodiesAddressShare',
        LIMITS.openBodiesBytes * LIMITS.openBodiesAddressShare,
      )
      shares.push({ key: pool, allowed: LIMITS.openBodiesBytes, limit: 'openBodiesBytes', of: 'without a credential' })
      return shares
    case 'ordinary':
      add(caller, 'with this credential', 'bodiesCallerShare', LIMITS.bodiesBytes * LIMITS.bodiesCallerShare)
      add(network(), 'from this address', 'bodiesAddressShare', LIMITS.bodiesBytes * LIMITS.bodiesAddressShare)
      add(org, 'of this organization', 'bodiesOrgShare', LIMITS.bodiesBytes * LIMITS.bodiesOrgShare)
      shares.push({ key: pool, allowed: LIMITS.bodiesBytes, limit: 'bodiesBytes', of: 'of all organizations' })
      return shares
  }
}

function full(of: string, limit: LimitName, allowed: number): DomainError {
  return new DomainError('store_busy', {
    say: `Unfinished requests ${of} hold ${allowed / 1024 / 1024} MiB, which is the limit ${limit}. Nothing of this request was stored; send it again shortly.`,
    limit,
    allowed,
    retryAfterSeconds: 1,
  })
}

function tooSlow(): DomainError {
  const { bodyMinBytesPerSecond: allowed, bodyWindowMs } = LIMITS
  return new DomainError('too_slow', {
    say: `The body arrived at less than ${allowed / 1024} KiB/s for ${bodyWindowMs / 1000} s (limit bodyMinBytesPerSecond). Nothing of this request was stored; send it again, in smaller parts if the connection is slow.`,
    limit: 'bodyMinBytesPerSecond',
    allowed,
    retryAfterSeconds: 1,
  })
}

/**
 * Collects bytes in one growing buffer. A list of chunks would cost a hundred times the size of a body that is sent a
 * byte at a time, and each small slice would keep the 64 KiB buffer that it was read into.
 */
function arrivedBytes(most: number): { add(chunk: Buffer): void; all(): Buffer } {
  let buffer = Buffer.alloc(0)
  let used = 0
  return {
    add(chunk) {
      const needed = used + chunk.length
      if (needed > buffer.length) {
        const size = Math.min(most, Math.max(needed, 2 * buffer.length, LIMITS.bodyFreeBytes))
        const larger = Buffer.allocUnsafe(Math.max(needed, size))
        buffer.copy(larger, 0, 0, used)
        buffer = larger
      }
      chunk.copy(buffer, used)
      used = needed
    },
    all: () => buffer.subarray(0, used),
  }
}
