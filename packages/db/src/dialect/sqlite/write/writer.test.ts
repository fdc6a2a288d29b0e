import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { BEFORE_ALL, type DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../../limits.ts'
import { orgStore } from '../../../stores/org-store.ts'
import { userStore } from '../../../stores/user-store.ts'
import { anEntry, NEW_YEAR, times } from '../../../testing/entries.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'
import { isUniqueViolation } from '../connection/errors.ts'

test('an org that writes little does not wait for one that floods the queue', async () => {
  await using db = await temporaryStore()
  const [loud, quiet] = [await db.anOrg(), await db.anOrg()]
  const loudDone: number[] = []
  const flood = times(18, async (n) => {
    const entries = times(500, () => anEntry())
    await db.logs.append(loud, entries)
    loudDone.push(n)
  })
  await db.logs.append(quiet, [anEntry()])
  // It waits for the batch in flight and its own batch, not for the fifteen that were queued earlier.
  expect(loudDone.length).toBeLessThanOrEqual(4)
  await Promise.all(flood)
})

test('a full queue rejects a call with the limit, stores nothing of it, and recovers when it drains', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const calls = await Promise.allSettled(
    times(45, () =>
      db.logs.append(
        org,
        times(500, () => anEntry()),
      ),
    ),
  )
  const refused = calls.filter((call) => call.status === 'rejected')
  expect(refused).toHaveLength(45 - (LIMITS.queueEntries * LIMITS.queueOrgShare) / 500)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'store_busy', details: { limit: 'queueEntries', retryAfterSeconds: 1 } })
  expect((await db.logs.head(org)).entries).toBe((45 - refused.length) * 500)
  await db.logs.append(org, [anEntry()])
})

test('an org that fills its share of the queue does not cause rejections for others', async () => {
  await using db = await temporaryStore()
  const [loud, quiet] = [await db.anOrg(), await db.anOrg()]
  const flood = Promise.allSettled(
    times(45, () =>
      db.logs.append(
        loud,
        times(500, () => anEntry()),
      ),
    ),
  )
  await expect(db.logs.append(quiet, [anEntry()])).resolves.toMatchObject([{ status: 'stored' }])
  await flood
})

test('a full disk rejects calls in flight, keeps acknowledged entries, and recovers once there is space', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(org, [anEntry()])
  const pages = async (most: number) =>
    db.transaction(async (tx) => {
      const { rows } = await sql<{ max_page_count: number }>`pragma max_page_count = ${sql.lit(most)}`.execute(tx)
      return rows[0]?.max_page_count
    })
  await pages(1) // SQLite raises this to the number of pages in use.
  const large = () => anEntry({ payload: { type: 'text', text: 'x'.repeat(100_000) } })
  const results = await Promise.allSettled(times(5, () => db.logs.append(org, [large()])))
  expect(results.map((result) => (result.status === 'rejected' ? (result.reason as DomainError).code : ''))).toEqual(
    times(5, () => 'store_failed'),
  )
  expect(db.health().failure).toContain('full')
  expect(await db.logs.head(org)).toEqual({ seq: 1, entries: 1 })

  await pages(1_000_000)
  expect(await db.logs.append(org, [large()])).toMatchObject([{ seq: 2 }])
  expect(db.health().failure).toBeNull()
  expect(await db.rollups.verify(org)).toEqual([])
})

test('a health check makes a failed store try to write again, even without new writes', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(org, [anEntry()])
  await db.transaction((tx) => sql`pragma max_page_count = 1`.execute(tx))
  const large = anEntry({ payload: { type: 'text', text: 'x'.repeat(100_000) } })
  await expect(db.logs.append(org, [large])).rejects.toMatchObject({ code: 'store_failed' })
  let told = db.health().failure
  expect(told).toMatch(/^The disk is full\. Make room/)
  while (told !== null) {
    await sleep(1)
    told = db.health().failure
  }
  expect(await db.logs.head(org)).toMatchObject({ seq: 1, entries: 1 })
  expect(await db.rollups.verify(org)).toEqual([])
})

test('a transaction is atomic and rejects with the error that ended it', async () => {
  await using db = await temporaryStore()
  const own = new Error('thought better of it')
  await expect(
    db.transaction(async (tx) => {
      await userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR })
      throw own
    }),
  ).rejects.toBe(own)
  expect(await userStore(db.read).anyExists()).toBe(false)
  const ada = await db.transaction((tx) => userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR }))
  expect(await userStore(db.read).byUsername('ada')).toEqual(ada)
})

test("a broken constraint rejects with the database's error and undoes the transaction", async () => {
  await using db = await temporaryStore()
  const add = (name: string) =>
    db.transaction(async (tx) => {
      await orgStore(tx).create({ uid: name, name, hmacKey: new Uint8Array(32), at: NEW_YEAR })
      await orgStore(tx).create({ uid: 'same', name: `${name} too`, hmacKey: new Uint8Array(32), at: NEW_YEAR })
    })
  await add('one')
  const error = await add('two').catch((reason: unknown) => reason)
  expect(isUniqueViolation(error)).toBe(true)
  expect(await orgStore(db.read).byName('two')).toBeUndefined()
})

test('a transaction that idles too long is rolled back with the limit and unblocks the writer', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  let late: unknown
  let finished = (): void => {}
  const after = new Promise<void>((resolve) => {
    finished = resolve
  })
  const slow = db.transaction(async (tx) => {
    await userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR })
    await sleep(LIMITS.transactionMs * 4)
    await userStore(tx)
      .create({ username: 'bob', passwordHash: 'x', at: NEW_YEAR })
      .catch((reason: unknown) => {
        late = reason
      })
    finished()
  })
  const append = db.logs.append(org, [anEntry()])
  await expect(slow).rejects.toMatchObject({
    code: 'store_busy',
    details: { limit: 'transactionMs', allowed: LIMITS.transactionMs },
  })
  await append
  await after
  expect(late).toMatchObject({ details: { limit: 'transactionMs' } })
  expect(await userStore(db.read).anyExists()).toBe(false)
})

test('a transaction that keeps working is not rolled back, however long it takes', async () => {
  await using db = await temporaryStore()
  const busyUntil = performance.now() + LIMITS.transactionMs * 3
  const users = await db.transaction(async (tx) => {
    let count = 0
    while (performance.now() < busyUntil) {
      await userStore(tx).create({ username: `user-${count}`, passwordHash: 'x', at: NEW_YEAR })
      count++
    }
    return count
  })
  const { count } = await db.read
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  expect(count).toBe(users)
})

test('transactions and appends alternate', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const order: string[] = []
  await Promise.all([
    ...times(5, (n) =>
      db.logs
        .append(
          org,
          times(400, () => anEntry()),
        )
        .then(() => order.push(`append ${n}`)),
    ),
    ...times(3, (n) => db.transaction((tx) => userStore(tx).anyExists()).then(() => order.push(`transaction ${n}`))),
  ])
  expect(order.slice(0, 2).some((what) => what.startsWith('append'))).toBe(true)
  expect(order.at(-1)).toMatch('append')
})

test('closing finishes accepted calls and rejects later ones', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  const accepted = Promise.all(times(100, () => db.logs.append(org, [anEntry()])))
  const closing = db.close()
  await expect(db.logs.append(org, [anEntry()])).rejects.toMatchObject({ code: 'shutting_down' })
  await expect(db.transaction(() => Promise.resolve())).rejects.toMatchObject({ code: 'shutting_down' })
  expect(await accepted).toHaveLength(100)
  await closing
  await expect(db.logs.read(org, BEFORE_ALL, { entries: 1, bytes: 1 })).rejects.toMatchObject({ code: 'shutting_down' })
})

test('`read` cannot write', async () => {
  await using db = await temporaryStore()
  await expect(userStore(db.read).create({ username: 'ada', passwordHash: 'x', at: 0 })).rejects.toMatchObject({
    cause: { code: 'SQLITE_READONLY' },
  })
  await expect(db.read.transaction().execute(() => Promise.resolve())).rejects.toThrow('Database.transaction')
})

test('audit records cannot be changed or removed', async () => {
  await using db = await temporaryStore()
  await db.transaction((tx) =>
    tx.insertInto('audit').values({ at: 1, principal: 'system:cli', action: 'org.create' }).execute(),
  )
  await expect(db.transaction((tx) => tx.updateTable('audit').set({ action: 'x' }).execute())).rejects.toThrow(
    'never changed',
  )
  await expect(db.transaction((tx) => tx.deleteFrom('audit').execute())).rejects.toThrow('never removed')
})
