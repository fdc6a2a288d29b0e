import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../fault.ts'
import { beginAt } from './continuity.ts'
import {
  begin,
  MAX_WAITING,
  pageInput,
  positionOf,
  transition,
  type Effect,
  type Event,
  type LogsPage,
  type State,
} from './log-list-machine.ts'
import { compare, HELD_ROWS, hold, type HeldRow } from './row-store.ts'
import { tailCursor } from './testing/a-log.ts'
import { aRow } from './testing/a-row.ts'
import { seeded, type Random } from './testing/seeded.ts'

const T0 = Date.UTC(2026, 3, 14, 12)
const SECOND = 1_000
/** The position of the cursor in every state below. */
const CURSOR = 1_000
const OFFLINE: Fault = { code: 'offline', message: '', details: {}, requestId: null }
const SIGNED_OUT: Fault = { ...OFFLINE, code: 'unauthenticated' }
const PERMANENT: Fault = { ...OFFLINE, code: 'invalid_input' }

const REGIONS = {
  list: ['loading', 'rereading', 'ready', 'loading older', 'cancelled', 'failed'],
  tail: ['none', 'joining', 'live', 'lost', 'catching up', 'refused'],
  view: ['showing', 'paused', 'hidden'],
} as const
type Region = keyof typeof REGIONS
const REGION_NAMES = ['list', 'tail', 'view'] as const
const regionOf = (name: string) => REGION_NAMES.find((region) => (REGIONS[region] as readonly string[]).includes(name))

const namesOf = ({ list, tail, hidden, paused }: State): Record<Region, string> => ({
  list: typeof list === 'object' ? 'failed' : list,
  tail: tail.name,
  view: hidden ? 'hidden' : paused === null ? 'showing' : 'paused',
})

const held = (seq: number, at = T0): HeldRow => hold(aRow(seq, at), 0)
const entry = (seq: number, at = T0): Event => ({ type: 'entry', entry: aRow(seq, at) })
const batch = (from: number, cursor: number): Event => {
  const scanned = Math.max(0, cursor - from)
  return { type: 'progress', from: tailCursor(from), cursor: tailCursor(cursor), scanned, matched: scanned }
}
const gap = (from: number, to: number, reason = 'erased'): Event => ({
  type: 'gap',
  from: tailCursor(from),
  to: tailCursor(to),
  reason,
})
const head = (seq: number): Event => ({ type: 'head', head: tailCursor(seq) })
function aPage(
  seqs: readonly number[],
  more: boolean,
  headSeq = CURSOR,
  at: (seq: number) => number = () => T0,
): Event {
  const page: LogsPage = {
    items: seqs.map((seq) => aRow(seq, at(seq))) as LogsPage['items'],
    nextCursor: more ? 'older' : null,
    prevCursor: null,
    total: seqs.length,
    totalEstimated: false,
    incomplete: false,
    searchedTo: null,
    narrow: null,
    undecided: [],
    head: tailCursor(headSeq),
  }
  return { type: 'page', page }
}

const FROM_BEGIN = begin({ q: '', from: null, to: null, moving: null, live: true }, false, T0).state
/** A live list with rows 1 to 3. */
const LIVE: State = {
  ...FROM_BEGIN,
  list: 'ready',
  tail: { name: 'live' },
  store: { rows: [held(1), held(2), held(3)], floor: undefined },
  older: 'more',
  next: { cursor: 'older', to: null },
  continuity: beginAt(tailCursor(CURSOR)),
}
const EMPTY_STORE = FROM_BEGIN.store
const FULL_STORE = {
  rows: Array.from({ length: HELD_ROWS }, (_, n): HeldRow => ({ ...held(1), seq: n + 1, at: T0 + n })),
  floor: undefined,
}
const CATCHING_UP = {
  name: 'catching up',
  since: T0 - 60 * SECOND,
  from: CURSOR,
  until: null,
  scanned: 0,
  matched: 0,
  whole: true,
  newest: undefined,
} as const

/** The live list, but with one region in the given state and the others in a compatible state. */
function stateIn(name: string): State {
  switch (name) {
    case 'loading':
    case 'cancelled':
      return { ...LIVE, list: name, tail: { name: 'none' }, store: EMPTY_STORE }
    case 'rereading':
      return { ...LIVE, list: name, tail: { name: 'none' } }
    case 'failed':
      return { ...LIVE, list: OFFLINE, tail: { name: 'none' } }
    case 'ready':
    case 'showing':
    case 'live':
      return LIVE
    case 'loading older':
      return { ...LIVE, list: name }
    case 'none':
      return { ...LIVE, list: 'rereading', tail: { name } }
    case 'joining':
      return { ...LIVE, tail: { name } }
    case 'lost':
      return { ...LIVE, tail: { name, since: CATCHING_UP.since } }
    case 'catching up':
      return { ...LIVE, tail: CATCHING_UP }
    case 'refused':
      return { ...LIVE, tail: { name, fault: PERMANENT } }
    case 'paused':
      return { ...LIVE, paused: 'space' }
    case 'hidden':
      return { ...LIVE, hidden: true }
    default:
      throw new Error(`no such state: ${name}`)
  }
}

const after = (state: State, ...events: readonly Event[]): State =>
  events.reduce((now, event) => transition(now, event, T0).state, state)
const seqs = (rows: readonly HeldRow[]) => rows.map(({ seq }) => seq)
function waitingRows({ waiting }: State): number[] {
  const found: number[] = []
  for (let next = waiting; next !== null; next = next.before) found.push(next.held.seq)
  return found
}
/** The state with `count` waiting rows, of which only the newest is held. */
const withWaiting = (state: State, count: number): State => ({
  ...state,
  waiting: { held: held(CURSOR + 1), before: null },
  waitingCount: count,
})
const gaps = ({ dividers }: State) => dividers.filter(({ type }) => type === 'gap')

interface Case {
  readonly given?: (state: State) => State
  readonly event: Event
  /** Checks what the columns of the table cannot express. */
  readonly check?: (next: State, before: State) => void
}

const moving = (state: State): State => ({ ...state, query: { ...state.query, moving: 60 * SECOND } })
const ended = (state: State): State => ({ ...state, query: { ...state.query, live: false } })
const overflowing = (state: State) => withWaiting(state, MAX_WAITING + 1)
const oneWaits = (state: State) => withWaiting(state, 1)
const noRows = (state: State): State => ({ ...state, store: EMPTY_STORE })
const full = (state: State): State => ({ ...state, store: FULL_STORE })
const brokenTwice = (state: State) => ({ ...state, continuity: { ...state.continuity, breaks: 2 } })

/** The earlier rows are shown, and the row that waited. */
const showsWhatWaited = (next: State) => {
  expect(seqs(next.store.rows)).toEqual([1, 2, 3, CURSOR + 1])
  expect(next.store.rows.at(-1)?.arrived).toBe(T0)
  expect(next).toMatchObject({ waiting: null, waitingCount: 0, upTo: T0 })
}
const keepsWaiting = (next: State, before: State) => {
  expect(next.store).toBe(before.store)
  expect(next.waitingCount).toBe(before.waitingCount)
}
const dropsTheOldest = (next: State) => {
  expect(next.store.rows).toHaveLength(HELD_ROWS)
  expect(next.older).toBe('more')
  expect(pageInput(next).to).toBe(new Date(T0 + 2).toISOString())
}
const marksBackFilled = (next: State) => {
  expect(next.backFilled).toEqual([{ from: CURSOR + 1, to: CURSOR + 5 }])
  expect(next.dividers).toMatchObject([{ type: 'back-filled', from: CATCHING_UP.since, scanned: 5, whole: true }])
}

const CASES: Readonly<Record<string, Case>> = {
  L1: {
    given: (state) => ({ ...oneWaits(state), dividers: gaps(after(LIVE, gap(CURSOR + 1, CURSOR + 1))) }),
    event: aPage([9, 8, 7], true, 2_000),
    check: (next) => {
      expect(seqs(next.store.rows)).toEqual([7, 8, 9])
      expect(next).toMatchObject({ older: 'more', dividers: [], waiting: null, waitingCount: 0, upTo: T0 })
      expect(positionOf(next)).toBe(2_000)
      expect(pageInput(next).cursor).toBe('older')
    },
  },
  L2: { given: ended, event: aPage([9], false), check: (next) => expect(next.older).toBe('end') },
  L3: { given: oneWaits, event: { type: 'page failed', fault: OFFLINE }, check: keepsWaiting },
  L4: { event: { type: 'page failed', fault: SIGNED_OUT } },
  L5: { event: { type: 'cancel' } },
  L6: { event: { type: 'load older' }, check: (next) => expect(pageInput(next).cursor).toBe('older') },
  L7: { given: full, event: { type: 'load older' }, check: (next) => expect(next.older).toBe('full') },
  L8: { given: (state) => ({ ...state, older: 'end' }), event: { type: 'load older' } },
  L9: {
    event: aPage([3, 2, 0], false),
    check: (next) => {
      expect(seqs(next.store.rows)).toEqual([0, 1, 2, 3])
      expect(next.older).toBe('end')
    },
  },
  L10: { event: { type: 'page failed', fault: OFFLINE }, check: (next) => expect(next.older).toBe(OFFLINE) },
  L11: { event: { type: 'page failed', fault: SIGNED_OUT }, check: (next) => expect(next.older).toBe(SIGNED_OUT) },
  L12: {
    given: (state) => moving({ ...state, store: LIVE.store }),
    event: { type: 'retry' },
    check: (next) => expect(pageInput(next)).toMatchObject({ from: new Date(T0 - 60 * SECOND).toISOString() }),
  },
  L13: {
    given: noRows,
    event: { type: 'retry' },
    check: (next) => expect(pageInput(next)).not.toHaveProperty('cursor'),
  },
  L14: { given: noRows, event: { type: 'socket open' } },
  L15: { given: (state) => ({ ...state, list: PERMANENT }), event: { type: 'socket open' } },

  T1: { event: entry(CURSOR + 1), check: (next) => expect(waitingRows(next)).toEqual([CURSOR + 1]) },
  T2: {
    given: (state) => withWaiting(state, MAX_WAITING),
    event: entry(CURSOR + 2),
    check: (next) => {
      expect(next.waitingCount).toBe(MAX_WAITING + 1)
      expect(waitingRows(next)).toEqual([CURSOR + 1])
    },
  },
  T3: { given: (state) => ({ ...state, from: T0 }), event: entry(CURSOR + 1, T0 - 1) },
  T4: { event: batch(CURSOR, CURSOR + 5), check: (next) => expect(positionOf(next)).toBe(CURSOR + 5) },
  T5: {
    event: batch(CURSOR, CURSOR + 5),
    check: (next) => {
      expect(positionOf(next)).toBe(CURSOR + 5)
      expect(next.tail).toMatchObject({ scanned: 5, matched: 5, whole: true })
    },
  },
  T6: {
    given: (state) => after(state, head(CURSOR + 5)),
    event: batch(CURSOR, CURSOR + 5),
    check: marksBackFilled,
  },
  T7: {
    event: batch(CURSOR + 3, CURSOR + 5),
    check: (next) => {
      expect(positionOf(next)).toBe(CURSOR)
      expect(next.joined).toBe(false)
    },
  },
  T8: {
    given: brokenTwice,
    event: batch(CURSOR + 3, CURSOR + 5),
    check: (next) => {
      expect(gaps(next)).toMatchObject([{ from: tailCursor(CURSOR), to: tailCursor(CURSOR + 3) }])
      expect(positionOf(next)).toBe(CURSOR + 5)
    },
  },
  T9: {
    given: brokenTwice,
    event: batch(CURSOR + 3, CURSOR + 5),
    check: (next) => {
      expect(gaps(next)).toHaveLength(1)
      expect(next.tail).toMatchObject({ whole: false })
    },
  },
  T10: {
    event: gap(CURSOR + 1, CURSOR + 2),
    check: (next) => expect(gaps(next)).toMatchObject([{ reason: 'they were erased on request' }]),
  },
  T11: {
    event: gap(CURSOR + 1, CURSOR + 2),
    check: (next) => {
      expect(gaps(next)).toHaveLength(1)
      expect(next.tail).toMatchObject({ whole: false })
    },
  },
  T12: {
    given: (state) => ({ ...after(state, gap(CURSOR + 1, CURSOR + 2)), committing: false }),
    event: gap(CURSOR + 1, CURSOR + 2),
    check: (next, before) => expect(next.dividers).toBe(before.dividers),
  },
  T13: { event: gap(1, CURSOR, 'rewound') },
  T14: {
    event: { type: 'lagging', cursor: tailCursor(CURSOR), behind: 40 },
    check: (next) => {
      expect(next.backlog).toBe(40)
      expect(after(next, batch(CURSOR, CURSOR + 5)).backlog).toBe(35)
      expect(after(next, { type: 'lagging', cursor: '', behind: 0 }).backlog).toBe(null)
    },
  },
  T15: {
    event: { type: 'refused', fault: PERMANENT },
    check: (next) => expect(next.tail).toMatchObject({ fault: PERMANENT }),
  },
  T16: {
    given: (state) => ({ ...state, backlog: 40 }),
    event: { type: 'socket lost', since: T0 },
    check: (next) => {
      expect(next.tail).toMatchObject({ since: T0 })
      expect(next.backlog).toBe(null)
    },
  },
  T17: {
    given: (state) => ({ ...after(state, batch(CURSOR, CURSOR + 5)), committing: false }),
    event: { type: 'socket lost', since: T0 },
    check: (next) => {
      expect(next.tail).toMatchObject({ since: CATCHING_UP.since })
      expect(next.backFilled).toEqual([{ from: CURSOR + 1, to: CURSOR + 5 }])
    },
  },
  T18: { event: { type: 'socket open' }, check: (next) => expect(next.tail).toEqual(CATCHING_UP) },
  T19: { event: head(CURSOR + 5), check: (next) => expect(next.tail).toMatchObject({ until: CURSOR + 5 }) },
  T20: {
    given: (state) => ({ ...after(state, batch(CURSOR, CURSOR + 5)), committing: false }),
    event: head(CURSOR + 5),
    check: marksBackFilled,
  },
  T21: { event: { type: 'head', head: undefined }, check: (next) => expect(next.dividers).toEqual([]) },
  T22: { given: (state) => ({ ...after(state, head(CURSOR + 5)), committing: false }), event: head(CURSOR) },

  V1: { event: { type: 'pause', cause: 'scroll' }, check: (next) => expect(next.paused).toBe('scroll') },
  V2: { event: { type: 'pause', cause: 'scroll' }, check: (next) => expect(next.paused).toBe('scroll') },
  V3: { given: ended, event: { type: 'pause', cause: 'scroll' } },
  V4: { given: oneWaits, event: { type: 'resume' }, check: showsWhatWaited },
  V5: { given: overflowing, event: { type: 'resume' } },
  V6: {
    given: (state) => ({ ...overflowing(state), list: 'rereading', tail: { name: 'none' } }),
    event: { type: 'resume' },
    check: keepsWaiting,
  },
  V7: {
    given: (state) => ({ ...oneWaits(state), paused: 'space' }),
    event: { type: 'resume' },
    check: showsWhatWaited,
  },
  V8: { given: oneWaits, event: { type: 'commit due' }, check: showsWhatWaited },
  V9: { given: overflowing, event: { type: 'commit due' } },
  V10: {
    given: (state) => ({ ...overflowing(state), list: 'rereading', tail: { name: 'none' } }),
    event: { type: 'commit due' },
    check: keepsWaiting,
  },
  V11: {
    given: (state) => after(full(state), entry(HELD_ROWS + 1, T0 + HELD_ROWS)),
    event: { type: 'commit due' },
    check: dropsTheOldest,
  },
  V12: {
    given: (state) => ({
      ...after(full(state), entry(HELD_ROWS + 1, T0 + HELD_ROWS)),
      list: 'loading older',
    }),
    event: { type: 'commit due' },
    check: dropsTheOldest,
  },
  V13: { given: oneWaits, event: { type: 'commit due' }, check: keepsWaiting },
  V14: { event: { type: 'hidden' } },
  V15: { event: { type: 'visible' } },
  V16: { given: (state) => ({ ...state, paused: 'space' }), event: { type: 'visible' } },
  V17: {
    given: (state) => moving({ ...state, store: { rows: [held(1, T0 - 61 * SECOND), held(2)], floor: undefined } }),
    event: { type: 'second' },
    check: (next) => expect(seqs(next.store.rows)).toEqual([2]),
  },
  V18: { event: { type: 'second' }, check: keepsWaiting },
  V19: {
    given: (state) => moving({ ...state, store: { rows: [held(1, T0 - 61 * SECOND)], floor: undefined } }),
    event: { type: 'second' },
    check: keepsWaiting,
  },
}

/** The rows of the tables in `log-list.md`. */
const ROWS = readFileSync(new URL('log-list.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| [LTV]\d+ /.test(line))
  .map((line) => {
    const [, id = '', states = '', event = '', condition = '', next = '', effects = ''] = line
      .split('|')
      .map((cell) => cell.trim())
    const list = (cell: string) => cell.split(', ').filter((item) => item !== '')
    const region: Region = id.startsWith('L') ? 'list' : id.startsWith('T') ? 'tail' : 'view'
    return {
      id,
      region,
      states: states === 'any' ? [...REGIONS[region]] : list(states),
      event: event.replaceAll('`', ''),
      condition,
      next: list(next),
      effects: list(effects),
    }
  })

describe('the transition table', () => {
  test('has a case for each row, and no other', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(Object.keys(CASES))
  })

  for (const { id, region, states, event, condition, next, effects } of ROWS) {
    test.each(states)(
      `${id}: %s × ${event}${condition === '' ? '' : `, if ${condition}`} → ${next.join(', ')}`,
      (name) => {
        const found = CASES[id]
        if (found === undefined) throw new Error(`no case for ${id}`)
        expect(found.event.type).toBe(event)
        const before = found.given?.(stateIn(name)) ?? stateIn(name)
        const expected = namesOf({ ...before, committing: false })
        expect(expected[region]).toBe(name)
        for (const moved of next) expected[regionOf(moved) ?? region] = moved === 'same' ? name : moved
        const step = transition({ ...before, committing: false }, found.event, T0)
        expect(namesOf(step.state)).toEqual(expected)
        expect(step.effects).toEqual(effects)
        found.check?.(step.state, before)
      },
    )
  }

  const EVENTS = new Map(Object.values(CASES).map(({ event }) => [event.type, event]))
  test.each([...EVENTS.values()])('$type is ignored in states without a row for it', (event) => {
    const specified = (state: State) =>
      ROWS.some((row) => row.event === event.type && row.states.includes(namesOf(state)[row.region]))
    const unspecified = REGION_NAMES.flatMap((region) => REGIONS[region].map(stateIn)).filter(
      (state) => !specified(state),
    )
    for (const state of unspecified) {
      const step = transition(state, event, T0)
      expect(step.state).toBe(state)
      expect(step.effects).toEqual([])
    }
  })

  test('of two changes within one commit interval, the first starts the timer', () => {
    const first = transition(LIVE, entry(CURSOR + 1), T0)
    const second = transition(first.state, entry(CURSOR + 2), T0)
    expect([first.effects, second.effects]).toEqual([['start commit timer'], []])
  })
})

/** The first `length` of `seqs`, to which a sequence only appends. */
interface Log {
  readonly seqs: number[]
  readonly length: number
}

/** State that an observer derives from the events and effects. */
interface Ledger {
  /** The entries accepted since the last first page, and the positions where entries are missing. */
  readonly accepted: Log
  readonly missing: ReadonlySet<string>
  readonly inFlight: boolean
  readonly subscribed: boolean
}

interface Taken extends Ledger {
  readonly seed: number
  readonly before: State
  readonly event: Event
  readonly state: State
  readonly effects: readonly Effect[]
}

const SEQUENCES = 150
const LENGTH = 200
/** Pages contain the positions up to here, and the tail delivers later ones. */
const PAGED = 500
const instantOf = (seq: number) => T0 + ((seq * 7_919) % 60) * SECOND

/** A random event, expected in this state or not, that does not violate the guarantees of the server. */
function someEvent(state: State, newest: number, random: Random): Event {
  const position = positionOf(state)
  const { pick, below, chance } = random
  const type = pick([
    ...(['page', 'page failed', 'load older', 'commit due', 'second', 'lagging', 'socket lost', 'head'] as const),
    ...(['socket open', 'socket open', 'pause', 'resume', 'hidden', 'visible', 'page', 'page', 'commit due'] as const),
    ...(['entry', 'entry', 'entry', 'entry', 'progress', 'progress', 'progress', 'gap', 'rare'] as const),
  ])
  switch (type) {
    case 'page': {
      const size = below(6)
      return aPage(
        Array.from({ length: size }, () => 1 + below(PAGED)),
        chance(0.7),
        newest + below(3),
        instantOf,
      )
    }
    case 'page failed':
      return { type, fault: pick([OFFLINE, SIGNED_OUT, PERMANENT]) }
    case 'entry': {
      const seq = Math.max(PAGED + 1, newest - 1 + below(4))
      return entry(seq, instantOf(seq))
    }
    case 'progress': {
      const from = position + (chance(0.6) ? 0 : below(4))
      return batch(from, Math.max(from, newest) + below(2))
    }
    case 'gap':
      return gap(newest + 1, newest + 1 + below(3))
    case 'lagging':
      return { type, cursor: '', behind: below(50) }
    case 'socket lost':
      return { type, since: T0 }
    case 'head':
      return { type, head: chance(0.1) ? undefined : tailCursor(position + below(8)) }
    case 'pause':
      return { type, cause: 'scroll' }
    case 'rare':
      return pick<Event>([
        gap(1, position, 'rewound'),
        { type: 'refused', fault: PERMANENT },
        { type: 'retry' },
        { type: 'cancel' },
      ])
    default:
      return { type }
  }
}

function run(seed: number): Taken[] {
  const random = seeded(seed)
  const moves = random.chance(0.3) ? 50 * SECOND : null
  const query = { q: '', from: null, to: null, moving: moves, live: random.chance(0.9) }
  let { state } = begin(query, random.chance(0.2), T0)
  let ledger: Ledger = { accepted: { seqs: [], length: 0 }, missing: new Set(), inFlight: true, subscribed: false }
  const taken: Taken[] = []
  for (let count = 0; count < LENGTH; count++) {
    // Occasionally, more rows arrive than are held.
    const burst = state.tail.name === 'live' && random.chance(0.004) ? MAX_WAITING + 1 : 1
    for (let n = 0; n < burst; n++) {
      const newest = Math.max(PAGED, positionOf(state), ledger.accepted.seqs.at(-1) ?? 0)
      const event = burst > 1 ? entry(newest + 1, T0 + 59 * SECOND) : someEvent(state, newest, random)
      const before = state
      const step = transition(before, event, T0 + 60 * SECOND)
      state = step.state
      ledger = observe(ledger, before, event, step.state, step.effects)
      if (n === burst - 1) taken.push({ ...ledger, seed, before, event, state, effects: step.effects })
    }
  }
  return taken
}

function observe(ledger: Ledger, before: State, event: Event, state: State, effects: readonly Effect[]): Ledger {
  const answered = event.type === 'page' || event.type === 'page failed'
  const fresh = isReplaced(before, event, state)
  const gone = fresh ? undefined : missingAt(before, event, state)
  return {
    accepted: fresh
      ? { seqs: [], length: 0 }
      : event.type === 'entry' && state !== before
        ? appended(ledger.accepted, event.entry.seq)
        : ledger.accepted,
    missing: fresh ? new Set() : gone === undefined ? ledger.missing : new Set([...ledger.missing, gone]),
    inFlight: effects.includes('read page') || (ledger.inFlight && !answered && !effects.includes('abandon page')),
    subscribed: effects.includes('follow') || (ledger.subscribed && !effects.includes('unfollow')),
  }
}

/** Where the tail passed entries that it did not deliver. */
function missingAt(before: State, event: Event, state: State): string | undefined {
  if (!['joining', 'live', 'catching up'].includes(before.tail.name)) return undefined
  if (event.type === 'gap' && event.reason !== 'rewound') return event.to
  const jumped = event.type === 'progress' && event.from !== before.continuity.proven
  return jumped && positionOf(state) !== positionOf(before) ? event.from : undefined
}

const isReplaced = (before: State, event: Event, state: State) =>
  event.type === 'page' && ['loading', 'rereading'].includes(namesOf(before).list) && state.list === 'ready'
const isTailEvent = ({ type }: Event) =>
  ['entry', 'progress', 'gap', 'lagging', 'refused', 'head', 'socket lost', 'socket open'].includes(type)
function appended({ seqs }: Log, seq: number): Log {
  seqs.push(seq)
  return { seqs, length: seqs.length }
}

/** Whether one step of a sequence keeps the invariant. */
const INVARIANTS: Readonly<Record<string, (taken: Taken) => boolean>> = {
  'I1: rows are in order and unique': ({ state: { store } }) =>
    store.rows.every((row, index) => {
      const before = store.rows[index - 1]
      return before === undefined || compare(before, row) < 0
    }) && new Set(seqs(store.rows)).size === store.rows.length,
  'I2: while paused or hidden, no event of the tail changes the rows': ({ before, event, state }) =>
    !(before.hidden || before.paused !== null) || !isTailEvent(event) || state.store.rows === before.store.rows,
  'I3: each entry of the tail is shown, waits, or is counted': ({ state, accepted }) => {
    const waits = waitingRows(state)
    const there = new Set([...seqs(state.store.rows), ...waits])
    const absent = accepted.seqs.slice(0, accepted.length).filter((seq) => !there.has(seq)).length
    return state.query.moving !== null || absent <= state.waitingCount - waits.length
  },
  'I4: waiting rows are bounded': ({ state }) =>
    waitingRows(state).length === Math.min(state.waitingCount, MAX_WAITING),
  'I5: each gap has one divider until a first page': ({ state, missing }) =>
    gaps(state).length === missing.size &&
    gaps(state).every((divider) => 'to' in divider && missing.has(String(divider.to))),
  'I6: the cursor only moves forward, by a batch that begins at it or past a gap': ({
    before,
    event,
    state,
    missing,
  }) => {
    const [from, now] = [positionOf(before), positionOf(state)]
    if (now === from || isReplaced(before, event, state)) return true
    return (
      now > from && event.type === 'progress' && (event.from === before.continuity.proven || missing.has(event.from))
    )
  },
  'I7: a page is in flight exactly while the list reads one': ({ state, inFlight }) =>
    inFlight === ['loading', 'rereading', 'loading older'].includes(namesOf(state).list),
  'I8: the tail is subscribed exactly if it is not none': ({ state, subscribed }) =>
    subscribed === (state.tail.name !== 'none') &&
    (!subscribed || (state.query.live && ['ready', 'loading older'].includes(namesOf(state).list))),
  'I9: there is one commit timer': ({ before, event, state, effects }) => {
    const started = effects.includes('start commit timer')
    if (started) return !before.committing && state.committing
    return state.committing === (before.committing && event.type !== 'commit due')
  },
  'I10: each change is shown at once or at the next commit': ({ before, event, state, effects }) =>
    state === before || event.type === 'hidden' || effects.includes('show') || state.committing,
  'I11: a catch-up ends at the head, and is whole only without a gap': ({ before, event, state }) => {
    if (before.tail.name !== 'catching up' || state.tail.name !== 'live') return true
    const { until, from, whole } = before.tail
    const end =
      event.type === 'head' ? (event.head === undefined ? from : Number.parseInt(event.head.slice(1), 36)) : until
    const added = state.dividers.slice(before.dividers.length).find(({ type }) => type === 'back-filled')
    const crossed = !whole || gaps(state).length > gaps(before).length
    return end !== null && positionOf(state) >= end && (added?.type !== 'back-filled' || !added.whole || !crossed)
  },
}

describe('random sequences of events', () => {
  const taken = Array.from({ length: SEQUENCES }, (_, seed) => run(seed)).flat()

  test.each(Object.entries(INVARIANTS))('%s', (_, holds) => {
    const broken = taken.filter((step) => !holds(step))
    expect(broken.slice(0, 3).map(({ seed, event, before }) => ({ seed, event, before: namesOf(before) }))).toEqual([])
  })

  test('visit each state and each kind of event, including more rows than are held', () => {
    const visited = new Set(taken.flatMap(({ state }) => Object.values(namesOf(state))))
    expect(visited).toEqual(new Set(Object.values(REGIONS).flat()))
    expect(new Set(taken.map(({ event }) => event.type)).size).toBe(
      new Set(Object.values(CASES).map(({ event }) => event.type)).size,
    )
    expect(taken.some(({ state }) => state.waitingCount > MAX_WAITING)).toBe(true)
  })
})

test('I12: after the oldest rows are dropped, the next page begins above the oldest row that is left', () => {
  const grown = after(full(LIVE), entry(HELD_ROWS + 1, T0 + HELD_ROWS), { type: 'commit due' })
  const lowest = grown.store.rows[0]
  expect(grown.older).toBe('more')
  expect(pageInput(grown).to).toBe(new Date((lowest?.at ?? 0) + 1).toISOString())
})
