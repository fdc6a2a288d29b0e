/**
 * What figures over many senders take, read as pages read them, the median of several: entries of some days, each from any
 * of the senders, a tenth of them risky. `node --import tsx bench/senders.ts [senders] [entries] [days]`
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogId } from '@sentinelmesh/api'
import { bandOf } from '@sentinelmesh/api/constants'
import type { JudgedEntry } from '../src/log-store.ts'
import { openSqlite } from '../src/dialect/sqlite/open-sqlite.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../src/testing/entries.ts'
import { createOrg, WORKERS } from '../src/testing/temporary-store.ts'

const SENDERS = Number(process.argv[2] ?? 10_000)
const ENTRIES = Number(process.argv[3] ?? 1_000_000)
const BATCH = 1_000
const ROUNDS = 9
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
const DAYS = Number(process.argv[4] ?? 90)
/** Ranges end within an hour, as they do when somebody looks. */
const END = NEW_YEAR + DAYS * DAY + 13 * HOUR + 37 * 60 * SECOND

let seed = 7
function below(count: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * count)
}

function entryOf(n: number): JudgedEntry {
  const at = Math.floor(END - DAYS * DAY * (1 - n / ENTRIES))
  const risk = below(10) === 0 ? 20 + below(80) : 0
  return anEntry({
    id: randomUUID() as string as LogId,
    at,
    receivedAt: at,
    sender: `agent.${below(SENDERS)}`,
    receiver: below(10) < 3 ? `agent.${below(SENDERS)}` : 'user',
    risk,
    band: bandOf(risk),
    contentHash: randomBytes(32),
    leafSalt: randomBytes(16),
    matches: risk > 0 ? [aMatch({ ruleId: `rule-${below(40)}` })] : [],
  })
}

const folder = mkdtempSync(join(tmpdir(), 'senders-bench-'))
const db = await openSqlite({ file: join(folder, 'log.db'), workers: WORKERS })
const org = await createOrg(db)
for (let first = 0; first < ENTRIES; first += BATCH)
  await db.logs.append(
    org,
    times(BATCH, (n) => entryOf(first + n)),
  )

async function time(name: string, run: () => Promise<unknown>): Promise<void> {
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    await run()
    took.push(performance.now() - began)
  }
  const [least = 0] = took.sort((a, b) => a - b)
  process.stdout.write(
    `${name.padEnd(48)} ${took[ROUNDS >> 1]?.toFixed(1)} ms (from ${least.toFixed(1)} to ${took.at(-1)?.toFixed(1)})\n`,
  )
}

const silentSince = END - HOUR
for (const days of [1, 7, 30, 90].filter((some) => some <= DAYS)) {
  const range = { from: END - days * DAY, to: END }
  for (const dimension of ['sender', 'receiver'] as const)
    await time(`${days} days: ${dimension}s ranked and counted`, () =>
      db.rollups.ranking(org, dimension, range, { limit: 6, orderBy: 'riskMax', silentSince }),
    )
  const { rows } = await db.rollups.ranking(org, 'sender', range, { limit: 6, orderBy: 'riskMax', silentSince })
  const keys = rows.map(({ key }) => key)
  await time(`${days} days: 24 parts of six senders`, () => db.rollups.series(org, 'sender', range, days * 60, keys))
  await time(`${days} days: rules ranked`, () => db.rollups.keys(org, 'rule', range, { limit: 6, orderBy: 'count' }))
  await time(`${days} days: bands of the time before`, () =>
    db.rollups.keys(org, 'band', { from: range.from - days * DAY, to: range.from }, { limit: 5, orderBy: 'count' }),
  )
  await time(`${days} days: bars by band`, () => db.rollups.series(org, 'band', range, days === 1 ? 15 : days * 18))
  await time(`${days} days: the busiest minute`, () => db.rollups.busiest(org, range))
}
await time('all time: senders ranked', () =>
  db.rollups.ranking(org, 'sender', { from: 0, to: END + 2 * DAY }, { limit: 100, orderBy: 'count', silentSince: 0 }),
)
await db.close()
rmSync(folder, { recursive: true })
