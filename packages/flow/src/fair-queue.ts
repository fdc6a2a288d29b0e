import { roundRobin, type Line } from './line.ts'

export { byPriority, firstInFirstOut, roundRobin, type Line, type RoundRobin } from './line.ts'

/**
 * Hands out slots to requests. What callers can rely on:
 * 1. A request gets a slot as soon as `mayStart` allows it, in the order of the line.
 * 2. Disposing a slot passes it on. Disposing it twice passes it on once.
 * 3. A request whose signal aborts leaves the queue and gets no slot.
 * Not promised: a bound on the backlog, unless `admit` sets one.
 */
export interface FairQueue<Request extends object> {
  /** Rejects with what `admit` throws, with the signal's reason, or with the reason of `refuse` or `close`. */
  enter(request: Request, signal?: AbortSignal): Promise<Disposable>
  /** Never waits: returns undefined if the request may not start now. */
  tryEnter(request: Request): Disposable | undefined
  waiting(): number
  /** Rejects a request that is waiting. */
  refuse(request: Request, reason: unknown): void
  /** Rejects all requests that are waiting, and all later ones. */
  close(reason: unknown): void
}

export interface FairQueueOptions<Request extends object> extends SlotLimit<Request> {
  readonly line: Line<Request>
  /** Called before a request joins the line. Throws if the backlog is full. */
  readonly admit?: (request: Request) => void
}

/** Decides who may hold a slot. */
export interface SlotLimit<Request extends object> {
  readonly mayStart: (request: Request) => boolean
  /** Called when a request gets its slot. */
  readonly onStart: (request: Request) => void
  /** Called when a slot is given back, before the next request starts. */
  readonly onEnd: (request: Request) => void
}

interface Waiter {
  readonly resolve: (slot: Disposable) => void
  readonly reject: (reason: unknown) => void
}

export function fairQueue<Request extends object>(options: FairQueueOptions<Request>): FairQueue<Request> {
  const { line, mayStart, admit, onStart, onEnd } = options
  const waiters = new Map<Request, Waiter>()
  let closed: { readonly reason: unknown } | undefined

  const start = (request: Request): Disposable => {
    onStart(request)
    let isHeld = true
    return {
      [Symbol.dispose]() {
        if (!isHeld) return
        isHeld = false
        onEnd(request)
        startWaiting()
      },
    }
  }

  const startWaiting = (): void => {
    for (let next = line.take(mayStart); next !== undefined; next = line.take(mayStart)) {
      const waiter = waiters.get(next)
      waiters.delete(next)
      waiter?.resolve(start(next))
    }
  }

  const reject = (request: Request, reason: unknown): void => {
    const waiter = waiters.get(request)
    waiters.delete(request)
    line.remove(request)
    waiter?.reject(reason)
  }

  const refuse = (request: Request, reason: unknown): void => {
    reject(request, reason)
    // It may have blocked one behind it.
    startWaiting()
  }

  return {
    async enter(request, signal) {
      if (closed !== undefined) throw closed.reason
      signal?.throwIfAborted()
      admit?.(request)
      const leave = () => refuse(request, signal?.reason)
      signal?.addEventListener('abort', leave, { once: true })
      try {
        return await new Promise<Disposable>((resolve, reject) => {
          waiters.set(request, { resolve, reject })
          line.add(request)
          // No other request can start because of this one.
          if (mayStart(request)) startWaiting()
        })
      } finally {
        signal?.removeEventListener('abort', leave)
      }
    },
    tryEnter: (request) => (closed === undefined && mayStart(request) ? start(request) : undefined),
    waiting: () => line.size,
    refuse,
    close(reason) {
      closed = { reason }
      for (const request of line) reject(request, reason)
    },
  }
}

export interface Slots {
  /** Requests that hold a slot, in all. */
  readonly inAll?: number
  /** Weight of the requests of one owner that hold a slot. A request that weighs more holds a slot alone. */
  readonly perOwner: number
}

/** A request weighs 1 unless it says otherwise. */
export interface Owned<Owner> {
  readonly owner: Owner
  readonly weight?: number
}

/** Limits the requests that hold a slot, in all and per owner. */
export function slotLimit<Owner>({ inAll = Number.POSITIVE_INFINITY, perOwner }: Slots): SlotLimit<Owned<Owner>> {
  const held = new Map<Owner, { requests: number; weight: number }>()
  let all = 0
  return {
    mayStart({ owner, weight = 1 }) {
      const own = held.get(owner)
      return all < inAll && (own === undefined || own.weight + weight <= perOwner)
    },
    onStart({ owner, weight = 1 }) {
      const own = held.get(owner) ?? { requests: 0, weight: 0 }
      held.set(owner, { requests: own.requests + 1, weight: own.weight + weight })
      all++
    },
    onEnd({ owner, weight = 1 }) {
      const own = held.get(owner) ?? { requests: 1, weight }
      if (own.requests === 1) held.delete(owner)
      else held.set(owner, { requests: own.requests - 1, weight: own.weight - weight })
      all--
    },
  }
}

/** Owners get slots round-robin. The requests of one owner start in the order in which they came. */
export function slotQueue<Owner>(
  slots: Slots,
  backlog?: { readonly perOwner: number; readonly onFull: () => Error },
): FairQueue<Owned<Owner>> {
  const line = roundRobin(({ owner }: Owned<Owner>) => owner)
  return fairQueue({
    line,
    ...slotLimit<Owner>(slots),
    admit({ owner }) {
      if (backlog !== undefined && line.sizeOf(owner) >= backlog.perOwner) throw backlog.onFull()
    },
  })
}
