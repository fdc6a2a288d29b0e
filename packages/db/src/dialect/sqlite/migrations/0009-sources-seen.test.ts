import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { sourcesSeenStore } from '../../../stores/sources-seen-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { sourcesSeen } from './0009-sources-seen.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

const ORG = 1 as OrgId

test('an org of the previous version has no seen sources and can record them', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(sourcesSeen)))
    insertLog(old, [30])
  }

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await sourcesSeenStore(db.read).list(ORG)).toEqual([])
    const seen = {
      surface: 'otlp',
      source: 'codex',
      scope: '',
      firstSeen: NEW_YEAR,
      lastSeen: NEW_YEAR,
      records: 3,
      entries: 2,
      refused: 1,
      recent: [[NEW_YEAR / 60e6, 2]],
    } as const
    await db.transaction((tx) => sourcesSeenStore(tx).add(ORG, [seen]))
    expect(await sourcesSeenStore(db.read).list(ORG)).toEqual([seen])
  } finally {
    await db.close()
  }
})
