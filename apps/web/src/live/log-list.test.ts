import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'
import type { Client } from '../trpc.ts'
import { aRow } from './testing/a-row.ts'
import { createLogList, type LogList } from './log-list.ts'
import { HELD_ROWS } from './row-store.ts'
import type { FollowTail, LiveSocket } from './socket.ts'

const T0 = Date.UTC(2026, 3, 14, 12)
const SECOND = 1_000
/** Beyond it, rows that wait are counted and read again. */
const MOST_WAITING = 20_000
/** Until what arrived is shown. */
const COMMIT_MS = 100

beforeEach(() => {
  vi.useFakeTimers({ now: T0 })
  // The list needs timers and the tab's visibility, nothing else of a browser.
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {}, removeEventListener: () => {} })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

interface Asked {
  readonly from?: string
  readonly to?: string
  readonly limit: number
  readonly cursor?: string
}

/** A log as the server has it: pages by time, newest first, and a tail that says what is appended. */
function aLog() {
  const rows: Row[] = []
  const asked: Asked[] = []
  let tail: FollowTail | undefined
  const client = {
    logs: {
      page: {
        async query(input: Asked) {
          asked.push(input)
          const before = (row: Row) => input.cursor === undefined || row.seq < Number(input.cursor)
          const found = rows.filter(
            (row) =>
              before(row) &&
              (input.from === undefined || row.at >= input.from) &&
              (input.to === undefined || row.at < input.to),
          )
          const items = found.slice(-input.limit).toReversed()
          const last = items.at(-1)
          return {
            items,
            total: found.length,
            totalEstimated: false,
            incomplete: false,
            nextCursor: found.length > items.length && last !== undefined ? String(last.seq) : null,
            head: `s${rows.length.toString(36)}`,
          }
        },
      },
    },
  } as unknown as Client
  const socket: LiveSocket = {
    connection: () => ({ status: 'open', since: T0 }),
    watch: () => () => {},
    follow(given) {
      tail = given
      const after = fromTailCursor(given.after() ?? '') ?? rows.length
      // Like a server, yields first what was stored since.
      queueMicrotask(() => tail === given && tell(after))
      return { stop: () => (tail = tail === given ? undefined : tail), resubscribe: () => {} }
    },
    client: () => undefined,
    retryNow: () => {},
    restart: () => {},
    close: () => {},
  }
  function tell(from: number): void {
    for (const row of rows.slice(from)) tail?.onItem({ type: 'entry', entry: row })
    const count = rows.length - from
    tail?.onItem({
      type: 'progress',
      from: `s${from.toString(36)}`,
      cursor: `s${rows.length.toString(36)}`,
      scanned: count,
      matched: count,
    })
  }
  return {
    client,
    socket,
    asked,
    /** In one batch, as a tail sends it. */
    append(instants: readonly number[]) {
      const from = rows.length
      for (const at of instants) rows.push(aRow(rows.length + 1, at))
      tell(from)
    },
  }
}

type Log = ReturnType<typeof aLog>

async function aList({ client, socket }: Log, moving: number | null = null): Promise<LogList> {
  const list = createLogList({
    client,
    socket,
    q: '',
    from: null,
    to: null,
    moving,
    live: true,
    onSignedOut: () => {},
  })
  await settled()
  return list
}

/** Waits until requests are answered and arrivals are shown. */
const settled = () => vi.advanceTimersByTimeAsync(COMMIT_MS)

/** Newest first. */
function shown(list: LogList): number[] {
  const { view } = list.state()
  const seqs: number[] = []
  for (let index = 0; index < view.length; index++) {
    const item = view.at(index)
    if (item?.type === 'row') seqs.push(item.held.seq)
  }
  return seqs
}

const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n)
const at = (count: number, instant: (n: number) => number) => Array.from({ length: count }, (_, n) => instant(n))

test.each([0, 1, 5])(
  'rows that wait are counted, and all of them come in on resume: %s beyond what is held',
  async (more) => {
    const log = aLog()
    log.append(at(3, () => T0))
    const list = await aList(log)
    list.pause('scroll')
    const arrived = MOST_WAITING + more
    log.append(at(arrived, (n) => T0 + n))
    await settled()
    expect(list.state().waiting).toBe(arrived)
    expect(shown(list)).toEqual([3, 2, 1])

    const asked = log.asked.length
    list.resume()
    await settled()
    expect(list.state().waiting).toBe(0)
    // If more rows waited than are held, the newest page is read again, and the rest on scrolling.
    expect(log.asked.length - asked).toBe(more > 0 ? 1 : 0)
    expect(shown(list)[0]).toBe(arrived + 3)
    for (let pages = 0; list.state().older === 'more' && pages < 200; pages++) {
      list.loadOlder()
      await settled()
    }
    expect(shown(list)).toEqual(down(arrived + 3, 1))
    list.close()
  },
)

test('what arrives after the newest page was read again follows it without gap or overlap', async () => {
  const log = aLog()
  const list = await aList(log)
  list.pause('scroll')
  log.append(at(MOST_WAITING + 1, (n) => T0 + n))
  list.resume()
  log.append(at(2, () => T0 + MOST_WAITING + 10))
  await settled()
  log.append(at(3, () => T0 + MOST_WAITING + 20))
  await settled()
  expect(shown(list).slice(0, 10)).toEqual(down(MOST_WAITING + 6, MOST_WAITING - 3))
  list.close()
})

test('after rows were let go, those of the same millisecond as the oldest that is held are read again, each once', async () => {
  const log = aLog()
  // A range that moves, so that there is room again once it has passed the oldest of them.
  const range = 60 * SECOND
  const list = await aList(log, range)
  // The bound falls among five rows of one millisecond, of which three are let go with what is before them.
  const twins = T0 + 10
  const old = [T0 + 1, T0 + 2, ...at(5, () => twins)]
  const rest = HELD_ROWS - 2
  log.append(old)
  await settled()
  for (let sent = 0; sent < rest; sent += 10_000) {
    log.append(at(Math.min(10_000, rest - sent), (n) => T0 + 20 + Math.floor((sent + n) / 10)))
    await settled()
  }
  expect(list.state().rows).toBe(HELD_ROWS)
  expect(shown(list).slice(-3)).toEqual([8, 7, 6])
  expect(list.state().older).toBe('more')
  list.loadOlder()
  expect(list.state().older).toBe('full')

  // The range has passed the oldest ones that were held: there is room for older ones again.
  await vi.advanceTimersByTimeAsync(range + SECOND - (Date.now() - T0))
  expect(list.state().rows).toBeLessThan(HELD_ROWS)
  list.loadOlder()
  await vi.advanceTimersByTimeAsync(0)
  expect(shown(list).slice(-7)).toEqual(down(7, 1))
  list.close()
})
