import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { auditStore } from './audit-store.ts'

export function auditStoreConformance(open: OpenStores): void {
  test('an audit record stores all of its fields', async () => {
    await using store = await openWithUser(open)
    const { db, org } = store
    await db.transaction((tx) =>
      auditStore(tx).append(org, {
        at: NEW_YEAR,
        principal: 'user:1',
        action: 'apiKeys.create',
        target: 'k',
        details: { scopes: ['read'] },
      }),
    )
    expect(await db.read.selectFrom('audit').selectAll().execute()).toEqual([
      {
        id: 1,
        org,
        at: NEW_YEAR,
        principal: 'user:1',
        action: 'apiKeys.create',
        target: 'k',
        remote_address: null,
        details: '{"scopes":["read"]}',
      },
    ])
  })

  test('the head of the chain changes with each record', async () => {
    await using db = await open()
    const append = () =>
      db.transaction((tx) => auditStore(tx).append(null, { at: NEW_YEAR, principal: 'user:1', action: 'orgs.create' }))
    expect(await auditStore(db.read).head()).toBeUndefined()
    await append()
    const first = await auditStore(db.read).head()
    await append()
    const second = await auditStore(db.read).head()
    expect([first?.seq, second?.seq]).toEqual([1, 2])
    expect(second?.head).not.toBe(first?.head)
  })

  test('recent sign-ins are distinct users and addresses among the newest records', async () => {
    await using db = await open()
    const records = [
      ['auth.signIn', 'user:old', '10.0.0.1'],
      ['auth.signIn', 'user:ada', '10.0.0.2'],
      ['auth.token', 'user:ada', '10.0.0.2'],
      ['auth.signIn', 'user:bob', null],
      ['rules.create', 'user:eve', '10.0.0.3'],
    ] as const
    await db.transaction(async (tx) => {
      for (const [action, principal, remoteAddress] of records)
        await auditStore(tx).append(null, { at: NEW_YEAR, principal, action, remoteAddress })
    })
    expect(await auditStore(db.read).recentSignIns(4)).toEqual([{ username: 'ada', remoteAddress: '10.0.0.2' }])
  })
}
