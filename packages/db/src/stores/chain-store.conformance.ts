import { expect, test } from 'vitest'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { chainStore } from './chain-store.ts'
import { orgStore } from './org-store.ts'

export function chainStoreConformance(open: OpenStores): void {
  test("heads are the last link of each org's chain, and none for an org without entries", async () => {
    await using db = await open()
    const [one, other] = [await db.anOrg(), await db.anOrg()]
    await db.anOrg()
    const link = (org: number, to: number) => ({
      org,
      from_seq: to - 4,
      to_seq: to,
      root: new Uint8Array(32),
      head: new Uint8Array(32).fill(to),
    })
    await db.transaction((tx) =>
      tx
        .insertInto('chain')
        .values([link(one, 5), link(one, 10), link(other, 5)])
        .execute(),
    )
    const heads = await chainStore(db.read).heads()
    expect(heads.map(({ slug, seq, head }) => [slug, seq, head])).toEqual([
      [(await orgStore(db.read).byId(one))?.slug, 10, '0a'.repeat(32)],
      [(await orgStore(db.read).byId(other))?.slug, 5, '05'.repeat(32)],
    ])
  })
}
