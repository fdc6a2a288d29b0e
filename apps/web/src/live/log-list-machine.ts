import type { Row, TailItem } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'
import { isSignedOut, isTransient, type Fault } from '../fault.ts'
import type { Client } from '../trpc.ts'
import { beginAt, gapReason, REWOUND, step as join, type Continuity } from './continuity.ts'
import type { Divider } from './list-view.ts'
import { addSample, type Sample } from './rate.ts'
import {
  add,
  addPage,
  compare,
  dropBefore,
  EMPTY,
  evict,
  HELD_ROWS,
  hold,
  type HeldRow,
  type RowStore,
} from './row-store.ts'

// The transition function of the list of entries. `log-list.md` specifies it: the states, the events, and what each pair
// does. Nothing here waits, reads a clock, or calls anything; `log-list.ts` runs the effects.

export type LogsPage = Awaited<ReturnType<Client['logs']['page']['query']>>

/** Why the view is paused. The tail continues: rows that arrive are counted, and are shown on `resume`. */
export type PauseCause = 'space' | 'scroll' | 'selection' | 'text selection'

export interface Query {
  readonly q: string
  /** Milliseconds since 1970; `from` is computed when the list is made. */
  readonly from: number | null
  readonly to: number | null
  /** Length of a range that moves with time; null if `from` is fixed. */
  readonly moving: number | null
  readonly live: boolean
}

/** A fault is the state `failed`. */
type ListState = 'loading' | 'rereading' | 'ready' | 'loading older' | 'cancelled' | Fault

export type TailState =
  | { readonly name: 'none' | 'joining' | 'live' }
  | { readonly name: 'lost'; readonly since: number }
  | CatchUp
  | { readonly name: 'refused'; readonly fault: Fault }

interface CatchUp {
  readonly name: 'catching up'
  /** When the socket was lost. */
  readonly since: number
  /** Positions in the log: where the catch-up began, and the head when the socket reopened (null until it is read). */
  readonly from: number
  readonly until: number | null
  readonly scanned: number
  readonly matched: number
  /** False once part of it is missing. */
  readonly whole: boolean
  readonly newest: HeldRow | undefined
}

/** The rows that arrived and are not shown yet, newest first. A linked list, because rows arrive one by one. */
interface Waiting {
  readonly held: HeldRow
  readonly before: Waiting | null
}

export interface State {
  readonly query: Query
  readonly list: ListState
  readonly tail: TailState
  readonly paused: PauseCause | null
  /** The browser tab is in the background. */
  readonly hidden: boolean
  /** The commit timer runs. */
  readonly committing: boolean
  /** The rows that are shown. */
  readonly store: RowStore
  readonly dividers: readonly Divider[]
  readonly backFilled: readonly { readonly from: number; readonly to: number }[]
  readonly waiting: Waiting | null
  /** How many rows wait. Those beyond `MAX_WAITING` are only counted. */
  readonly waitingCount: number
  readonly continuity: Continuity
  readonly joined: boolean
  /** The tail's backlog in entries, as the server reports it when it is worth showing. */
  readonly backlog: number | null
  readonly samples: readonly Sample[]
  /** Begin of the shown range as of the last first page. */
  readonly from: number | null
  /** Where the next page begins: at a page cursor, or at an instant if no cursor leads there. */
  readonly next: { readonly cursor?: string; readonly to: number | null }
  readonly older: 'more' | 'stopped' | 'end' | 'full' | Fault
  readonly total: number
  readonly totalEstimated: boolean
  readonly ended: { readonly searchedTo: string | null; readonly narrow: string } | null
  readonly upTo: number | null
}

type TailEvent = TailItem | { readonly type: 'refused'; readonly fault: Fault }

export type Event =
  | { readonly type: 'page'; readonly page: LogsPage }
  | { readonly type: 'page failed'; readonly fault: Fault }
  | { readonly type: 'load older' | 'retry' | 'cancel' | 'resume' | 'hidden' | 'visible' | 'commit due' | 'second' }
  | { readonly type: 'pause'; readonly cause: PauseCause }
  | TailEvent
  | { readonly type: 'socket lost'; readonly since: number }
  | { readonly type: 'socket open' }
  /** `head` is undefined if it could not be read. */
  | { readonly type: 'head'; readonly head: string | undefined }

export type Effect =
  /** Requests the page that `pageInput` describes, and abandons the one that is in flight. */
  | 'read page'
  | 'abandon page'
  /** Requests the log's head, and abandons the request before. */
  | 'read head'
  /** Subscribes to the tail from the cursor on. */
  | 'follow'
  | 'unfollow'
  /** Subscribes again from the cursor on. */
  | 'resubscribe'
  | 'start commit timer'
  | 'show'
  | 'report sign-out'

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

export const PAGE_ROWS = 200
/** Rows that are held while the view is paused or hidden. If more arrive, the list is read again instead. */
export const MAX_WAITING = 20_000

export function begin(query: Query, hidden: boolean, now: number): Step {
  const state: State = {
    query,
    list: 'loading',
    tail: { name: 'none' },
    paused: null,
    hidden,
    committing: false,
    store: EMPTY,
    dividers: [],
    backFilled: [],
    waiting: null,
    waitingCount: 0,
    continuity: beginAt(undefined),
    joined: true,
    backlog: null,
    samples: [],
    from: query.from,
    next: { to: query.to },
    older: 'end',
    total: 0,
    totalEstimated: false,
    ended: null,
    upTo: null,
  }
  return readFirst(state, now)
}

export function transition(state: State, event: Event, now: number): Step {
  switch (event.type) {
    case 'page':
      return onPage(state, event.page, now)
    case 'page failed':
      return onPageFailed(state, event.fault)
    case 'load older':
      return onLoadOlder(state)
    case 'retry':
      return readFirst(state, now)
    case 'cancel':
      if (state.list !== 'loading') return ignore(state)
      return to({ ...state, list: 'cancelled' }, 'abandon page', 'show')
    case 'entry':
    case 'progress':
    case 'gap':
    case 'lagging':
    case 'refused':
      return isStreaming(state) ? onTail(state, event, now) : ignore(state)
    case 'socket lost':
      return onSocketLost(state, event.since)
    case 'socket open':
      return onSocketOpen(state, now)
    case 'head':
      return onHead(state, event.head, now)
    case 'pause':
      if (state.paused !== null || !state.query.live) return ignore(state)
      return to({ ...state, paused: event.cause }, 'show')
    case 'resume':
      return state.paused === null ? ignore(state) : showWaiting({ ...state, paused: null }, now)
    case 'commit due': {
      const due = { ...state, committing: false }
      return state.paused !== null || state.hidden ? to(due, 'show') : showWaiting(due, now)
    }
    case 'hidden':
      return state.hidden ? ignore(state) : to({ ...state, hidden: true })
    case 'visible':
      return state.hidden ? commitSoon({ ...state, hidden: false }) : ignore(state)
    case 'second':
      if (state.hidden) return ignore(state)
      return state.paused === null && state.query.moving !== null ? trim(state, now) : to(state, 'show')
  }
}

/** The page that `read page` requests. */
export function pageInput({ query: { q }, from, next }: State) {
  return {
    ...(q === '' ? {} : { q }),
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    ...(next.to === null ? {} : { to: new Date(next.to).toISOString() }),
    limit: PAGE_ROWS,
    ...(next.cursor === undefined ? {} : { cursor: next.cursor }),
  }
}

export function positionOf({ continuity }: State): number {
  return seqOf(continuity.proven)
}

const to = (state: State, ...effects: readonly Effect[]): Step => ({ state, effects })
const ignore = (state: State): Step => to(state)
/** Coalesces changes, so that the view changes at most once per commit interval. */
const commitSoon = (state: State): Step =>
  state.committing ? to(state) : to({ ...state, committing: true }, 'start commit timer')

// Pages

function readFirst(state: State, now: number): Step {
  const { query, store } = state
  const reading: State = {
    ...state,
    list: store.rows.length === 0 ? 'loading' : 'rereading',
    tail: { name: 'none' },
    backlog: null,
    from: query.moving === null ? query.from : now - query.moving,
    next: { to: query.to },
  }
  return to(reading, 'unfollow', 'read page', 'show')
}

function onPage(state: State, page: LogsPage, now: number): Step {
  const { list } = state
  if (list === 'loading older') return to(withPage(state, page), 'show')
  if (!isFirst(list)) return ignore(state)
  const first: State = {
    ...withPage({ ...state, store: EMPTY }, page),
    dividers: [],
    backFilled: [],
    waiting: null,
    waitingCount: 0,
    total: page.total,
    totalEstimated: page.totalEstimated,
    upTo: now,
  }
  if (!state.query.live) return to(first, 'show')
  const continuity = beginAt(page.head)
  return to({ ...first, tail: { name: 'joining' }, continuity, joined: true }, 'follow', 'show')
}

/** Returns whether the page in flight is the first one. */
const isFirst = (list: ListState) => list === 'loading' || list === 'rereading'

function withPage(state: State, page: LogsPage): State {
  const { nextCursor, incomplete } = page
  const rows = page.items.map((row) => hold(row, 0))
  return {
    ...state,
    list: 'ready',
    store: addPage(state.store, rows, nextCursor !== null),
    next: { ...(nextCursor === null ? {} : { cursor: nextCursor }), to: state.next.to },
    older: nextCursor === null ? 'end' : incomplete ? 'stopped' : 'more',
    ended: incomplete ? { searchedTo: page.searchedTo, narrow: page.narrow ?? '' } : null,
  }
}

function onPageFailed(state: State, fault: Fault): Step {
  const { list } = state
  if (list !== 'loading older' && !isFirst(list)) return ignore(state)
  const failed: State = isFirst(list) ? { ...state, list: fault } : { ...state, list: 'ready', older: fault }
  return isSignedOut(fault) ? to(failed, 'report sign-out', 'show') : to(failed, 'show')
}

function onLoadOlder(state: State): Step {
  if (state.list !== 'ready' || state.older === 'end') return ignore(state)
  if (state.store.rows.length >= HELD_ROWS) return to({ ...state, older: 'full' }, 'show')
  return to({ ...state, list: 'loading older' }, 'read page', 'show')
}

// The tail

/** Returns whether the socket can deliver items of this tail. */
function isStreaming({ tail: { name } }: State): boolean {
  return name === 'joining' || name === 'live' || name === 'catching up'
}

function onTail(state: State, event: TailEvent, now: number): Step {
  switch (event.type) {
    case 'entry':
      return onEntry(state, event.entry, now)
    case 'progress':
      return onProgress(state, event, now)
    case 'gap':
      return onGap(state, event, now)
    case 'lagging':
      return commitSoon({ ...state, backlog: event.behind === 0 ? null : event.behind })
    case 'refused':
      return to({ ...recordBackFill(state), tail: { name: 'refused', fault: event.fault } }, 'show')
  }
}

function onEntry(state: State, row: Row, now: number): Step {
  const { query, from, tail } = state
  const held = hold(row, now)
  const inRange = (from === null || held.at >= from) && (query.to === null || held.at < query.to)
  if (!inRange) return ignore(state)
  return commitSoon({
    ...state,
    waitingCount: state.waitingCount + 1,
    waiting: state.waitingCount < MAX_WAITING ? { held, before: state.waiting } : state.waiting,
    tail:
      tail.name === 'catching up' && (tail.newest === undefined || compare(held, tail.newest) > 0)
        ? { ...tail, newest: held }
        : tail,
  })
}

function onProgress(state: State, batch: Extract<TailItem, { type: 'progress' }>, now: number): Step {
  const { tail, backlog } = state
  const joining = join(state.continuity, batch)
  const stepped = { ...state, continuity: joining.next, joined: joining.joined }
  if (!joining.joined && joining.again) {
    const { state: next, effects } = commitSoon(stepped)
    return to(next, 'resubscribe', ...effects)
  }
  const { scanned, matched } = batch
  const counted: State = {
    ...(joining.joined
      ? stepped
      : withGap(stepped, joining.missing.from, joining.missing.to, 'the server did not say why')),
    samples: addSample(state.samples, { at: now, scanned, matched }),
    // The server reports the backlog every few seconds. In between, it is reduced by the entries that were read.
    backlog: backlog === null ? null : Math.max(1, backlog - scanned),
  }
  if (tail.name !== 'catching up') return commitSoon({ ...counted, tail: { name: 'live' } })
  const caughtUp = {
    ...tail,
    scanned: tail.scanned + scanned,
    matched: tail.matched + matched,
    whole: tail.whole && joining.joined,
  }
  return commitSoon(endCatchUp(counted, caughtUp, now))
}

function onGap(state: State, { from, to: end, reason }: Extract<TailItem, { type: 'gap' }>, now: number): Step {
  const { tail } = state
  // The log ends before the cursor, so it is a different log and the rows on screen can be wrong.
  if (reason === REWOUND) return readFirst(state, now)
  const marked = withGap(state, from, end, gapReason(reason))
  return commitSoon(tail.name === 'catching up' ? { ...marked, tail: { ...tail, whole: false } } : marked)
}

function withGap(state: State, from: string, end: string, reason: string): State {
  const { store, waiting, dividers } = state
  if (dividers.some((divider) => divider.type === 'gap' && divider.to === end)) return state
  const key = { at: Math.max(store.rows.at(-1)?.at ?? 0, waiting?.held.at ?? 0), seq: seqOf(end) + 0.5 }
  return { ...state, dividers: [...dividers, { type: 'gap', key, from, to: end, reason }] }
}

function onSocketLost(state: State, since: number): Step {
  const { tail } = state
  if (tail.name === 'none' || tail.name === 'lost') return ignore(state)
  // A socket that breaks during a catch-up counts as lost since the first time.
  const lost = { name: 'lost', since: tail.name === 'catching up' ? tail.since : since } as const
  return commitSoon({ ...recordBackFill(state), tail: lost, backlog: null })
}

function onSocketOpen(state: State, now: number): Step {
  const { list, tail } = state
  if (typeof list === 'object' && (isTransient(list) || isSignedOut(list))) return readFirst(state, now)
  if (tail.name !== 'lost') return ignore(state)
  const catchUp: CatchUp = {
    name: 'catching up',
    since: tail.since,
    from: positionOf(state),
    until: null,
    scanned: 0,
    matched: 0,
    whole: state.joined,
    newest: undefined,
  }
  return to({ ...state, tail: catchUp }, 'read head', 'show')
}

function onHead(state: State, head: string | undefined, now: number): Step {
  const { tail } = state
  if (tail.name !== 'catching up' || tail.until !== null) return ignore(state)
  // Positions are dense, so the head says how many entries are missing. Without it, nothing says when the catch-up ends.
  return commitSoon(endCatchUp(state, { ...tail, until: head === undefined ? tail.from : seqOf(head) }, now))
}

/** Goes live if the cursor has reached the end of the catch-up. */
function endCatchUp(state: State, tail: CatchUp, now: number): State {
  const position = positionOf(state)
  if (tail.until === null || position < tail.until) return { ...state, tail }
  const { since, scanned, matched, whole, newest } = tail
  const live: State = { ...recordBackFill({ ...state, tail }), tail: { name: 'live' } }
  if (scanned === 0) return live
  const key = newest === undefined ? { at: now, seq: position } : { at: newest.at, seq: newest.seq + 0.5 }
  const divider: Divider = { type: 'back-filled', key, from: since, to: now, scanned, matched, whole }
  return { ...live, dividers: [...live.dividers, divider] }
}

/** Records which positions a catch-up has read, whether or not it reached its end. */
function recordBackFill(state: State): State {
  const { tail, backFilled } = state
  const position = positionOf(state)
  if (tail.name !== 'catching up' || position <= tail.from) return state
  return { ...state, backFilled: [...backFilled, { from: tail.from + 1, to: position }] }
}

// The view

function showWaiting(state: State, now: number): Step {
  if (state.tail.name === 'none' || state.waitingCount === 0) return to(state, 'show')
  if (state.waitingCount > MAX_WAITING) return readFirst(state, now)
  const rows: HeldRow[] = []
  for (let next = state.waiting; next !== null; next = next.before) rows.push({ ...next.held, arrived: now })
  return trim({ ...state, store: add(state.store, rows), waiting: null, waitingCount: 0, upTo: now }, now)
}

/** Drops the rows that a moving range has left behind, and the oldest rows if more are held than may be. */
function trim(state: State, now: number): Step {
  const { query, list } = state
  if (list !== 'ready' && list !== 'loading older') return to(state, 'show')
  const within = query.moving === null ? state.store : dropBefore(state.store, now - query.moving)
  const { store, evicted } = evict(within)
  const lowest = store.rows[0]
  if (!evicted || lowest === undefined) return to({ ...state, store }, 'show')
  // No cursor leads to the lowest row, so the next page begins at its instant and repeats the rows of that millisecond.
  // A page in flight would leave a hole where rows were dropped.
  const ready: State = { ...state, store, list: 'ready', next: { to: lowest.at + 1 }, older: 'more' }
  return list === 'ready' ? to(ready, 'show') : to(ready, 'abandon page', 'show')
}

function seqOf(cursor: string | undefined): number {
  return (cursor === undefined ? undefined : fromTailCursor(cursor)) ?? 0
}
