import { expect, test } from 'vitest'
import { aMatch, anEntry, NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { ruleStore } from './rule-store.ts'
import { ruleVersionStore } from './rule-version-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function ruleVersionStoreConformance(open: OpenStores): void {
  test('each org stores the versions of its rules', async () => {
    await using store = await openWithUser(open)
    const { db, org } = store
    const version = { hash: 'h1', ruleId: 'r', title: 'T', text: 'title: T' }
    await db.transaction((tx) => ruleVersionStore(tx).remember(org, [version, { ...version, hash: 'h2' }], NEW_YEAR))
    await db.transaction((tx) => ruleVersionStore(tx).remember(org, [{ ...version, text: 'changed' }], LATER))
    expect(await ruleVersionStore(db.read).get(org, 'h1')).toEqual(version)
    expect(await ruleVersionStore(db.read).get(await db.anOrg(), 'h1')).toBeUndefined()
  })

  test('versions are kept while their rule exists, is built in, or has a match', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const version = (ruleId: string) => ({ hash: `h-${ruleId}`, ruleId, title: 'T', text: 'title: T' })
    await db.append(org, [anEntry({ matches: [aMatch({ ruleId: 'matched' })] })])
    await db.transaction(async (tx) => {
      await ruleVersionStore(tx).remember(org, ['own', 'built-in', 'matched', 'unused'].map(version), NEW_YEAR)
      const own = { ...version('own'), kind: 'rule', origin: 'own', importId: null, file: null } as const
      await ruleStore(tx).insert(org, [own], { at: NEW_YEAR, by: 'user:1' })
      await ruleVersionStore(tx).forgetUnused(org, ['built-in'])
    })
    const kept = await db.read.selectFrom('rule_versions').select('rule_id').orderBy('rule_id').execute()
    expect(kept.map(({ rule_id }) => rule_id)).toEqual(['built-in', 'matched', 'own'])
  })

  test('the versions of a rule are listed newest first', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const remember = (hash: string, ruleId: string, at: number) =>
      db.transaction((tx) => ruleVersionStore(tx).remember(org, [{ hash, ruleId, title: 'T', text: 'title: T' }], at))
    await remember('h1', 'r', NEW_YEAR)
    await remember('h2', 'r', LATER)
    await remember('h3', 'other', LATER)
    expect(await ruleVersionStore(db.read).of(org, 'r')).toEqual([
      { hash: 'h2', title: 'T', firstSeenAt: LATER },
      { hash: 'h1', title: 'T', firstSeenAt: NEW_YEAR },
    ])
  })
}
