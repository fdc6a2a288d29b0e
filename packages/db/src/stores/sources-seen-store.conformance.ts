import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { NEW_YEAR, times } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { OTHER_SCOPES, type SourceSeen, sourcesSeenStore } from './sources-seen-store.ts'

const MINUTE = NEW_YEAR / 60e6

function seen(more: Partial<SourceSeen> = {}): SourceSeen {
  const nothing = { records: 1, entries: 1, refused: 0, recent: [[MINUTE, 1]] as const }
  return { surface: 'otlp', source: 'codex', scope: '', firstSeen: NEW_YEAR, lastSeen: NEW_YEAR, ...nothing, ...more }
}

export function sourcesSeenStoreConformance(open: OpenStores): void {
  test('counts of a source add up, and per-minute counts expire after an hour', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const add = (...more: SourceSeen[]) => db.transaction((tx) => sourcesSeenStore(tx).add(org, more))
    await add(seen(), seen({ records: 4, recent: [[MINUTE + 1, 1]], refused: 2 }))
    await add(seen({ firstSeen: NEW_YEAR - 5, lastSeen: NEW_YEAR + 5, recent: [[MINUTE + LIMITS.recentMinutes, 1]] }))
    expect(await sourcesSeenStore(db.read).list(org)).toEqual([
      {
        ...seen({ firstSeen: NEW_YEAR - 5, lastSeen: NEW_YEAR + 5, records: 6, entries: 3, refused: 2 }),
        recent: [
          [MINUTE + 1, 1],
          [MINUTE + LIMITS.recentMinutes, 1],
        ],
      },
    ])
    expect(await sourcesSeenStore(db.read).list(await db.anOrg())).toEqual([])
  })

  test('unknown scopes past the limit are counted together, and other sources stay separate', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const scopes = times(LIMITS.unknownScopes + 50, (n) => seen({ source: null, scope: `scope ${n}` }))
    await db.transaction((tx) => sourcesSeenStore(tx).add(org, scopes))
    await db.transaction((tx) => sourcesSeenStore(tx).add(org, [...scopes, seen()]))
    const list = await sourcesSeenStore(db.read).list(org)
    expect(list).toHaveLength(LIMITS.unknownScopes + 2)
    expect(list.find(({ scope }) => scope === OTHER_SCOPES)).toMatchObject({ records: 100 })
    expect(list.find(({ scope }) => scope === 'scope 7')).toMatchObject({ records: 2 })
    expect(list.find(({ source }) => source === 'codex')).toMatchObject({ records: 1 })
  })
}
