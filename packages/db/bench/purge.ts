/**
 * How long removing holds the writer: over a file of a million entries, one in twenty with 16 KiB, slices are run in turn
 * with appends as the writer's thread runs them, and each slice is timed.
 * `node --import tsx bench/purge.ts [entries] [NONE]`; with `NONE` the file cannot give space back.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { LogId, OrgId } from '@sentinelmesh/api'
import type { JudgedEntry } from '../src/log-store.ts'
import { prepareAppend } from '../src/dialect/sqlite/write/append.ts'
import { valuesOf } from '../src/dialect/sqlite/write/append-values.ts'
import { prepareBackground } from '../src/dialect/sqlite/retention/background.ts'
import { openForWriting } from '../src/dialect/sqlite/connection/open-file.ts'
import type { BackgroundRequest, RemovedSlice, WipedSlice } from '../src/dialect/sqlite/threads/protocol.ts'
import { aMatch, anEntry, NEW_YEAR, times } from '../src/testing/entries.ts'

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const BATCH = 500
const SETTINGS = { busyTimeoutMs: 1_000, preparedStatements: 10, synchronous: 'FULL' } as const
const LARGE = 'The invoice was checked and found to be right. '.repeat(349)

function batchOf(first: number, count: number): JudgedEntry[] {
  const salts = randomBytes(count * 16)
  return times(count, (index) => {
    const n = first + index
    const at = NEW_YEAR + n * 50_000
    return anEntry({
      id: randomUUID() as string as LogId,
      at,
      receivedAt: at,
      sender: `agent.${n % 40}`,
      receiver: `tool.${n % 17}`,
      session: `session-${Math.floor(n / 40)}`,
      payload: { type: 'text', text: n % 20 === 0 ? LARGE : `Invoice ${n} ${'found to be right. '.repeat(12)}` },
      sourceId: `id-${n}`,
      contentHash: randomBytes(32),
      leafSalt: salts.subarray(index * 16, index * 16 + 16),
      ...(n % 20 === 1 ? { risk: 70, band: 'high', matches: [aMatch()] } : {}),
    })
  })
}

const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-purge-'))
try {
  const file = join(folder, 'log.db')
  if (process.argv[3] === 'NONE') {
    const db = new Sqlite(file)
    db.pragma('page_size = 8192')
    db.pragma(`application_id = ${0x534d7368}`)
    db.pragma('journal_mode = WAL')
    db.close()
  }
  const db = openForWriting({ file, ...SETTINGS })
  db.exec(`insert into orgs values (1, 'u', 'n', 's', randomblob(32), 0, ${NEW_YEAR})`)
  const append = prepareAppend(db)
  const background = prepareBackground(db, file)
  const write = (first: number, count: number) => {
    const values = batchOf(first, count).map(valuesOf)
    const began = performance.now()
    append([[1 as OrgId, values]])
    return performance.now() - began
  }

  let filling = 0
  let next = 0
  for (; next < ENTRIES; next += BATCH) filling += write(next, BATCH)
  report('filled', `${ENTRIES} entries, ${rate(ENTRIES, filling)}, file ${sizeOf(file)}`)

  const quarter = Math.floor(ENTRIES / 4)
  const purge = (upTo: number): BackgroundRequest => ({
    type: 'purge',
    org: 1,
    receivedBefore: NEW_YEAR + upTo * 50_000,
    maxBytes: null,
    most: ENTRIES,
  })
  removeAll('purge, alone', purge(quarter), () => {})
  removeAll('purge, with appends between', purge(quarter * 2), () => {
    next += (write(next, 100), 100)
  })
  removeAll(
    'erase of one session in 10, scattered',
    {
      type: 'erase',
      org: 1,
      ranges: times(Math.floor(quarter / 4 / 400), (n) => ({
        from: quarter * 2 + n * 400 + 1,
        to: quarter * 2 + n * 400 + 40,
      })),
    },
    () => {},
  )
  const wipes = newHolds()
  for (let from = 1; from > 0;) from = timed(wipes, () => background.run({ type: 'wipe', from }) as WipedSlice).next
  report('clear unused bytes, one pass', spread(wipes))
  removeAll('purge of most of the rest', purge(next), () => {})
  const holds = newHolds()
  for (let more = true; more;) more = timed(holds, () => background.run({ type: 'shrink' }) as boolean)
  background.run({ type: 'checkpoint' })
  report('give back', `${spread(holds)}, file ${sizeOf(file)}`)
  db.close()
  background.close()

  function removeAll(name: string, request: BackgroundRequest, between: () => void): void {
    const removals = newHolds()
    let removed = 0
    let left = request
    for (let more = true; more;) {
      const slice = timed(removals, () => background.run(left) as RemovedSlice)
      removed += slice.removed
      if (left.type === 'erase') left = { type: 'erase', org: 1, ranges: left.ranges.slice(slice.ranges) }
      ;({ more } = slice)
      between()
    }
    const total = removals.wall.reduce((sum, ms) => sum + ms, 0)
    report(
      name,
      `${removed} entries, ${rate(removed, total)} of the writer's time, ${spread(removals)}, log ${sizeOf(`${file}-wal`)}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** By the clock, and by the processor: where others keep it busy, the first says more of them than of the slice. */
interface Holds {
  readonly wall: number[]
  readonly processor: number[]
}

function newHolds(): Holds {
  return { wall: [], processor: [] }
}

function timed<Result>(into: Holds, work: () => Result): Result {
  const began = performance.now()
  const used = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(used)
  into.wall.push(performance.now() - began)
  into.processor.push((user + system) / 1_000)
  return result
}

function spread({ wall, processor }: Holds): string {
  return `${wall.length} slices, clock ${percentiles(wall)}; processor ${percentiles(processor)}`
}

function percentiles(all: number[]): string {
  all.sort((a, b) => a - b)
  const at = (share: number) => (all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0).toFixed(1)
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms, ${all.filter((ms) => ms > 20).length} over 20`
}

function rate(count: number, ms: number): string {
  return `${Math.round(count / (ms / 1_000)).toLocaleString('en')}/s`
}

function sizeOf(path: string): string {
  return `${(statSync(path).size / 1_048_576).toFixed(0)} MiB`
}

function report(name: string, text: string): void {
  process.stdout.write(`${name}: ${text}\n`)
}
