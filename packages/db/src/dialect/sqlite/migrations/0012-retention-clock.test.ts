import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { retentionClockStore } from '../../../stores/retention-clock-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { retentionClock } from './0012-retention-clock.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

test('a log of the previous version has no retention clock, only its newest arrival, and can store one', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(retentionClock)))
    insertLog(old, [30, 40])
  }

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    const clock = retentionClockStore(db.read)
    expect(await clock.get()).toBeUndefined()
    expect(await clock.newestArrival()).toBe(NEW_YEAR)
    for (const state of [
      { time: NEW_YEAR, waited: 0 },
      { time: NEW_YEAR + 1, waited: 60 },
    ]) {
      await db.transaction((tx) => retentionClockStore(tx).set(state))
      expect(await clock.get()).toEqual(state)
    }
  } finally {
    await db.close()
  }
})
