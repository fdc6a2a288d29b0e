import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bandOf } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../../limits.ts'
import { aMatch, anEntry, NEW_YEAR, times } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { prepareErase } from '../retention/erase.ts'
import { openForWriting } from '../connection/open-file.ts'
import { openSqlite } from '../open-sqlite.ts'

const ENTRIES = 5_000

/** All entries are in one minute. The first has the highest risk under every key. */
async function aLargeMinute(file: string) {
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db)
  for (let from = 0; from < ENTRIES; from += 500)
    await db.logs.append(
      org,
      times(500, (n) => {
        const risk = from + n === 0 ? 90 : 1 + ((from + n) % 20)
        return anEntry({ at: NEW_YEAR + from + n, risk, band: bandOf(risk), matches: [aMatch()] })
      }),
    )
  await db.close()
  return org
}

test('erasing does not scan a large minute; its maxima are recomputed later, even after a crash', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const org = await aLargeMinute(file)
  const { busyTimeoutMs, preparedStatements } = LIMITS
  const db = openForWriting({ file, busyTimeoutMs, preparedStatements, synchronous: 'FULL' })
  const staleRows = () => db.prepare<[], number>('select count(*) from unsettled').pluck(true).get()
  try {
    expect(prepareErase(db)({ type: 'erase', org, ranges: [{ from: 1, to: 1 }] })).toMatchObject({ removed: 1 })
    // The total, sender, receiver, kind and rule. It was the only entry of the band “critical”.
    expect(staleRows()).toBe(5)
    prepareErase(db)({ type: 'erase', org, ranges: [] })
    const again = prepareErase(db)
    while (again({ type: 'erase', org, ranges: [] }).more);
    expect(staleRows()).toBe(0)
    for (const table of ['rollups', 'rollup_hours'])
      expect(db.prepare(`select distinct max(risk_max) from ${table} group by dimension`).pluck(true).all()).toEqual([
        20,
      ])
  } finally {
    db.close()
  }
})

test('verify reports no difference for a stale maximum', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const org = await aLargeMinute(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    await db.removal.erase(org, [{ from: 1, to: 1 }], { partial: true })
    expect(await db.read.selectFrom('unsettled').select('dimension').execute()).toHaveLength(5)
    expect(await db.rollups.verify(org)).toEqual([])
    await db.removal.erase(org, [])
    expect(await db.read.selectFrom('unsettled').select('dimension').execute()).toEqual([])
    expect(await db.rollups.verify(org)).toEqual([])
  } finally {
    await db.close()
  }
})
