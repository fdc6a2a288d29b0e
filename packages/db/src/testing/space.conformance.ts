import { describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '../database.ts'
import { anEntry, NEW_YEAR, times } from './entries.ts'

/** The space, and what the suite needs with it: a log, its removal, and a look at the files. */
export interface SpaceUnderTest extends AsyncDisposable, Pick<Database, 'logs' | 'removal' | 'space' | 'transaction'> {
  anOrg(name?: string): Promise<OrgId>
  /** Bytes of the files. */
  size(): Promise<number>
  /** Returns whether the bytes of any file contain the text. */
  filesContain(text: string): Promise<boolean>
}

const SECRET = 'CANARY'
const LARGE = 'x'.repeat(16 * 1024)

/** The promises of `Space`, for every implementation. */
export function spaceConformance(name: string, open: () => Promise<SpaceUnderTest>): void {
  describe(`${name} as a Space`, () => {
    test('space of removed entries is returned, and stored entries stay', async () => {
      await using db = await open()
      const org = await db.anOrg()
      for (let batch = 0; batch < 8; batch++)
        await db.logs.append(
          org,
          times(100, (n) =>
            anEntry({ receivedAt: NEW_YEAR + batch * 100 + n, payload: { type: 'text', text: LARGE } }),
          ),
        )
      await db.space.emptyLog()
      const before = await db.size()
      await db.removal.purge(org, NEW_YEAR + 700, 1_000)
      await db.space.giveBack()
      await db.space.emptyLog()
      expect(await db.size()).toBeLessThan(before / 2)
      expect((await db.logs.head(org)).entries).toBe(100)
    })

    test('after a wipe, the files contain no removed text and all stored entries', async () => {
      await using db = await open()
      const org = await db.anOrg()
      const word = (n: number) => (n % 4 === 0 ? SECRET : 'harmless')
      await db.logs.append(
        org,
        times(400, (n) =>
          anEntry({
            sender: `agent.${word(n)}`,
            session: `session-${word(n)}`,
            payload: { type: 'text', text: `${word(n)} `.repeat(n % 50 === 0 ? 3_000 : 3) },
          }),
        ),
      )
      expect(await db.filesContain(SECRET)).toBe(true)
      await db.removal.erase(
        org,
        times(100, (n) => ({ from: 4 * n + 1, to: 4 * n + 1 })),
      )
      await db.space.wipe()
      expect(await db.filesContain(SECRET)).toBe(false)
      expect(await db.filesContain('harmless')).toBe(true)
      expect((await db.logs.head(org)).entries).toBe(300)
    })

    test('after a row was changed in place, emptying the log removes its old value', async () => {
      await using db = await open()
      const org = await db.anOrg(`Org of ${SECRET}`)
      await db.transaction((tx) =>
        tx.updateTable('orgs').set({ name: 'Acme', slug: 'acme' }).where('id', '=', org).execute(),
      )
      await db.space.emptyLog()
      expect(await db.filesContain(SECRET)).toBe(false)
    })

    test('a wipe whose signal is aborted rejects with its reason', async () => {
      await using db = await open()
      const reason = new Error('The server stops.')
      await expect(db.space.wipe(AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })
}
