import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLogList, type LogList } from './log-list.ts'
import { HELD_ROWS } from './row-store.ts'
import { ALog } from './testing/a-log.ts'
import { seeded, type Random } from './testing/seeded.ts'
import { idle, TurnedClock } from './testing/turned-clock.ts'

const T0 = Date.UTC(2026, 3, 14, 12)
const SECOND = 1_000
/** Waiting rows beyond this limit are only counted, and read again later. */
const MAX_WAITING = 20_000
/** The time until arrivals are shown. */
const COMMIT_MS = 100

let clock: TurnedClock
let tab: EventTarget & { hidden: boolean }

beforeEach(() => {
  clock = new TurnedClock(T0)
  // The list needs the visibility of the tab, and nothing else of a browser.
  tab = Object.assign(new EventTarget(), { hidden: false })
  vi.stubGlobal('document', tab)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function openList({ client, socket }: ALog, moving: number | null = null): LogList {
  return createLogList({
    client,
    socket,
    clock,
    q: '',
    from: null,
    to: null,
    moving,
    live: true,
    onSignedOut: () => {},
  })
}

async function aList(log: ALog, moving: number | null = null): Promise<LogList> {
  const list = openList(log, moving)
  await settled()
  return list
}

/** Waits until requests are answered and arrivals are shown. */
const settled = () => clock.turn(COMMIT_MS)

function turnTab(hidden: boolean): void {
  tab.hidden = hidden
  tab.dispatchEvent(new Event('visibilitychange'))
}

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
  'waiting rows are counted, and all of them are shown on resume: %s beyond the limit',
  async (more) => {
    const log = new ALog(T0)
    log.append(at(3, () => T0))
    const list = await aList(log)
    list.pause('scroll')
    const arrived = MAX_WAITING + more
    log.append(at(arrived, (n) => T0 + n))
    await settled()
    expect(list.state().waiting).toBe(arrived)
    expect(shown(list)).toEqual([3, 2, 1])

    const asked = log.asked.length
    list.resume()
    await settled()
    expect(list.state().waiting).toBe(0)
    // If more rows waited than the limit, the newest page is read again, and the rest when the user scrolls.
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

test('rows that arrive after the newest page was read again follow it without gap or overlap', async () => {
  const log = new ALog(T0)
  const list = await aList(log)
  list.pause('scroll')
  log.append(at(MAX_WAITING + 1, (n) => T0 + n))
  list.resume()
  log.append(at(2, () => T0 + MAX_WAITING + 10))
  await settled()
  log.append(at(3, () => T0 + MAX_WAITING + 20))
  await settled()
  expect(shown(list).slice(0, 10)).toEqual(down(MAX_WAITING + 6, MAX_WAITING - 3))
  list.close()
})

test('after rows were dropped, those in the same millisecond as the oldest held row are read again once', async () => {
  const log = new ALog(T0)
  // The range moves, so there is room again once it has passed the oldest rows.
  const range = 60 * SECOND
  const list = await aList(log, range)
  // The limit falls among five rows of one millisecond. Three of them are dropped with all older rows.
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

  // The range has passed the oldest held rows, so there is room for older ones again.
  await clock.turn(range + SECOND - (clock.now() - T0))
  expect(list.state().rows).toBeLessThan(HELD_ROWS)
  list.loadOlder()
  await idle()
  expect(shown(list).slice(-7)).toEqual(down(7, 1))
  list.close()
})

test('the reply to an abandoned request changes nothing', async () => {
  const log = new ALog(T0, { manual: true })
  log.append(at(3, () => T0))
  const list = openList(log)
  list.cancel()
  log.pending[0]?.answer()
  await idle()
  expect(list.state().first).toBe('cancelled')

  list.retry()
  list.retry()
  log.append([T0])
  log.pending[1]?.fail()
  await idle()
  expect(list.state().first).toBe('loading')
  log.pending[2]?.answer()
  await idle()
  expect(shown(list)).toEqual([3, 2, 1])
  list.close()
})

test('rows that arrive while the tab is hidden are shown when it is visible again', async () => {
  const log = new ALog(T0)
  const list = await aList(log)
  turnTab(true)
  log.append([T0, T0 + 1])
  await clock.turn(5 * SECOND)
  expect(shown(list)).toEqual([])
  expect(list.state().waiting).toBe(2)
  turnTab(false)
  await settled()
  expect(shown(list)).toEqual([2, 1])
  list.close()
})

test('a catch-up reports how many entries of the total are read, then what it back-filled', async () => {
  const log = new ALog(T0, { manual: true })
  const list = openList(log)
  log.pending[0]?.answer()
  await idle()
  log.deliver()
  log.lose(T0)
  log.append(at(5, () => T0 + SECOND))
  log.reopen(T0 + 2 * SECOND)
  log.deliver({ most: 2 })
  await settled()
  expect(list.state().tail).toEqual({ since: T0, fetched: 2, of: 5 })
  log.deliver()
  await settled()
  expect(list.state()).toMatchObject({ tail: 'live', backFilled: [{ from: 1, to: 5 }] })
  expect(list.state().view.at(0)).toMatchObject({ divider: { type: 'back-filled', scanned: 5, whole: true } })
  list.close()
})

test('a list that failed to load is read again when the socket opens', async () => {
  const log = new ALog(T0, { manual: true })
  log.append([T0])
  const list = openList(log)
  log.pending[0]?.fail()
  await idle()
  expect(list.state().first).toMatchObject({ code: 'offline' })
  log.reopen(T0)
  log.pending[1]?.answer()
  await idle()
  expect(shown(list)).toEqual([1])
  list.close()
})

test('I13: after close, there are no requests, no timers, and no notifications', async () => {
  const log = new ALog(T0, { manual: true })
  log.append(at(300, (n) => T0 + n))
  const list = openList(log)
  log.pending[0]?.answer()
  await idle()
  log.append([T0])
  log.deliver()
  list.loadOlder()
  let notified = 0
  list.watch(() => notified++)
  const before = list.state()
  const asked = log.asked.length

  list.close()
  log.pending[1]?.answer()
  list.loadOlder()
  list.retry()
  turnTab(true)
  log.lose(T0)
  log.reopen(T0)
  await clock.turn(5 * SECOND)
  expect(clock.timers).toBe(0)
  expect([log.followed, log.watched]).toEqual([false, false])
  expect(log.asked).toHaveLength(asked)
  expect(notified).toBe(0)
  expect(list.state()).toBe(before)
})

/** Performs a random action of the server, the network, or the user. */
async function act(log: ALog, list: LogList, { below, chance, pick }: Random): Promise<void> {
  const now = clock.now()
  switch (
    pick([
      ...(['append', 'append', 'deliver', 'deliver', 'turn', 'turn', 'answer', 'answer', 'older'] as const),
      ...(['cut', 'skip', 'erase', 'lose', 'reopen', 'reopen', 'fail', 'pause', 'resume', 'tab', 'retry'] as const),
    ])
  ) {
    case 'append':
      return log.append(at(below(150), (n) => (chance(0.1) ? T0 + below(now - T0 + 1) : now + n)))
    case 'deliver':
      return log.deliver({ most: 1 + below(200) })
    case 'cut':
      return log.deliver({ most: 1 + below(20), cut: true, now })
    case 'skip':
      return log.deliver({ most: 10, skip: 1 + below(5) })
    case 'erase':
      return log.eraseAfter(below(5), below(10))
    case 'lose':
      return log.lose(now)
    case 'reopen':
      return log.open ? undefined : log.reopen(now)
    case 'answer':
      return log.pending.shift()?.answer()
    case 'fail':
      return log.pending.shift()?.fail()
    case 'older':
      return list.loadOlder()
    case 'pause':
      return list.pause('space')
    case 'resume':
      return list.resume()
    case 'tab':
      return turnTab(!tab.hidden)
    case 'retry':
      return chance(0.2) ? list.retry() : undefined
    case 'turn':
      return clock.turn(below(2 * SECOND))
  }
}

/** Recovers from all faults: the socket opens, the user resumes and scrolls to the end. */
async function finish(log: ALog, list: LogList): Promise<void> {
  if (!log.open) log.reopen(clock.now())
  turnTab(false)
  list.resume()
  for (let round = 0; round < 200; round++) {
    for (const answer of log.pending.splice(0)) answer.answer()
    await idle()
    log.deliver()
    await settled()
    const { first, older } = list.state()
    if (typeof first === 'object' || first === 'cancelled') list.retry()
    else if (older !== 'end') list.loadOlder()
    else if (log.pending.length === 0 && list.state().tail === 'live') break
  }
}

function gapRanges(list: LogList): { from: number; to: number }[] {
  const { view } = list.state()
  return Array.from({ length: view.length }, (_, index) => view.at(index)).flatMap((item) =>
    item?.type === 'divider' && item.divider.type === 'gap'
      ? [{ from: Number.parseInt(item.divider.from.slice(1), 36), to: Number.parseInt(item.divider.to.slice(1), 36) }]
      : [],
  )
}

describe('whatever happens to the server, the network, and the view', () => {
  test.each(at(60, (seed) => seed))(
    'each entry is shown once, in order, or a gap marks it as missing: seed %s',
    async (seed) => {
      const random = seeded(seed)
      const log = new ALog(T0, { manual: true })
      log.append(at(random.below(500), (n) => T0 + n))
      const list = openList(log)
      for (let count = 0; count < 80; count++) {
        await act(log, list, random)
        await idle()
        const now = shown(list)
        expect(new Set(now).size).toBe(now.length)
      }
      await finish(log, list)

      const { waiting, tail } = list.state()
      expect({ waiting, tail }).toEqual({ waiting: 0, tail: 'live' })
      const inOrder = log.rows.toSorted((one, other) => one.at.localeCompare(other.at) || one.seq - other.seq)
      const there = new Set(shown(list))
      expect(shown(list)).toEqual(
        inOrder
          .map(({ seq }) => seq)
          .filter((seq) => there.has(seq))
          .toReversed(),
      )
      const gaps = gapRanges(list)
      const lost = log.rows.map(({ seq }) => seq).filter((seq) => !there.has(seq) && !log.erased.has(seq))
      expect(lost.filter((seq) => !gaps.some(({ from, to }) => seq > from && seq <= to))).toEqual([])
      list.close()
    },
  )
})
