import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores } from '../testing/stores-under-test.ts'
import { orgStore } from './org-store.ts'

export function orgStoreConformance(open: OpenStores): void {
  test('orgs with similar names get distinct slugs, and a duplicate name is rejected', async () => {
    await using db = await open()
    const create = (name: string) =>
      db.transaction((tx) => orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), at: NEW_YEAR }))
    const slugs = []
    for (const name of ['Acme', 'ACME!', 'Äcme', 'Acme 2', '日本', '日本語', 'acme-team'])
      slugs.push((await create(name))?.slug)
    expect(slugs).toEqual(['acme', 'acme-2', 'acme-3', 'acme-2-2', 'org', 'org-2', 'acme-team'])
    expect(await create('Acme')).toBeUndefined()
    const byName = await orgStore(db.read).byName('ACME!')
    expect(await orgStore(db.read).bySlug('acme-2')).toEqual(byName)
    expect(await orgStore(db.read).byUid(byName?.uid ?? '')).toEqual(byName)
    expect(await orgStore(db.read).byId(byName?.id ?? 0)).toEqual(byName)
    expect(await orgStore(db.read).list()).toHaveLength(7)
  })

  test("an org's key comes back byte for byte", async () => {
    await using db = await open()
    // A view of a larger buffer, such as pooled random bytes.
    const hmacKey = randomBytes(1_000).subarray(100, 132)
    const org = await db.transaction((tx) => orgStore(tx).create({ uid: 'u', name: 'n', hmacKey, at: NEW_YEAR }))
    if (org === undefined) throw new Error('The name is taken.')
    expect(Buffer.from((await orgStore(db.read).hmacKey(org.id)) ?? [])).toEqual(Buffer.from(hmacKey))
  })
}
