import { readFileSync, writeFileSync } from 'node:fs'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { compile, parseStrict, type Ast, type Queryable } from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'
import { entries as queryables, NOW, queries } from '@sentinelmesh/query/testing'
import { bandOf, type Band } from '@sentinelmesh/rules/risk'
import Sqlite from 'better-sqlite3'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../../database.ts'
import type { Position } from '../../../log-search.ts'
import type { JudgedEntry } from '../../../log-store.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../../testing/entries.ts'
import { temporaryStore, WORKERS } from '../../../testing/temporary-store.ts'
import { textIndexConformance } from '../../../testing/text-index.conformance.ts'
import { openSqlite } from '../open-sqlite.ts'
import { indexFileOf } from './index-file.ts'

/** Indexes even a short log, in several segments and a few entries per slice. */
const SMALL = { least: 1, segmentEntries: 7, segmentDay: 3, sliceMs: 0 }
const WHOLE = { least: 1, segmentEntries: 1_000, segmentDay: 500 }
const DAY = 86_400 * SECOND

const text = (value: string): Partial<JudgedEntry> => ({ payload: { type: 'text', text: value } })
const asking = (query: string) => ({ query: parseStrict(query, { regex: linearRegex }), now: NOW })

/** Indexes the whole backlog. Returns the number of slices. */
async function catchUp(db: Database, org: OrgId): Promise<number> {
  for (let slices = 1; ; slices++) if (!(await db.textIndex.advance(org)).more) return slices
}

async function found(db: Database, org: OrgId, filter: { readonly query: Ast; readonly now: number }) {
  const { items } = await db.search.page(org, filter, { limit: 500, order: 'oldest' })
  return items.map(({ seq }) => seq as number).toSorted((a, b) => a - b)
}

/** Reads the index file on disk over a separate connection. */
function readIndex<Result>(file: string, read: (index: Sqlite.Database) => Result): Result {
  const index = new Sqlite(indexFileOf(file), { readonly: true })
  try {
    return read(index)
  } finally {
    index.close()
  }
}

function toEntry(entry: Queryable): JudgedEntry {
  return anEntry({
    id: entry.id as LogId,
    at: entry.at,
    receivedAt: entry.received_at,
    sender: entry.sender,
    receiver: entry.receiver,
    kind: entry.kind as JudgedEntry['kind'],
    session: entry.session,
    context: entry.context,
    risk: entry.risk,
    band: entry.band as Band,
    surface: entry.surface as JudgedEntry['surface'],
    reportedBy: entry.reported_by ?? '',
    verdict: entry.verdict as JudgedEntry['verdict'],
    would: entry.would as JudgedEntry['would'],
    unjudged: entry.unjudged,
    undecided: entry.undecided as JudgedEntry['undecided'],
    payload: entry.payload,
    attributes: entry.attributes,
    matches: entry.matches.map(({ ruleId, title, level }) => aMatch({ ruleId, title, level: level as 'low' })),
  })
}

textIndexConformance('SQLite', () => temporaryStore({ textIndex: SMALL }))

describe('with a full-text index', () => {
  test('a search finds the same entries as in memory, whatever part of the log is indexed', async () => {
    await using db = await temporaryStore({ textIndex: SMALL })
    let covered = 0
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(queryables, { minLength: 30, maxLength: 30, selector: ({ id }) => id }),
        fc.array(queries, { minLength: 12, maxLength: 12 }),
        fc.nat(12),
        fc.option(fc.record({ from: fc.integer({ min: 1, max: 30 }), to: fc.integer({ min: 1, max: 30 }) })),
        async (drawn, asts, slices, forgotten) => {
          const org = await db.anOrg()
          // The database requires unique ids, and these entries have no source id.
          const log = drawn.map((entry, index) => ({
            ...entry,
            id: `${org}-${index}`,
            source_id: null,
            band: bandOf(entry.risk),
          }))
          await db.logs.append(org, log.map(toEntry))
          for (let slice = 0; slice < slices; slice++) await db.textIndex.advance(org)
          if (forgotten !== null) await db.textIndex.forget(org, [forgotten])
          covered += (await db.textIndex.progress(org)).indexed
          for (const ast of asts) {
            const predicate = compile(ast, { now: NOW, regex: linearRegex })
            const expected = log.flatMap((entry, index) => (predicate(entry) ? [index + 1] : []))
            expect(await found(db, org, { query: ast, now: NOW })).toEqual(expected)
            expect((await db.search.count(org, { query: ast, now: NOW })).count).toBe(expected.length)
          }
        },
      ),
      { numRuns: 25, seed: 10, endOnFailure: true },
    )
    expect(covered).toBeGreaterThan(50)
  }, 300_000)

  test('unusual texts are found by their substrings', async () => {
    await using db = await temporaryStore({ textIndex: WHOLE })
    const org = await db.anOrg()
    const long = `${'begin '.repeat(12_000)} needle`
    const texts = [
      'nul\0inside the text',
      'half \ud83d of a pair',
      'smile 😀 end',
      'İSTANBUL ΟΔΟΣ',
      '北京 is a city',
      'the last two: zq',
      long,
    ]
    await db.logs.append(org, [
      ...texts.map((value) => anEntry(text(value))),
      anEntry({ payload: { type: 'json', text: String.raw`{"a":"say \"hi\" \u0041BC","key":["de","fg"]}` } }),
      anEntry({ ...text('x'), sender: 'agent.Special', receiver: null, context: 'email' }),
    ])
    await catchUp(db, org)
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 9, behind: 0 })
    expect(await db.textIndex.verify(org)).toEqual([])
    const finds = async (query: string) => found(db, org, asking(query))
    expect(await finds('"l\0ins"')).toEqual([1])
    expect(await finds('inside')).toEqual([1])
    expect(await finds('"half \ufffd of"')).toEqual([2])
    expect(await finds('"e 😀 e"')).toEqual([3])
    expect(await finds('istanbul')).toEqual([4])
    expect(await finds('οδος')).toEqual([4])
    expect(await finds('北京')).toEqual([5])
    expect(await finds('zq')).toEqual([6])
    expect(await finds('needle')).toEqual([7])
    expect(await finds('"say \\"hi\\" abc"')).toEqual([8])
    // A search does not match across two strings of a payload and does not search keys.
    expect(await finds('"de\nfg"')).toEqual([])
    expect(await finds('key')).toEqual([])
    expect(await finds('special email')).toEqual([9])
    expect(await finds('absent')).toEqual([])
  })

  test('a segment ends when it is full, or at midnight if it has enough entries', async () => {
    await using db = await temporaryStore({ textIndex: SMALL })
    const org = await db.anOrg()
    const onDay = (day: number, count: number) =>
      db.logs.append(
        org,
        times(count, () => anEntry({ at: NEW_YEAR, receivedAt: NEW_YEAR + day * DAY })),
      )
    // Two entries are too few to close the segment at midnight; four are enough.
    await onDay(0, 2)
    await onDay(1, 2)
    await onDay(2, 9)
    expect(await catchUp(db, org)).toBeGreaterThan(10)
    const ranges = readIndex(db.file, (index) =>
      index.prepare('select from_seq, to_seq, entries from segments order by from_seq').raw().all(),
    )
    expect(ranges).toEqual([
      [1, 4, 4],
      [5, 11, 7],
      [12, 13, 2],
    ])
  })

  test('entries of an org are not indexed until there are enough, and are found anyway', async () => {
    await using db = await temporaryStore({ textIndex: { least: 10 } })
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(9, (n) => anEntry(text(`number ${n}`))),
    )
    expect(await db.textIndex.advance(org)).toEqual({ indexed: 0, more: false })
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 0, behind: 0 })
    expect(await found(db, org, asking('"number 7"'))).toEqual([8])
    await db.logs.append(org, [anEntry(text('number 9'))])
    expect((await db.textIndex.progress(org)).behind).toBe(10)
    await catchUp(db, org)
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 10, behind: 0 })
  })
})

test('candidates from the index are searched in slices, in order, to the end', async () => {
  await using db = await temporaryStore({ textIndex: { least: 1 }, searchSliceMs: 5 })
  const org = await db.anOrg()
  const ENTRIES = 3_000
  await db.logs.append(
    org,
    // Times go back and forth, so their order differs from that of the positions.
    times(ENTRIES, (n) => anEntry({ ...text(`number ${n}`), at: NEW_YEAR + ((n * 7) % 100) * SECOND })),
  )
  await catchUp(db, org)
  const filter = { ...asking('"number 1"'), from: NEW_YEAR + 10 * SECOND, to: NEW_YEAR + 90 * SECOND }
  const expected = times(ENTRIES, (n) => ({ seq: n + 1, at: NEW_YEAR + ((n * 7) % 100) * SECOND }))
    .filter(({ seq, at }) => `${seq - 1}`.startsWith('1') && at >= filter.from && at < filter.to)
    .toSorted((a, b) => b.at - a.at || b.seq - a.seq)
    .map(({ seq }) => seq)
  expect(expected.length).toBeGreaterThan(500)

  const pages: number[] = []
  for (let after: Position | null | undefined; after !== null;) {
    const page = await db.search.page(org, filter, { limit: 90, order: 'newest', after })
    pages.push(...page.items.map(({ seq }) => seq))
    after = page.next
  }
  expect(pages).toEqual(expected)
  const { items } = await db.search.page(org, filter, { limit: 20, order: 'newest', skip: 700 })
  expect(items.map(({ seq }) => seq)).toEqual(expected.slice(700, 720))
  expect(await db.search.count(org, filter)).toEqual({ count: expected.length, estimated: false })
  const { counts } = await db.search.histogram(org, filter, 4)
  expect(counts.reduce((sum, { none }) => sum + none, 0)).toBe(expected.length)
})

test('a search stays correct while segments are dropped and created during it', async () => {
  await using db = await temporaryStore({ textIndex: SMALL })
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(60, (n) => anEntry(text(`number ${n}!`))),
  )
  await catchUp(db, org)
  let searching = true
  const dropping = (async () => {
    for (let n = 0; searching; n++) {
      const from = ((n * 17) % 60) + 1
      await db.textIndex.forget(org, [{ from, to: from }])
      await catchUp(db, org)
    }
  })()
  for (let n = 0; n < 60; n++) {
    expect(await found(db, org, asking(`"number ${n}!"`))).toEqual([n + 1])
    expect((await db.search.count(org, asking(`number -"number ${n}!"`))).count).toBe(59)
  }
  searching = false
  await dropping
  expect(await db.textIndex.verify(org)).toEqual([])
})

describe('removed text', () => {
  test('is in no byte of the index or its WAL, and the remaining entries are indexed again', async () => {
    await using db = await temporaryStore({ textIndex: SMALL })
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(30, (n) => anEntry(text(n === 12 ? '\u3042\u3044\u3046' : `number ${n}`))),
    )
    await catchUp(db, org)
    const secret = Buffer.from('\u3042\u3044\u3046')
    const bytesOf = () => Buffer.concat(['', '-wal'].map((end) => readFileSync(indexFileOf(db.file) + end)))
    expect(bytesOf().includes(secret)).toBe(true)

    await db.removal.erase(org, [{ from: 13, to: 13 }] as never)
    await db.textIndex.forget(org, [{ from: 13, to: 13 }])
    expect(bytesOf().includes(secret)).toBe(false)
    expect((await db.textIndex.progress(org)).indexed).toBe(23)
    expect(await found(db, org, asking('"number 11" OR "number 29"'))).toEqual([12, 30])
    await catchUp(db, org)
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 29, behind: 0 })
    expect(await db.textIndex.verify(org)).toEqual([])
    expect(bytesOf().includes(secret)).toBe(false)
  })

  test('of a whole org leaves an empty index that accepts new entries', async () => {
    await using db = await temporaryStore({ textIndex: SMALL })
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    for (const each of [org, other]) {
      await db.logs.append(
        each,
        times(20, (n) => anEntry(text(`number ${n}`))),
      )
      await catchUp(db, each)
    }
    await db.removal.erase(org, [{ from: 1, to: 20 }] as never)
    await db.textIndex.forget(org, [{ from: 1, to: 20 }])
    expect(await db.textIndex.advance(org)).toEqual({ indexed: 0, more: false })
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 0, behind: 0 })
    expect(await db.textIndex.progress(other)).toEqual({ indexed: 20, behind: 0 })
    await db.logs.append(org, [anEntry(text('number 100'))])
    await catchUp(db, org)
    expect(await found(db, org, asking('number'))).toEqual([21])
  })

  test('past its retention goes with its segment, and the rest of a partly expired segment is indexed again', async () => {
    await using db = await temporaryStore({ textIndex: SMALL })
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(21, (n) => anEntry({ ...text(`number ${n}`), receivedAt: NEW_YEAR + n })),
    )
    await catchUp(db, org)
    await db.removal.erase(org, [{ from: 1, to: 12 }] as never)
    await db.textIndex.dropExpired(org)
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 7, behind: 2 })
    await catchUp(db, org)
    expect(await db.textIndex.progress(org)).toEqual({ indexed: 9, behind: 0 })
    expect(await db.textIndex.verify(org)).toEqual([])
    expect(await found(db, org, asking('number'))).toEqual(times(9, (n) => n + 13))
  })
})

describe('an unusable index', () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['is not a database', (file) => writeFileSync(file, 'not a database at all, however long it may be'.repeat(40))],
    [
      'is damaged in the middle',
      (file) => {
        const bytes = readFileSync(file)
        bytes.fill(0x5a, 100)
        writeFileSync(file, bytes)
      },
    ],
    [
      'is another database',
      (file) => {
        const bytes = Buffer.from(readFileSync(file))
        bytes.writeUInt32BE(7, 68)
        writeFileSync(file, bytes)
      },
    ],
    [
      'has another version',
      (file) => {
        const index = new Sqlite(file)
        index.pragma('user_version = 99')
        index.close()
      },
    ],
  ]
  test.each(damages)('that %s is rebuilt, and searches stay correct meanwhile', async (_name, damage) => {
    await using db = await temporaryStore({ textIndex: WHOLE })
    const org = await db.anOrg()
    await db.logs.append(
      org,
      times(50, (n) => anEntry(text(`number ${n}`))),
    )
    await catchUp(db, org)
    await db.close()
    damage(indexFileOf(db.file))

    const again = await openSqlite({ file: db.file, workers: WORKERS, textIndex: WHOLE })
    try {
      expect(await found(again, org, asking('"number 33"'))).toEqual([34])
      await again.textIndex.advance(org).catch(() => undefined)
      await catchUp(again, org)
      expect(await again.textIndex.progress(org)).toEqual({ indexed: 50, behind: 0 })
      expect(await again.textIndex.verify(org)).toEqual([])
      expect(await found(again, org, asking('"number 33"'))).toEqual([34])
    } finally {
      await again.close()
    }
  })

  test('that belongs to a replaced log is rebuilt', async () => {
    await using one = await temporaryStore({ textIndex: WHOLE })
    await using other = await temporaryStore({ textIndex: WHOLE })
    const org = await one.anOrg()
    expect(await other.anOrg()).toBe(org)
    for (const [db, word] of [
      [one, 'apple'],
      [other, 'pear'],
    ] as const) {
      await db.logs.append(
        org,
        times(20, (n) => anEntry(text(`${word} ${n}`))),
      )
      await catchUp(db, org)
      await db.close()
    }
    writeFileSync(one.file, readFileSync(other.file))
    const again = await openSqlite({ file: one.file, workers: WORKERS, textIndex: WHOLE })
    try {
      expect(await found(again, org, asking('"pear 7"'))).toEqual([8])
      await catchUp(again, org)
      expect(await again.textIndex.verify(org)).toEqual([])
    } finally {
      await again.close()
    }
  })
})

test('verification names the entries that the index does not find', async () => {
  await using db = await temporaryStore({ textIndex: WHOLE })
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(20, (n) => anEntry(text(`number ${n}`))),
  )
  await catchUp(db, org)
  const log = new Sqlite(db.file)
  log
    .prepare('update payloads set bytes = ? where pos = (select pos from entries where seq = 5)')
    .run(Buffer.from('quite other'))
  log.close()
  const index = new Sqlite(indexFileOf(db.file))
  index.exec('update segments set entries = entries + 1')
  index.close()
  expect(await db.textIndex.verify(org)).toEqual([
    'The full-text index lists 20 entries between positions 1 and 20; 21 were taken in.',
    'The full-text index does not find the entry at position 5 by its text.',
  ])
})
