import type { Row } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'
import type { Client } from '../../trpc.ts'
import type { Connection } from '../connection.ts'
import type { FollowTail, LiveSocket } from '../socket.ts'
import { aRow } from './a-row.ts'

interface PageInput {
  readonly from?: string
  readonly to?: string
  readonly limit: number
  readonly cursor?: string
}

export const tailCursor = (seq: number) => `s${seq.toString(36)}`

/**
 * A log as on the server: pages by time, newest first, and a tail that delivers appended entries. By default pages
 * are answered at once and the tail delivers at once; with `manual`, the test decides when.
 */
export class ALog {
  readonly rows: Row[] = []
  readonly erased = new Set<number>()
  /** Each page that was requested. */
  readonly asked: PageInput[] = []
  /** The handles to answer each page in flight. */
  readonly pending: { answer(): void; fail(): void }[] = []
  /** Each cursor from which the tail was subscribed. */
  readonly cursors: number[] = []
  readonly #manual: boolean
  readonly #watchers = new Set<() => void>()
  #connection: Connection
  #tail: FollowTail | undefined
  /** The position up to which the subscription has delivered. Undefined without a subscription. */
  #position: number | undefined

  constructor(now: number, { manual }: { manual: boolean } = { manual: false }) {
    this.#connection = { status: 'open', since: now }
    this.#manual = manual
  }

  readonly client = {
    logs: { page: { query: (input: PageInput) => this.#page(input) } },
    org: { get: { query: async () => ({ head: tailCursor(this.rows.length) }) } },
  } as unknown as Client

  readonly socket: LiveSocket = {
    connection: () => this.#connection,
    watch: (listener) => {
      this.#watchers.add(listener)
      return () => this.#watchers.delete(listener)
    },
    follow: (tail) => {
      this.#tail = tail
      this.#subscribe()
      return {
        stop: () => {
          if (this.#tail !== tail) return
          this.#tail = undefined
          this.#position = undefined
        },
        resubscribe: () => this.#subscribe(),
      }
    },
    client: () => undefined,
    retryNow: () => {},
    restart: () => {},
    close: () => {},
  }

  get followed(): boolean {
    return this.#tail !== undefined
  }
  get watched(): boolean {
    return this.#watchers.size > 0
  }
  get open(): boolean {
    return this.#connection.status === 'open'
  }

  append(instants: readonly number[]): void {
    for (const at of instants) this.rows.push(aRow(this.rows.length + 1, at))
    if (!this.#manual) this.deliver()
  }

  /** Erases what the tail has not delivered, at most `most` entries after `skip`. */
  eraseAfter(skip: number, most: number): void {
    const begin = (this.#position ?? this.rows.length) + skip
    for (let seq = begin + 1; seq <= Math.min(begin + most, this.rows.length); seq++) this.erased.add(seq)
  }

  /**
   * Delivers one batch of at most `most` entries. `cut`: the socket breaks before its `progress`. `skip`: the server
   * wrongly begins this many entries later.
   */
  deliver({ most = Infinity, cut = false, skip = 0, now = 0 } = {}): void {
    if (this.#tail === undefined || this.#position === undefined) return
    const { onItem } = this.#tail
    const from = Math.min(this.#position + skip, this.rows.length)
    const end = Math.min(from + most, this.rows.length)
    let gap = 0
    for (let seq = from + 1; seq <= end; seq++) {
      const row = this.rows[seq - 1]
      if (this.erased.has(seq)) gap++
      else if (row !== undefined) onItem({ type: 'entry', entry: row })
      if (gap === 0 || (seq < end && this.erased.has(seq + 1))) continue
      onItem({ type: 'gap', from: tailCursor(seq - gap + 1), to: tailCursor(seq), reason: 'erased' })
      gap = 0
    }
    if (cut) return this.lose(now)
    this.#position = end
    const scanned = end - from
    onItem({ type: 'progress', from: tailCursor(from), cursor: tailCursor(end), scanned, matched: scanned })
  }

  lose(now: number): void {
    const since = this.#connection.status === 'lost' ? this.#connection.since : now
    this.#position = undefined
    this.#connect({ status: 'lost', since, attempt: 1, retryAt: null })
  }

  reopen(now: number): void {
    this.#connect({ status: 'open', since: now })
    this.#subscribe()
  }

  #connect(connection: Connection): void {
    this.#connection = connection
    for (const watcher of this.#watchers) watcher()
  }

  #subscribe(): void {
    const tail = this.#tail
    if (tail === undefined || !this.open) return
    const position = fromTailCursor(tail.after() ?? '') ?? this.rows.length
    this.cursors.push(position)
    this.#position = position
    if (!this.#manual) queueMicrotask(() => this.#tail === tail && this.deliver())
  }

  #page(input: PageInput) {
    this.asked.push(input)
    const found = this.rows
      .filter(({ seq, at }) => {
        const within = (input.from === undefined || at >= input.from) && (input.to === undefined || at < input.to)
        return within && !this.erased.has(seq) && (input.cursor === undefined || orderOf(seq, at) < input.cursor)
      })
      .sort((one, other) => one.at.localeCompare(other.at) || one.seq - other.seq)
    const items = found.slice(-input.limit).toReversed()
    const last = items.at(-1)
    const page = {
      items,
      total: found.length,
      totalEstimated: false,
      incomplete: false,
      nextCursor: found.length > items.length && last !== undefined ? orderOf(last.seq, last.at) : null,
      head: tailCursor(this.rows.length),
    }
    if (!this.#manual) return Promise.resolve(page)
    return new Promise<typeof page>((resolve, reject) => {
      this.pending.push({ answer: () => resolve(page), fail: () => reject(new Error('offline')) })
    })
  }
}

const orderOf = (seq: number, at: string) => `${at} ${String(seq).padStart(9, '0')}`
