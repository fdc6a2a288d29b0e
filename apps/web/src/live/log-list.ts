import type { Row } from '@sentinelmesh/api'
import { toFault, type Fault } from '../fault.ts'
import { nextDay, startOfDay } from '../time.ts'
import type { Client } from '../trpc.ts'
import type { Clock } from './clock.ts'
import { listView, type ListView } from './list-view.ts'
import {
  begin,
  pageInput,
  transition,
  type Effect,
  type Event,
  type PauseCause,
  type Query,
  type State,
  type Step,
  type TailState,
} from './log-list-machine.ts'
import { rateAt, type Rate } from './rate.ts'
import { firstShown } from './row-store.ts'
import type { Followed, LiveSocket } from './socket.ts'

export interface CatchingUp {
  /** When the socket was lost, and how many of the missing entries are read. */
  readonly since: number
  readonly fetched: number
  readonly of: number | null
}

/** The list as the page shows it. */
export interface LogListState extends Pick<
  State,
  'total' | 'totalEstimated' | 'ended' | 'paused' | 'backlog' | 'joined' | 'backFilled' | 'upTo'
> {
  readonly view: ListView
  readonly rows: number
  readonly first: 'loading' | 'ready' | 'cancelled' | Fault
  /**
   * `full`: the list holds as many rows as it may; older ones need a shorter time range. `stopped`: the search reached its
   * time limit, and continues when the user asks for more.
   */
  readonly older: 'more' | 'stopped' | 'loading' | 'end' | 'full' | Fault
  /** How many rows arrived and are not shown yet. */
  readonly waiting: number
  readonly tail: 'none' | 'joining' | 'live' | CatchingUp | Fault
  readonly rate: Rate
  /** When this was composed. */
  readonly now: number
}

export interface LogListOptions extends Query {
  readonly client: Client
  readonly socket: LiveSocket
  readonly clock: Clock
  /** Called when a page is refused because nobody is signed in. */
  readonly onSignedOut: () => void
}

export interface LogList {
  state(): LogListState
  watch(listener: () => void): () => void
  loadOlder(): void
  pause(cause: PauseCause): void
  resume(): void
  /** Reads the list again, after a fault of the first page or after `cancel`. */
  retry(): void
  /** Gives up a first page that takes too long. */
  cancel(): void
  row(id: string): Row | undefined
  close(): void
}

/** At most ten changes of the view per second, however many entries arrive. */
const COMMIT_MS = 100
const calendar = { startOfDay, nextDay }

/** Runs the state machine of `log-list.md`: sends it what happens, and carries out its effects. */
export function createLogList({ client, socket, clock, onSignedOut, ...query }: LogListOptions): LogList {
  const watchers = new Set<() => void>()
  const requests = { page: new AbortController(), head: new AbortController() }
  let followed: Followed | undefined
  let cancelCommit: (() => void) | undefined
  let cancelSecond: (() => void) | undefined
  let closed = false
  const first = begin(query, document.hidden, clock.now())
  let state = first.state
  let shown = compose(state, clock.now())

  function apply(step: Step): void {
    state = step.state
    for (const effect of step.effects) run(effect)
  }
  function send(event: Event): void {
    if (!closed) apply(transition(state, event, clock.now()))
  }

  function run(effect: Effect): void {
    switch (effect) {
      case 'read page':
        return void request('page', readPage)
      case 'abandon page':
        return requests.page.abort()
      case 'read head':
        return void request('head', readHead)
      case 'follow':
        followed = socket.follow({
          q: query.q,
          after: () => state.continuity.proven,
          onItem: send,
          onFault: (fault) => send({ type: 'refused', fault }),
        })
        return
      case 'unfollow':
        followed?.stop()
        followed = undefined
        return
      case 'resubscribe':
        return followed?.resubscribe()
      case 'start commit timer':
        cancelCommit = clock.after(COMMIT_MS, () => send({ type: 'commit due' }))
        return
      case 'show':
        shown = compose(state, clock.now())
        for (const watcher of watchers) watcher()
        return
      case 'report sign-out':
        return onSignedOut()
    }
  }

  /** Abandons the request of this kind that is in flight. An abandoned request sends no event. */
  async function request(kind: keyof typeof requests, read: (signal: AbortSignal) => Promise<Event>): Promise<void> {
    requests[kind].abort()
    const own = new AbortController()
    requests[kind] = own
    const event = await read(own.signal)
    if (!own.signal.aborted) send(event)
  }
  const readPage = (signal: AbortSignal) =>
    client.logs.page.query(pageInput(state), { signal }).then(
      (page): Event => ({ type: 'page', page }),
      (error: unknown): Event => ({ type: 'page failed', fault: toFault(error) }),
    )
  const readHead = (signal: AbortSignal) =>
    client.org.get.query(undefined, { signal }).then(
      ({ head }): Event => ({ type: 'head', head }),
      (): Event => ({ type: 'head', head: undefined }),
    )

  function countSeconds(): void {
    cancelSecond = clock.after(1_000, () => {
      countSeconds()
      send({ type: 'second' })
    })
  }

  const onVisibility = () => send({ type: document.hidden ? 'hidden' : 'visible' })
  document.addEventListener('visibilitychange', onVisibility)
  const unwatch = socket.watch(() => {
    const connection = socket.connection()
    if (connection.status === 'lost') send({ type: 'socket lost', since: connection.since })
    if (connection.status === 'open') send({ type: 'socket open' })
  })
  apply(first)
  countSeconds()

  return {
    state: () => shown,
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    loadOlder: () => send({ type: 'load older' }),
    pause: (cause) => send({ type: 'pause', cause }),
    resume: () => send({ type: 'resume' }),
    retry: () => send({ type: 'retry' }),
    cancel: () => send({ type: 'cancel' }),
    row: (id) => state.store.rows.find(({ row }) => row.id === id)?.row,
    close() {
      closed = true
      requests.page.abort()
      requests.head.abort()
      followed?.stop()
      cancelCommit?.()
      cancelSecond?.()
      unwatch()
      document.removeEventListener('visibilitychange', onVisibility)
    },
  }
}

function compose(state: State, now: number): LogListState {
  const { list, tail, store } = state
  return {
    ...state,
    view: listView(store.rows, firstShown(store), state.dividers, calendar),
    rows: store.rows.length,
    first: list === 'rereading' || list === 'loading older' ? 'ready' : list,
    older: list === 'loading older' ? 'loading' : state.older,
    waiting: state.waitingCount,
    tail: tailOf(tail),
    rate: rateAt(state.samples, now),
    now,
  }
}

function tailOf(tail: TailState): LogListState['tail'] {
  if (tail.name === 'refused') return tail.fault
  if (tail.name === 'lost') return 'joining'
  if (tail.name !== 'catching up') return tail.name
  const { since, from, until, scanned } = tail
  return { since, fetched: scanned, of: until === null ? null : Math.max(scanned, until - from) }
}
