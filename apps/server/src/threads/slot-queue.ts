import { DomainError } from '@sentinelmesh/api/constants'

/**
 * Slots shared by keys (organizations). What callers can rely on:
 * 1. At most `slots` are taken at a time, and at most `slotsPerKey` by one key.
 * 2. A free slot goes to the keys that wait round robin: a key with many callers waiting does not delay another key by
 *    more than one of its own.
 * 3. Callers of one key get their slots in the order in which they asked.
 * 4. At most `waitingPerKey` callers of a key wait; `enter` rejects the next one at once.
 */
export interface SlotQueue<Key> {
  /**
   * Resolves with the slot; disposing it passes it on. Rejects with `rate_limited` if too many callers of this key are
   * waiting, with the signal's reason if it aborts first, and with `shutting_down` after `close`.
   */
  enter(key: Key, signal?: AbortSignal): Promise<Disposable>
  waiting(): number
  taken(): number
  /** Rejects everyone who waits, and everyone who comes later. */
  close(): void
}

export interface SlotQueueOptions {
  readonly slots: number
  readonly slotsPerKey: number
  readonly waitingPerKey: number
  /** The error for a caller that would be one too many. */
  readonly onFull: () => DomainError
}

interface Waiter {
  readonly admit: (slot: Disposable) => void
  readonly refuse: (reason: unknown) => void
}

export function slotQueue<Key>({ slots, slotsPerKey, waitingPerKey, onFull }: SlotQueueOptions): SlotQueue<Key> {
  /** In round-robin order: the key that is served goes to the end. */
  const waiters = new Map<Key, Waiter[]>()
  const takenBy = new Map<Key, number>()
  let taken = 0
  let isClosed = false

  const isFree = (key: Key) => taken < slots && (takenBy.get(key) ?? 0) < slotsPerKey

  const take = (key: Key): Disposable => {
    taken++
    takenBy.set(key, (takenBy.get(key) ?? 0) + 1)
    let isHeld = true
    return {
      [Symbol.dispose]() {
        if (!isHeld) return
        isHeld = false
        taken--
        const left = (takenBy.get(key) ?? 1) - 1
        if (left === 0) takenBy.delete(key)
        else takenBy.set(key, left)
        serve()
      },
    }
  }

  const serve = (): void => {
    for (const [key, waiting] of waiters) {
      if (taken >= slots) return
      if (!isFree(key)) continue
      const [next, ...rest] = waiting
      waiters.delete(key)
      if (rest.length > 0) waiters.set(key, rest)
      next?.admit(take(key))
    }
  }

  const leave = (key: Key, waiter: Waiter): void => {
    const left = (waiters.get(key) ?? []).filter((one) => one !== waiter)
    if (left.length === 0) waiters.delete(key)
    else waiters.set(key, left)
  }

  return {
    async enter(key, signal) {
      if (isClosed) throw new DomainError('shutting_down')
      signal?.throwIfAborted()
      const before = waiters.get(key)
      if (before === undefined && isFree(key)) return take(key)
      if ((before?.length ?? 0) >= waitingPerKey) throw onFull()
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          leave(key, waiter)
          reject(signal?.reason)
        }
        const waiter: Waiter = {
          admit(slot) {
            signal?.removeEventListener('abort', onAbort)
            resolve(slot)
          },
          refuse(reason) {
            signal?.removeEventListener('abort', onAbort)
            reject(reason)
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        if (before === undefined) waiters.set(key, [waiter])
        else before.push(waiter)
      })
    },
    waiting: () => [...waiters.values()].reduce((sum, { length }) => sum + length, 0),
    taken: () => taken,
    close() {
      isClosed = true
      const left = [...waiters.values()].flat()
      waiters.clear()
      for (const { refuse } of left) refuse(new DomainError('shutting_down'))
    },
  }
}
