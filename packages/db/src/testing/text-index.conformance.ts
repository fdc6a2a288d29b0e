import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import type { Database } from '../database.ts'
import type { TextIndex } from '../text-index.ts'
import { anEntry, NEW_YEAR, SECOND, times } from './entries.ts'

/** The index, and what the suite needs with it: a log to index, searches, and a restart. */
export interface TextIndexUnderTest extends AsyncDisposable, Pick<Database, 'logs' | 'removal' | 'search'> {
  readonly textIndex: TextIndex
  anOrg(): Promise<OrgId>
  /** The same log and index, closed and opened again. Replaces this one. */
  reopened(): Promise<TextIndexUnderTest>
}

/**
 * The promises of `TextIndex`, for every implementation. The index that `open` returns must cover an entry as soon as it
 * can, in slices of few entries and segments of few entries.
 */
export function textIndexConformance(name: string, open: () => Promise<TextIndexUnderTest>): void {
  describe(`${name} as a TextIndex`, () => {
    test('searches find the same entries before, while and after the index is filled', async () => {
      await using db = await open()
      const org = await db.anOrg()
      await db.logs.append(org, numbered(40))
      const find = () => found(db, org, '"number 3!"')
      expect(await find()).toEqual([4])
      for (let more = true; more;) {
        ;({ more } = await db.textIndex.advance(org))
        expect(await find()).toEqual([4])
      }
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 40, behind: 0 })
      await db.logs.append(org, numbered(1, 3))
      expect(await find()).toEqual([4, 41])
    })

    test('entries of another org are neither found nor counted', async () => {
      await using db = await open()
      const [org, other] = [await db.anOrg(), await db.anOrg()]
      await db.logs.append(org, numbered(5))
      await db.logs.append(other, numbered(9))
      await catchUp(db, other)
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 0, behind: 5 })
      await catchUp(db, org)
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 5, behind: 0 })
      expect(await found(db, org, '"number 7!"')).toEqual([])
      expect(await found(db, other, '"number 7!"')).toEqual([8])
    })

    test('covered entries stay covered across a restart', async () => {
      await using before = await open()
      const org = await before.anOrg()
      await before.logs.append(org, numbered(20))
      await catchUp(before, org)
      await using db = await before.reopened()
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 20, behind: 0 })
      expect(await db.textIndex.advance(org)).toEqual({ indexed: 0, more: false })
      expect(await found(db, org, '"number 12!"')).toEqual([13])
    })

    test('forgotten entries that are still stored are indexed again', async () => {
      await using db = await open()
      const org = await db.anOrg()
      await db.logs.append(org, numbered(20))
      await catchUp(db, org)
      await db.removal.erase(org, [{ from: 5, to: 5 }])
      await db.textIndex.forget(org, [{ from: 5, to: 5 }])
      expect((await db.textIndex.progress(org)).indexed).toBeLessThan(20)
      expect(await found(db, org, '"number 3!"')).toEqual([4])
      await catchUp(db, org)
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 19, behind: 0 })
      expect(await found(db, org, '"number 4!"')).toEqual([])
      expect(await db.textIndex.verify(org)).toEqual([])
    })

    test('text of entries that retention has removed is dropped', async () => {
      await using db = await open()
      const org = await db.anOrg()
      await db.logs.append(org, numbered(20))
      await catchUp(db, org)
      await db.removal.purge(org, NEW_YEAR + 20 * SECOND, 20)
      await db.textIndex.dropExpired(org)
      expect((await db.textIndex.progress(org)).indexed).toBe(0)
      await db.logs.append(org, numbered(3, 20))
      await catchUp(db, org)
      expect(await found(db, org, '"number 21!"')).toEqual([22])
      expect(await db.textIndex.verify(org)).toEqual([])
    })

    test('an org without entries has nothing to index', async () => {
      await using db = await open()
      const org = await db.anOrg()
      expect(await db.textIndex.advance(org)).toEqual({ indexed: 0, more: false })
      expect(await db.textIndex.progress(org)).toEqual({ indexed: 0, behind: 0 })
      await db.textIndex.dropExpired(org)
      await db.textIndex.forget(org, [{ from: 1, to: 9 }])
      expect(await db.textIndex.verify(org)).toEqual([])
    })
  })
}

function numbered(count: number, from = 0) {
  return times(count, (n) => {
    const at = NEW_YEAR + (from + n) * SECOND
    return anEntry({ at, receivedAt: at, payload: { type: 'text', text: `number ${from + n}!` } })
  })
}

async function catchUp({ textIndex }: TextIndexUnderTest, org: OrgId): Promise<void> {
  while ((await textIndex.advance(org)).more);
}

async function found({ search }: TextIndexUnderTest, org: OrgId, query: string): Promise<number[]> {
  const { items } = await search.page(
    org,
    { query: parseStrict(query), now: NEW_YEAR },
    { limit: 100, order: 'oldest' },
  )
  return items.map(({ seq }) => Number(seq))
}
