import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import type { LogQuery, LogStore, StoredEntry } from '@sentinelmesh/db'
import { parseStrict } from '@sentinelmesh/query'
import { systemClock } from '../src/clock.ts'
import { memoryBus } from '../src/bus.ts'
import { accept } from '../src/ingest/accept.ts'
import { follow, type Followed } from '../src/tail/follow.ts'
import { sharedReads } from '../src/tail/read-shared.ts'
import { handClock, startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const FOLLOWERS = 200
const SLICE = 256

let mesh: Mesh
let org: OrgId
let head = 0
beforeAll(async () => {
  mesh = await startMesh()
  org = (await mesh.running.deps.orgBySlug(mesh.first.slug))?.id as OrgId
})
afterAll(() => mesh[Symbol.asyncDispose]())

let reads = 0
let tails = newTails()
let clock = handClock()
beforeEach(() => {
  reads = 0
  clock = handClock()
  tails = newTails()
})
afterEach(() => tails.stop())

/** Opens tails over the real store and counts its reads. */
function newTails() {
  const bus = memoryBus(systemClock)
  const stops: AbortController[] = []
  const counted = (): LogStore => {
    const { logs } = mesh.running.deps.database
    return {
      ...logs,
      read(...asked) {
        reads++
        return logs.read(...asked)
      },
      readMatching(...asked) {
        reads++
        return logs.readMatching(...asked)
      },
    }
  }
  let shared: ReturnType<typeof sharedReads> | undefined
  const open = () => (shared ??= sharedReads(counted()))
  return {
    async report(entries: number): Promise<void> {
      const { deps } = mesh.running
      const slug = await deps.orgBySlug(mesh.first.slug)
      if (slug === undefined) throw new Error('the org does not exist')
      await accept(
        {
          ...deps.ingest,
          announce(org) {
            open().advanced(org)
            bus.announce(org)
          },
        },
        {
          principal: { type: 'system', org: slug, name: 'cli' },
          action: 'logs.report',
          surface: 'rest',
          remoteAddress: null,
        },
        Array.from({ length: entries }, (_, index) => ({
          value: { sender: `agent.${index % 7}`, payload: `number ${head + index}` },
          text: null,
        })),
        { lenient: false },
      )
      head += entries
    },
    stop: () => stops.forEach((stop) => stop.abort()),
    /** Invalidates the shared reads, as the code that removes entries does. */
    removed: () => open().forget(org),
    follow({ after, matches = () => true, query, drained = async () => {} }: Following): Tail {
      const items: Followed[] = []
      const stop = new AbortController()
      stops.push(stop)
      void (async () => {
        const options = { after: after as Seq, matches, query, drained, signal: stop.signal }
        for await (const item of follow({ bus, shared: open(), clock }, org, options)) items.push(item)
      })()
      return {
        items,
        get cursor() {
          return items.findLast((item) => item.type === 'progress')?.cursor
        },
      }
    },
  }
}

interface Following {
  readonly after: number
  readonly matches?: (entry: StoredEntry) => boolean | 'undecided'
  readonly query?: LogQuery
  readonly drained?: () => Promise<void>
}

interface Tail {
  readonly items: readonly Followed[]
  readonly cursor: number | undefined
}

const seqsOf = ({ items }: Tail) => items.flatMap((item) => (item.type === 'entry' ? [item.entry.seq] : []))
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
const atHead = (all: readonly Tail[]) => until(() => all.every(({ cursor }) => cursor === head), 'all are at the head')

test('two hundred followers with different filters cost one read per advance', async () => {
  await tails.report(10)
  const begin = head
  const all = from(0, FOLLOWERS - 1).map((index) =>
    tails.follow({ after: begin, matches: ({ sender }) => sender === `agent.${index % 7}` }),
  )
  await atHead(all)
  reads = 0
  const advances = 30
  for (let advance = 0; advance < advances; advance++) {
    await tails.report(7)
    await atHead(all)
  }
  expect(reads).toBeLessThanOrEqual(advances + 1)
  for (const tail of all) expect(seqsOf(tail).length).toBe(advances)
})

test('a stalled follower and one that catches up cause no extra reads for others and get every entry', async () => {
  await tails.report(1_000)
  const begin = head
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const all = from(1, FOLLOWERS).map(() => tails.follow({ after: begin }))
  const stalled = tails.follow({ after: begin, drained: () => released })
  await atHead(all)
  reads = 0
  const late = tails.follow({ after: 0 })
  const advances = 10
  for (let advance = 0; advance < advances; advance++) {
    await tails.report(20)
    await atHead([...all, late])
  }
  expect(reads).toBeLessThanOrEqual(advances + Math.ceil(head / SLICE) + 2)
  reads = 0
  release()
  await atHead([stalled])
  expect(reads).toBeLessThanOrEqual(Math.ceil((head - begin) / SLICE) + 1)
  for (const tail of [...all, stalled]) expect(seqsOf(tail)).toEqual(from(begin + 1, head))
  expect(seqsOf(late)).toEqual(from(1, head))
})

test('two hundred followers that start at different positions soon share reads', async () => {
  await tails.report(1_000)
  const first = tails.follow({ after: head })
  await atHead([first])
  reads = 0
  const begins = from(1, FOLLOWERS).map((index) => Math.floor((head * index) / (FOLLOWERS + 1)))
  const all = begins.map((after) => tails.follow({ after }))
  await atHead(all)
  // One read per follower would be 200, and one per slice and follower about 500.
  expect(reads).toBeLessThanOrEqual(2 * Math.ceil(head / SLICE) + 2)
  for (const [index, tail] of all.entries()) expect(seqsOf(tail)).toEqual(from((begins[index] ?? 0) + 1, head))
})

test('the store decides what a filter leaves undecided, and each entry is counted once', async () => {
  await tails.report(70)
  const begin = head - 70
  const asked: number[] = []
  const one = tails.follow({
    after: begin,
    matches({ seq, sender }) {
      asked.push(seq)
      return seq === begin + 30 ? 'undecided' : sender === 'agent.3'
    },
    query: { ast: parseStrict('sender:agent.3'), now: clock.now() * 1_000 },
  })
  await atHead([one])
  // The store scans the rest of the slice, so the filter evaluates no entry after the undecided one.
  expect(asked).toEqual(from(begin + 1, begin + 30))
  expect(seqsOf(one)).toEqual(from(begin + 1, head).filter((seq) => (seq - begin - 1) % 7 === 3))
  const progress = one.items.flatMap((item) => (item.type === 'progress' ? [item] : []))
  expect(progress.map(({ from: start, cursor, scanned }) => [start, cursor, scanned])).toEqual([
    [begin, begin + 29, 29],
    [begin + 29, head, head - begin - 29],
  ])
})

test('removed entries are not served from memory', async () => {
  await tails.report(5)
  const one = tails.follow({ after: head - 5 })
  await atHead([one])
  const { removal } = mesh.running.deps.database
  await removal.erase(org, [{ from: (head - 3) as Seq, to: (head - 2) as Seq }])
  tails.removed()
  const other = tails.follow({ after: head - 5 })
  await atHead([other])
  expect(seqsOf(other)).toEqual([head - 4, head - 1, head])
  expect(other.items).toContainEqual({ type: 'gap', from: head - 3, to: head - 2, reason: 'erased' })
})

test('a position above the head is reported as a gap, and later entries are not skipped', async () => {
  await tails.report(5)
  const begin = head
  const one = tails.follow({ after: begin + 100 })
  await atHead([one])
  expect(one.items[0]).toEqual({ type: 'gap', from: begin + 1, to: begin + 100, reason: 'rewound' })
  expect(one.items[1]).toMatchObject({ type: 'progress', from: begin, cursor: begin })
  await tails.report(3)
  await atHead([one])
  expect(seqsOf(one)).toEqual(from(begin + 1, begin + 3))
})

test('a follower with a large lag gets its lag at once, every few seconds, and when it has caught up', async () => {
  for (let part = 0; part < 12; part++) await tails.report(1_000)
  const one = tails.follow({
    after: 0,
    drained: async () => {
      clock.advance(20)
    },
  })
  await atHead([one])
  const lags = one.items.flatMap((item) => (item.type === 'lagging' ? [item] : []))
  expect(one.items.findIndex((item) => item.type === 'lagging')).toBe(
    one.items.findIndex((item) => item.type === 'progress') + 1,
  )
  expect(lags[0]?.behind).toBe(head - SLICE)
  expect(lags.at(-1)).toMatchObject({ cursor: head, behind: 0 })
  // 256 entries and their progress take 5.1 s on this clock, so each slice that ends more than 10,000 entries before
  // the head reports the lag, and then the end does.
  expect(lags.length).toBe(Math.ceil((head - 10_000) / SLICE) - 1 + 1)
  await tails.report(3)
  await atHead([one])
  expect(one.items.filter(({ type }) => type === 'lagging').length).toBe(lags.length)
})

test('for a follower with a large lag and a rare filter, the store finds the matches, and none is missed', async () => {
  for (let part = 0; part < 12; part++) await tails.report(1_000)
  const matches = ({ payload }: StoredEntry) => payload.text.includes('number 1000')
  const query = { ast: parseStrict('payload:"number 1000"'), now: 0 }
  const all = tails.follow({ after: 0, matches })
  await atHead([all])
  reads = 0
  const rare = tails.follow({ after: 0, matches, query })
  await atHead([rare])
  expect(seqsOf(rare)).toEqual(seqsOf(all))
  expect(seqsOf(rare).length).toBeGreaterThan(1)
  const scanned = rare.items.reduce((sum, item) => (item.type === 'progress' ? sum + item.scanned : sum), 0)
  expect(scanned).toBe(all.items.reduce((sum, item) => (item.type === 'progress' ? sum + item.scanned : sum), 0))
  // The last 10,000 entries are read in full. Before them, one read scans thousands of entries.
  expect(reads).toBeLessThanOrEqual(Math.ceil(10_000 / SLICE) + Math.ceil(head / 8_192) + 2)
})

test('entries removed during a read are not kept in memory', async () => {
  await tails.report(5)
  const { logs, removal } = mesh.running.deps.database
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const shared = sharedReads({
    ...logs,
    async read(...asked) {
      const slice = await logs.read(...asked)
      await released
      return slice
    },
  })
  const after = (head - 5) as Seq
  const before = shared.read(org, after)
  // The store has started the first read by now.
  await logs.read(org, after, { entries: SLICE, bytes: 1_000_000 })
  await removal.erase(org, [{ from: (head - 3) as Seq, to: (head - 2) as Seq }])
  shared.forget(org)
  release()
  await before
  const { items } = await shared.read(org, after)
  expect(items).toContainEqual({ type: 'gap', from: head - 3, to: head - 2, reason: 'erased' })
})

test('a shared read always equals a read of the store for the same organization and position', async () => {
  await tails.report(40)
  const other = (await mesh.running.deps.orgBySlug(mesh.second.slug))?.id as OrgId
  const entry = { sender: 'agent.other', payload: 'of the other one' }
  await mesh.second.agent.post(
    '/api/v1/logs',
    Array.from({ length: 60 }, () => entry),
  )
  const { logs, removal } = mesh.running.deps.database
  const { seq: otherHead } = await logs.head(other)
  for (const [of, last] of [
    [org, head],
    [other, otherHead],
  ] as const)
    await removal.erase(of, [
      { from: (last - 30) as Seq, to: (last - 22) as Seq },
      { from: (last - 10) as Seq, to: (last - 9) as Seq },
    ])
  const most = { entries: SLICE, bytes: 1_000_000 }
  const read = fc.record({ isOther: fc.boolean(), back: fc.integer({ min: 1, max: 40 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(read, { minLength: 2, maxLength: 12 }), async (reads) => {
      const shared = sharedReads(logs)
      for (const { isOther, back } of reads) {
        const [of, last] = isOther ? [other, otherHead] : [org, head]
        const after = (last - back) as Seq
        const { items, cursor } = await shared.read(of, after)
        const whole = await logs.read(of, after, most)
        expect(cursor).toBe(whole.cursor)
        expect(items).toEqual(whole.items)
      }
    }),
    { numRuns: 20 },
  )
})

test('an aborted tail yields nothing more, not even entries that it has already read', async () => {
  await tails.report(20)
  const { logs } = mesh.running.deps.database
  const stop = new AbortController()
  const items: Followed[] = []
  const options = { after: (head - 20) as Seq, matches: () => true, drained: async () => {}, signal: stop.signal }
  for await (const item of follow({ bus: memoryBus(systemClock), shared: sharedReads(logs), clock }, org, options)) {
    items.push(item)
    stop.abort()
  }
  expect(items.length).toBe(1)
})
