import { describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import type { Database, Transaction } from '../database.ts'
import { auditStore } from '../stores/audit-store.ts'
import { cursorStore } from '../stores/cursor-store.ts'
import { anEntry, NEW_YEAR, times } from './entries.ts'

export interface DatabaseUnderTest extends Database, AsyncDisposable {
  anOrg(): Promise<OrgId>
}

/** The promises of `Database` and of consumers' cursors, for every implementation. */
export function databaseConformance(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(`${name} as a Database`, () => {
    const note = (tx: Transaction, org: OrgId, action: string) =>
      auditStore(tx).append(org, { at: NEW_YEAR, principal: 'user:1', action })
    const actions = async (db: Database) => {
      const rows = await db.read.selectFrom('audit').select('action').orderBy('id').execute()
      return rows.map(({ action }) => action)
    }

    test('reads see the writes of a transaction as soon as it resolves', async () => {
      await using db = await open()
      const org = await db.anOrg()
      expect(await db.transaction((tx) => note(tx, org, 'one').then(() => 'its result'))).toBe('its result')
      expect(await actions(db)).toEqual(['one'])
    })

    test('a transaction sees its own writes, and others see them only after it ends', async () => {
      await using db = await open()
      const org = await db.anOrg()
      const count = (from: Transaction) => from.selectFrom('audit').select('id').execute()
      await db.transaction(async (tx) => {
        await note(tx, org, 'one')
        expect(await count(tx)).toHaveLength(1)
        expect(await count(db.read)).toHaveLength(0)
      })
    })

    test('a transaction that throws leaves nothing, and the next one succeeds', async () => {
      await using db = await open()
      const org = await db.anOrg()
      const failing = db.transaction(async (tx) => {
        await note(tx, org, 'one')
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      await db.transaction((tx) => note(tx, org, 'two'))
      expect(await actions(db)).toEqual(['two'])
    })

    test('concurrent transactions and appends all run, sequentially', async () => {
      await using db = await open()
      const org = await db.anOrg()
      await db.transaction((tx) => cursorStore(tx).advance(org, 'counter', { from: BEFORE_ALL, to: 1 as Seq }))
      const increase = () =>
        db.transaction(async (tx) => {
          const from = await cursorStore(tx).get(org, 'counter')
          await cursorStore(tx).advance(org, 'counter', { from, to: (from + 1) as Seq })
        })
      await Promise.all(times(30, (n) => (n % 2 === 0 ? increase() : db.logs.append(org, [anEntry()]))))
      expect(await cursorStore(db.read).get(org, 'counter')).toBe(16)
      expect(await db.logs.head(org)).toEqual({ seq: 15, entries: 15 })
    })

    test('a consumer advances only from its current position', async () => {
      await using db = await open()
      const [org, other] = [await db.anOrg(), await db.anOrg()]
      const advance = (from: number, to: number) =>
        db.transaction((tx) => cursorStore(tx).advance(org, 'alerting', { from: from as Seq, to: to as Seq }))
      expect(await cursorStore(db.read).get(org, 'alerting')).toBe(BEFORE_ALL)
      await advance(0, 5)
      await advance(5, 9)
      await expect(advance(5, 7)).rejects.toMatchObject({ code: 'conflict' })
      await expect(advance(0, 7)).rejects.toMatchObject({ code: 'conflict' })
      expect(await cursorStore(db.read).get(org, 'alerting')).toBe(9)
      expect(await cursorStore(db.read).get(org, 'notifier')).toBe(BEFORE_ALL)
      expect(await cursorStore(db.read).get(other, 'alerting')).toBe(BEFORE_ALL)
    })

    test('if two consumers process the same slice concurrently, only one takes effect', async () => {
      await using db = await open()
      const org = await db.anOrg()
      const apply = (by: string) =>
        db.transaction(async (tx) => {
          await note(tx, org, by)
          await cursorStore(tx).advance(org, 'alerting', { from: BEFORE_ALL, to: 3 as Seq })
        })
      const results = await Promise.allSettled([apply('one'), apply('two')])
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(await actions(db)).toHaveLength(1)
    })

    test('closing rejects every later call and completes accepted ones', async () => {
      await using db = await open()
      const org = await db.anOrg()
      const accepted = db.logs.append(org, [anEntry()])
      await db.close()
      expect(await accepted).toMatchObject([{ status: 'stored' }])
      for (const late of [
        db.logs.append(org, [anEntry()]),
        db.logs.head(org),
        db.transaction((tx) => note(tx, org, 'late')),
      ])
        await expect(late).rejects.toMatchObject({ code: 'shutting_down' })
    })
  })
}
