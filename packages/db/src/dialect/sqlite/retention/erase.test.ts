import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Database } from '../../../database.ts'
import { anEntry, NEW_YEAR, SECOND, times } from '../../../testing/entries.ts'
import { logRemovalConformance } from '../../../testing/log-removal.conformance.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'

logRemovalConformance('SQLite', () => temporaryStore())

/** Has the canary in every text field. `n` varies the names, so that index pages fill up and split. */
function canary(n: number) {
  const word = `CANARY-${n % 37}`
  return anEntry({
    at: NEW_YEAR + ((n * 7_919) % 100_003) * SECOND,
    sender: `agent.${word}`,
    receiver: `tool.${word}`,
    session: `session-${word}`,
    context: word,
    sourceId: `${word}-${n}`,
    timestampText: word,
    remoteAddress: word,
    attributes: JSON.stringify({ word }),
    payload: { type: 'text', text: `${word} `.repeat(n % 50 === 0 ? 3_000 : 3) },
  })
}

function other(n: number) {
  return anEntry({
    at: NEW_YEAR + ((n * 104_729) % 100_003) * SECOND,
    sender: `agent.${n % 300}`,
    session: `session-${n % 500}`,
    sourceId: `id-${n}`,
    payload: { type: 'text', text: 'nothing to see here '.repeat(n % 20) },
  })
}

async function fill(db: Database, org: OrgId): Promise<number> {
  let seq = 0
  for (let batch = 0; batch < 12; batch++) {
    const entries = times(500, (n) => (n % 4 === 0 ? canary(seq + n) : other(seq + n)))
    await db.logs.append(org, entries)
    seq += entries.length
  }
  return seq
}

async function canariesIn(file: string): Promise<number> {
  let found = 0
  for (const one of [file, `${file}-wal`]) {
    const bytes = await readFile(one).catch(() => Buffer.alloc(0))
    for (let at = bytes.indexOf('CANARY'); at >= 0; at = bytes.indexOf('CANARY', at + 1)) found++
  }
  return found
}

async function eraseCanaries(db: Database, org: OrgId, to: number): Promise<void> {
  for (let n = 0; n < 37; n++) {
    const session = `session-CANARY-${n}`
    const ranges = await db.removal.findErasable(org, { session, to: to as Seq }, 10_000)
    expect(await db.removal.erase(org, ranges)).toBeGreaterThan(0)
  }
}

test('no byte of erased entries is left in the file or its WAL, even with concurrent reads and writes', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const head = await fill(db, org)
  await eraseCanaries(db, org, head)
  let done = false
  const traffic = (async () => {
    for (let n = 0; !done; n++) {
      await db.logs.append(
        org,
        times(20, (m) => other(head + n * 20 + m)),
      )
      await db.logs.read(org, (head - 100) as Seq, { entries: 50, bytes: 1_000_000 })
    }
  })()
  await db.space.wipe()
  done = true
  await traffic
  await db.space.emptyLog()
  expect(await canariesIn(db.file)).toBe(0)
  expect(await db.rollups.verify(org)).toEqual([])
  expect(await integrityOf(db)).toEqual(['ok'])
})

test('without wiping the file, copies of erased names remain in split pages', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await eraseCanaries(db, org, await fill(db, org))
  await db.space.emptyLog()
  // If this fails, SQLite clears them itself, and `../space/wipe-unallocated.ts` can be removed.
  expect(await canariesIn(db.file)).toBeGreaterThan(0)
})

async function integrityOf(db: Database): Promise<unknown[]> {
  const { sql } = await import('kysely')
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db.read)
  return rows.map(({ integrity_check }) => integrity_check)
}
