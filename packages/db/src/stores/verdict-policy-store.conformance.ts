import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { verdictPolicyStore } from './verdict-policy-store.ts'

export function verdictPolicyStoreConformance(open: OpenStores): void {
  test('an org has its latest policy', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const set = (policy: string, hash: string, at: number) =>
      db.transaction((tx) => verdictPolicyStore(tx).set(org, { policy, hash }, { at, by: 'user:1' }))
    expect(await verdictPolicyStore(db.read).get(org)).toBeUndefined()
    await set('{"mode":"dry"}', 'h1', NEW_YEAR)
    await set('{"mode":"enforce"}', 'h2', NEW_YEAR + 1)
    expect(await verdictPolicyStore(db.read).get(org)).toEqual({
      policy: '{"mode":"enforce"}',
      hash: 'h2',
      updatedAt: NEW_YEAR + 1,
      updatedBy: 'user:1',
    })
    expect(await verdictPolicyStore(db.read).get(await db.anOrg())).toBeUndefined()
  })
}
