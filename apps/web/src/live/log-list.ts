import { fromTailCursor } from '@sentinelmesh/api/constants'
import type { Row, TailItem } from '@sentinelmesh/api'
import { isSignedOut, mayPass, toFault, type Fault } from '../fault.ts'
import { nextDay, startOfDay } from '../time.ts'
import type { Client } from '../trpc.ts'
import { beginAt, gapReason, REWOUND, step, type Continuity } from './continuity.ts'
import { listView, type Divider, type ListView } from './list-view.ts'
import { createRateMeter, type Rate } from './rate.ts'
import {
  add,
  addPage,
  compare,
  dropBefore,
  EMPTY,
  evict,
  firstShown,
  HELD_ROWS,
  hold,
  type HeldRow,
  type RowStore,
} from './row-store.ts'
import type { Followed, LiveSocket } from './socket.ts'

/** Why the view stands still. The stream goes on: what arrives waits, is counted, and comes in on `resume`. */
export type PauseCause = 'space' | 'scroll' | 'selection' | 'text selection'

export interface CatchingUp {
  /** When the socket was lost, and how much is read of how much. */
  readonly since: number
  readonly fetched: number
  readonly of: number | null
}

export interface LogListState {
  readonly view: ListView
  readonly rows: number
  readonly first: 'loading' | 'ready' | 'cancelled' | Fault
  /**
   * `full`: as many rows are held as may be; older ones need a shorter time. `stopped`: the search ended at its time
   * limit, and goes on when a person wants it to.
   */
  readonly older: 'more' | 'stopped' | 'loading' | 'end' | 'full' | Fault
  /** As the first page counted it. */
  readonly total: number
  readonly totalEstimated: boolean
  /** Where the last search ended at its time limit: how far it came, and what would make it quicker. */
  readonly ended: { readonly searchedTo: string | null; readonly narrow: string } | null
  readonly paused: PauseCause | null
  /** Rows that wait. */
  readonly waiting: number
  readonly tail: 'none' | 'joining' | 'live' | CatchingUp | Fault
  /** How many entries the tail is behind, where that is worth a word; it catches up by itself. */
  readonly behind: number | null
  /** False from a break until the next batch that joins: nobody says “nothing missing” then. */
  readonly joined: boolean
  readonly rate: Rate
  readonly backFilled: readonly { readonly from: number; readonly to: number }[]
  /** When this was composed. */
  readonly now: number
  /** Newest instant that is known to be on screen. */
  readonly upTo: number | null
}

export interface LogListOptions {
  readonly client: Client
  readonly socket: LiveSocket
  readonly q: string
  /** Milliseconds since 1970; `from` is of the moment in which the list is made. */
  readonly from: number | null
  readonly to: number | null
  /** Length of a range that moves with time; null where `from` stands still. */
  readonly moving: number | null
  readonly live: boolean
  /** Told when a page is refused because nobody is signed in. */
  readonly onSignedOut: () => void
}

export interface LogList {
  state(): LogListState
  watch(listener: () => void): () => void
  loadOlder(): void
  pause(cause: PauseCause): void
  resume(): void
  /** After a fault of the first page, or after `cancel`. */
  retry(): void
  /** Gives a first page up that takes too long. */
  cancel(): void
  row(id: string): Row | undefined
  close(): void
}

const PAGE_ROWS = 200
/** At most ten changes of the view a second, however much arrives. */
const COMMIT_MS = 100
/** Rows that wait while the view is paused or the tab hidden; beyond, they are read again from the server. */
const MOST_WAITING = 20_000
const calendar = { startOfDay, nextDay }

function endOf({ incomplete, narrow, searchedTo }: LogsPage): LogListState['ended'] {
  return incomplete ? { searchedTo, narrow: narrow ?? '' } : null
}

type LogsPage = Awaited<ReturnType<Client['logs']['page']['query']>>

export function createLogList(options: LogListOptions): LogList {
  const { client, socket, q, live } = options
  const watchers = new Set<() => void>()
  const meter = createRateMeter()
  const aborter = { current: new AbortController() }

  let store: RowStore = EMPTY
  let marks: readonly Divider[] = []
  let backFilled: LogListState['backFilled'] = []
  let waiting: HeldRow[] = []
  /** How many more wait than are held here. */
  let overflow = 0
  let first: LogListState['first'] = 'loading'
  let older: LogListState['older'] = 'end'
  /** Where the next older page begins; `to` where no page cursor leads there. */
  let next: { readonly cursor?: string; readonly to: number | null } = { to: options.to }
  let from = options.from
  let total = 0
  let totalEstimated = false
  let ended: LogListState['ended'] = null
  let paused: PauseCause | null = null
  let tail: LogListState['tail'] = 'none'
  let continuity: Continuity = beginAt(undefined)
  let joined = true
  let behind: number | null = null
  let lostSince: number | null = null
  let catching: {
    since: number
    from: number
    until: number | null
    scanned: number
    matched: number
    whole: boolean
    newest: HeldRow | undefined
  } | null = null
  let followed: Followed | undefined
  let upTo: number | null = null
  let closed = false
  let state = compose()
  let commitTimer: number | undefined

  function compose(): LogListState {
    return {
      view: listView(store.rows, firstShown(store), marks, calendar),
      rows: store.rows.length,
      first,
      older,
      total,
      totalEstimated,
      ended,
      paused,
      waiting: waiting.length + overflow,
      tail: catching === null ? tail : catchingUp(),
      behind,
      joined,
      rate: meter.read(Date.now()),
      backFilled,
      upTo,
      now: Date.now(),
    }
  }

  function catchingUp(): CatchingUp {
    if (catching === null) return { since: Date.now(), fetched: 0, of: null }
    const { since, scanned, until } = catching
    return { since, fetched: scanned, of: until === null ? null : Math.max(scanned, until - catching.from) }
  }

  function emit(): void {
    if (closed) return
    state = compose()
    for (const watcher of watchers) watcher()
  }

  /** Coalesces what arrives. In a hidden tab nothing is painted, but the socket is read on. */
  function commitSoon(): void {
    if (commitTimer !== undefined || closed) return
    commitTimer = window.setTimeout(() => {
      commitTimer = undefined
      if (paused === null && !document.hidden) takeWaiting()
      emit()
    }, COMMIT_MS)
  }

  function takeWaiting(): void {
    if (overflow > 0) {
      // Too much waited to be held: the newest page is read again and the rest loads on scroll.
      void loadFirst()
      return
    }
    if (waiting.length === 0) return
    const arrived = Date.now()
    upTo = arrived
    store = add(
      store,
      waiting.map((held) => ({ ...held, arrived })),
    )
    waiting = []
    trim()
  }

  function trim(): void {
    if (options.moving !== null) store = dropBefore(store, Date.now() - options.moving)
    const kept = evict(store)
    store = kept.store
    const lowest = store.rows[0]
    if (kept.evicted && lowest !== undefined) {
      // No cursor leads to this row: the list is asked for again from its instant on, and twins are told by key.
      next = { to: lowest.at + 1 }
      older = 'more'
    }
  }

  function keep(row: Row): void {
    if (waiting.length < MOST_WAITING) {
      waiting.push(hold(row, Date.now()))
      return
    }
    overflow++
  }

  async function loadFirst(): Promise<void> {
    aborter.current.abort()
    const own = new AbortController()
    aborter.current = own
    followed?.stop()
    followed = undefined
    from = options.moving === null ? options.from : Date.now() - options.moving
    first = store.rows.length === 0 ? 'loading' : 'ready'
    emit()
    try {
      const page = await client.logs.page.query(
        { ...filter(from, options.to), limit: PAGE_ROWS },
        { signal: own.signal },
      )
      if (own.signal.aborted || closed) return
      waiting = []
      overflow = 0
      marks = []
      backFilled = []
      catching = null
      store = addPage(
        EMPTY,
        page.items.map((row) => hold(row, 0)),
        page.nextCursor !== null,
      )
      total = page.total
      totalEstimated = page.totalEstimated
      ended = endOf(page)
      upTo = Date.now()
      next = { ...(page.nextCursor === null ? {} : { cursor: page.nextCursor }), to: options.to }
      older = page.nextCursor === null ? 'end' : page.incomplete ? 'stopped' : 'more'
      first = 'ready'
      if (live) follow(page.head)
      emit()
    } catch (error) {
      if (own.signal.aborted || closed) return
      first = toFault(error)
      if (isSignedOut(first)) options.onSignedOut()
      emit()
    }
  }

  function filter(begin: number | null, end: number | null) {
    return {
      ...(q === '' ? {} : { q }),
      ...(begin === null ? {} : { from: new Date(begin).toISOString() }),
      ...(end === null ? {} : { to: new Date(end).toISOString() }),
    }
  }

  async function loadOlder(): Promise<void> {
    if (older === 'loading' || older === 'end' || first !== 'ready') return
    if (store.rows.length >= HELD_ROWS) {
      older = 'full'
      emit()
      return
    }
    const own = aborter.current
    older = 'loading'
    emit()
    try {
      const page = await client.logs.page.query(
        { ...filter(from, next.to), limit: PAGE_ROWS, ...(next.cursor === undefined ? {} : { cursor: next.cursor }) },
        { signal: own.signal },
      )
      if (own.signal.aborted || closed) return
      next = { ...(page.nextCursor === null ? {} : { cursor: page.nextCursor }), to: next.to }
      older = page.nextCursor === null ? 'end' : page.incomplete ? 'stopped' : 'more'
      ended = endOf(page)
      store = addPage(
        store,
        page.items.map((row) => hold(row, 0)),
        page.nextCursor !== null,
      )
    } catch (error) {
      if (own.signal.aborted || closed) return
      older = toFault(error)
      if (isSignedOut(older)) options.onSignedOut()
    }
    emit()
  }

  function follow(head: string): void {
    continuity = beginAt(head)
    tail = 'joining'
    behind = null
    followed = socket.follow({
      q,
      after: () => {
        if (lostSince !== null) beginCatchUp(lostSince)
        return continuity.proven
      },
      onItem: take,
      onFault: (fault) => {
        tail = fault
        emit()
      },
    })
  }

  function beginCatchUp(since: number): void {
    lostSince = null
    const position = seqOf(continuity.proven)
    if (position === undefined) return
    const begun = {
      since,
      from: position,
      until: null as number | null,
      scanned: 0,
      matched: 0,
      whole: joined,
      newest: undefined,
    }
    catching = begun
    emit()
    // How far it has to read: seq is dense, so the head says how many entries are missing here.
    void findEnd(begun)
  }

  async function findEnd(begun: NonNullable<typeof catching>): Promise<void> {
    try {
      begun.until = seqOf((await client.org.get.query()).head) ?? begun.from
    } catch {
      begun.until = begun.from // unknown: the first batch then ends it
    }
    if (catching === begun) finishCatchUp()
  }

  function finishCatchUp(): void {
    const position = seqOf(continuity.proven)
    if (catching === null || catching.until === null || position === undefined || position < catching.until) return
    const { since, scanned, matched, whole, newest, from: begin } = catching
    catching = null
    tail = 'live'
    if (scanned > 0) {
      backFilled = [...backFilled, { from: begin + 1, to: position }]
      const to = Date.now()
      const key = newest === undefined ? { at: to, seq: position } : { at: newest.at, seq: newest.seq + 0.5 }
      marks = [...marks, { type: 'back-filled', key, from: since, to, scanned, matched, whole }]
    }
  }

  function take(item: TailItem): void {
    switch (item.type) {
      case 'entry': {
        const at = Date.parse(item.entry.at)
        if ((from !== null && at < from) || (options.to !== null && at >= options.to)) return
        keep(item.entry)
        if (catching !== null) {
          const held = hold(item.entry, 0)
          if (catching.newest === undefined || compare(held, catching.newest) > 0) catching.newest = held
        }
        break
      }
      case 'progress': {
        const result = step(continuity, item)
        continuity = result.next
        joined = result.joined
        if (!result.joined && result.again) {
          followed?.resubscribe()
          return
        }
        if (!result.joined) addGap(result.missing.from, result.missing.to, 'the server did not say why')
        meter.count(item.scanned, item.matched, Date.now())
        // Told every few seconds; between, what was read is taken off.
        if (behind !== null) behind = Math.max(1, behind - item.scanned)
        if (catching === null) tail = 'live'
        else {
          catching.scanned += item.scanned
          catching.matched += item.matched
          catching.whole &&= joined
          finishCatchUp()
        }
        break
      }
      case 'gap':
        if (item.reason === REWOUND) {
          // What is shown may be of the log that is no more.
          void loadFirst()
          return
        }
        addGap(item.from, item.to, gapReason(item.reason))
        if (catching !== null) catching.whole = false
        break
      case 'lagging':
        behind = item.behind === 0 ? null : item.behind
        break
    }
    commitSoon()
  }

  function addGap(begin: string, end: string, reason: string): void {
    const newest = store.rows.at(-1)
    const key = { at: Math.max(newest?.at ?? 0, waiting.at(-1)?.at ?? 0), seq: (seqOf(end) ?? 0) + 0.5 }
    marks = [...marks, { type: 'gap', key, from: begin, to: end, reason }]
  }

  const unwatch = socket.watch(() => {
    const connection = socket.connection()
    if (connection.status === 'lost') behind = null
    if (connection.status === 'lost' && followed !== undefined && lostSince === null) {
      // A socket that breaks while it catches up has been lost since the first time.
      lostSince = catching?.since ?? connection.since
      if (catching !== null) finishEarly()
    }
    // What failed for want of a server, or of a sign-in, is asked for again when there is one.
    const failed = typeof first === 'object' && (mayPass(first) || isSignedOut(first))
    if (connection.status === 'open' && failed) void loadFirst()
    commitSoon()
  })

  /** What was read of a catch-up that broke off is kept: the next one goes on behind it. */
  function finishEarly(): void {
    if (catching === null) return
    const position = seqOf(continuity.proven)
    if (position !== undefined && position > catching.from)
      backFilled = [...backFilled, { from: catching.from + 1, to: position }]
    catching = null
  }

  const onVisible = () => {
    if (!document.hidden) commitSoon()
  }
  document.addEventListener('visibilitychange', onVisible)
  const second = window.setInterval(() => {
    if (document.hidden) return
    if (paused === null && options.moving !== null) trim()
    emit()
  }, 1_000)

  void loadFirst()

  return {
    state: () => state,
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    loadOlder: () => void loadOlder(),
    pause(cause) {
      if (paused !== null || !live) return
      paused = cause
      emit()
    },
    resume() {
      if (paused === null) return
      paused = null
      takeWaiting()
      emit()
    },
    retry: () => void loadFirst(),
    cancel() {
      if (first !== 'loading') return
      aborter.current.abort()
      first = 'cancelled'
      emit()
    },
    row: (id) => store.rows.find(({ row }) => row.id === id)?.row,
    close() {
      closed = true
      aborter.current.abort()
      followed?.stop()
      unwatch()
      window.clearInterval(second)
      window.clearTimeout(commitTimer)
      document.removeEventListener('visibilitychange', onVisible)
    },
  }
}

function seqOf(cursor: string | undefined): number | undefined {
  return cursor === undefined ? undefined : fromTailCursor(cursor)
}
