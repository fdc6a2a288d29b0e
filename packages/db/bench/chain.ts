/**
 * What the chain costs the thread that writes: processor time of all of `append`, and of the chain's part alone (leaves,
 * root, head and row) over the same entries. Processor time, because the clock would measure what else the machine does.
 * `node --import tsx bench/chain.ts`
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogId } from '@sentinelmesh/api'
import { leafOf, prepareAppend } from '../src/dialect/sqlite/write/append.ts'
import { valuesOf } from '../src/dialect/sqlite/write/append-values.ts'
import { leafHasher, prepareLink } from '../src/dialect/sqlite/chain/chain.ts'
import { openForWriting } from '../src/dialect/sqlite/connection/open-file.ts'
import type { AppendCall } from '../src/dialect/sqlite/threads/protocol.ts'
import { aMatch, anEntry, NEW_YEAR, times } from '../src/testing/entries.ts'

const ROUNDS = 15
const ENTRIES = 6_000
const PLACES = [{ field: 'payload', pointer: null, start: 4, end: 11 }]

function callsOf(round: number, perCommit: number, payload: string): AppendCall[][] {
  const entries = times(ENTRIES, (n) =>
    valuesOf(
      anEntry({
        id: randomUUID() as string as LogId,
        at: NEW_YEAR + (round * ENTRIES + n) * 1_000,
        sender: `agent.${n % 40}`,
        session: `session-${n % 500}`,
        payload: { type: 'text', text: `${n} ${payload}` },
        sourceId: `${round}-${n}`,
        contentHash: randomBytes(32),
        leafSalt: randomBytes(16),
        ...(n % 20 === 0 ? { risk: 70, band: 'high', matches: [aMatch({ places: PLACES })] } : {}),
      }),
    ),
  )
  return times(ENTRIES / perCommit, (n) => [[1, entries.slice(n * perCommit, (n + 1) * perCommit)]])
}

function log(file: string) {
  const db = openForWriting({ file, busyTimeoutMs: 1_000, preparedStatements: 10, synchronous: 'OFF' })
  db.exec(`insert into orgs values (1, 'u', 'Acme', 'acme', zeroblob(32), 0, 0)`)
  return db
}

function microsOf(work: () => void): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / ENTRIES
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const folder = mkdtempSync(join(tmpdir(), 'chain-bench-'))
for (const [name, perCommit, payload] of [
  ['300 B, 500 a commit', 500, 'The invoice was checked and found to be right. '.repeat(6)],
  ['300 B, 1 a commit', 1, 'The invoice was checked and found to be right. '.repeat(6)],
  ['16 KiB, 100 a commit', 100, 'x'.repeat(16_384)],
] as const) {
  const [db, links] = [log(join(folder, `${name}.db`)), log(join(folder, `${name}-links.db`))]
  const [append, link, leaf] = [prepareAppend(db), prepareLink(links), leafHasher()]
  const all: number[] = []
  const chain: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const batches = callsOf(round, perCommit, payload)
    all.push(
      microsOf(() => {
        for (const calls of batches) append(calls)
      }),
    )
    links.exec('begin')
    let seq = round * ENTRIES
    chain.push(
      microsOf(() => {
        for (const [[, entries] = [0, []]] of batches) {
          link(
            1,
            seq + 1,
            seq + entries.length,
            Buffer.from(entries.map((values) => leafOf(leaf, values)).join(''), 'latin1'),
          )
          seq += entries.length
        }
      }),
    )
    links.exec('commit')
  }
  const stored = db
    .prepare<[], number>('select sum(length(leaves) + length(root) + length(head) + 16) from chain')
    .pluck(true)
    .get()
  const [whole, part] = [median(all), median(chain)]
  process.stdout.write(
    `${name.padEnd(22)} ${whole.toFixed(1)} µs an entry, of which the chain ${part.toFixed(1)} (${((part / whole) * 100).toFixed(0)} %); ${Math.round((stored ?? 0) / ENTRIES / ROUNDS)} B an entry\n`,
  )
  db.close()
  links.close()
}
rmSync(folder, { recursive: true })
