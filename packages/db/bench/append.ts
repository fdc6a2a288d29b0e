/**
 * How fast the store takes entries in, against better-sqlite3 alone inserting the same rows into the same tables with the
 * same settings, as many a transaction. The two take turns; medians are compared. `node --import tsx bench/append.ts`
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogId, OrgId } from '@sentinelmesh/api'
import type { Database } from '../src/database.ts'
import type { JudgedEntry } from '../src/log-store.ts'
import { entryRow, matchRow, payloadRow } from '../src/dialect/sqlite/write/append-values.ts'
import { openForWriting } from '../src/dialect/sqlite/connection/open-file.ts'
import { openSqlite } from '../src/dialect/sqlite/open-sqlite.ts'
import { aMatch, anEntry, NEW_YEAR, times } from '../src/testing/entries.ts'
import { createOrg, WORKERS } from '../src/testing/temporary-store.ts'

const ROUNDS = 7
const ENTRIES = 10_000
const PLACES = [{ field: 'payload', pointer: null, start: 4, end: 11 }]

function entriesOf(round: number): JudgedEntry[] {
  const salts = randomBytes(ENTRIES * 16)
  return times(ENTRIES, (n) => {
    const at = NEW_YEAR + (round * ENTRIES + n) * 1_000
    return anEntry({
      id: randomUUID() as string as LogId,
      at,
      receivedAt: at,
      sender: `agent.${n % 40}`,
      session: `session-${n % 500}`,
      payload: { type: 'text', text: `The invoice ${n} was checked and ${'found to be right. '.repeat(12)}` },
      sourceId: `${round}-${n}`,
      contentHash: randomBytes(32),
      leafSalt: salts.subarray(n * 16, n * 16 + 16),
      ...(n % 20 === 0 ? { risk: 70, band: 'high', matches: [aMatch({ places: PLACES })] } : {}),
    })
  })
}

/** The rows are ready before the clock starts. */
function rawInserts(file: string): (entries: readonly JudgedEntry[], perCommit: number) => number {
  const db = openForWriting({ file, busyTimeoutMs: 1_000, preparedStatements: 10, synchronous: 'FULL' })
  const into = (table: string, row: object) =>
    db.prepare<[unknown[]]>(
      `insert into ${table} (${Object.keys(row).join()}) values (${Object.keys(row)
        .map(() => '?')
        .join()})`,
    )
  const example = anEntry()
  const insertEntry = into('entries', entryRow(example))
  const insertPayload = into('payloads', payloadRow(example))
  const insertMatch = into('matches', matchRow(aMatch(), 0))
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let seq = 0
  return (entries, perCommit) => {
    const rows = entries.map((entry) => {
      const pos = ++seq
      const place = { pos, org: 1, seq }
      const bytes = Buffer.from(entry.payload.text)
      const hashes = { content_hash: Buffer.from(entry.contentHash), leaf_salt: Buffer.from(entry.leafSalt) }
      return {
        entry: Object.values({ ...entryRow(entry), ...place, ...hashes }),
        payload: Object.values({ ...payloadRow(entry), pos, size: bytes.length, bytes }),
        matches: entry.matches.map((match, n) => Object.values({ ...matchRow(match, n), ...place })),
      }
    })
    const began = performance.now()
    for (let from = 0; from < rows.length; from += perCommit) {
      begin.run()
      for (const { entry, payload, matches } of rows.slice(from, from + perCommit)) {
        insertEntry.run(entry)
        insertPayload.run(payload)
        for (const match of matches) insertMatch.run(match)
      }
      commit.run()
    }
    return (entries.length / (performance.now() - began)) * 1_000
  }
}

async function appends(
  db: Database,
  org: OrgId,
  entries: readonly JudgedEntry[],
  callers: number,
  perCall: number,
): Promise<number> {
  const began = performance.now()
  let next = 0
  const call = async () => {
    while (next < entries.length) {
      const from = next
      next += perCall
      await db.logs.append(org, entries.slice(from, from + perCall))
    }
  }
  await Promise.all(times(callers, call))
  return (entries.length / (performance.now() - began)) * 1_000
}

const folder = mkdtempSync(join(tmpdir(), 'append-bench-'))
const store = await openSqlite({ file: join(folder, 'store.db'), workers: WORKERS })
const org = await createOrg(store)
const raw = rawInserts(join(folder, 'raw.db'))

const cases = [
  { name: '500 a commit', raw: 500, callers: 4, perCall: 500 },
  { name: '64 a commit, 1 a call', raw: 64, callers: 64, perCall: 1 },
]
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const print = (name: string, rates: readonly number[], reference: readonly number[]) => {
  const rounded = [median(rates), Math.min(...rates), Math.max(...rates)].map(Math.round)
  const ratio = (median(rates) / median(reference)).toFixed(2)
  process.stdout.write(`${name.padEnd(40)} ${rounded[0]} entries/s (${rounded[1]}–${rounded[2]})  ratio ${ratio}\n`)
}

let round = 0
for (const { name, callers, perCall, raw: perCommit } of cases) {
  const rates: Record<'raw' | 'store', number[]> = { raw: [], store: [] }
  for (let turn = 0; turn < ROUNDS; turn++) {
    const entries = entriesOf(round++)
    rates.raw.push(raw(entries, perCommit))
    rates.store.push(await appends(store, org, entries, callers, perCall))
  }
  print(`better-sqlite3, ${name}`, rates.raw, rates.raw)
  print(`append, ${name}`, rates.store, rates.raw)
}
await store.close()
rmSync(folder, { recursive: true })
