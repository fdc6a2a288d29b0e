import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { NEW_YEAR, times } from '../testing/entries.ts'
import { type OpenStores } from '../testing/stores-under-test.ts'
import { type NewRule, ruleStore } from './rule-store.ts'
import { ruleVersionStore } from './rule-version-store.ts'

const BY = { at: NEW_YEAR, by: 'user:ada' }
const LATER = { at: NEW_YEAR + 1_000_000, by: 'user:bob' }

const aRule = (ruleId: string, version = 1, parts: Partial<NewRule> = {}): NewRule => ({
  ruleId,
  kind: 'rule',
  hash: `${ruleId}-${version}`,
  title: `Rule ${ruleId}`,
  text: `title: Rule ${ruleId}\n# ${version}`,
  origin: 'own',
  importId: null,
  file: null,
  ...parts,
})

async function openRules(open: OpenStores) {
  const db = await open()
  const org = await db.anOrg()
  const write = (rules: readonly NewRule[], work: 'insert' | readonly [expected: string], by = BY, to: OrgId = org) =>
    db.transaction(async (tx) => {
      await ruleVersionStore(tx).remember(to, rules, by.at)
      if (work === 'insert') return ruleStore(tx).insert(to, rules, by)
      const [rule] = rules
      return rule === undefined ? false : ruleStore(tx).replace(to, rule, work[0], by)
    })
  return { db, org, write, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

export function ruleStoreConformance(open: OpenStores): void {
  test('a rule is returned with its text, and only in its org', async () => {
    await using store = await openRules(open)
    const { db, org, write } = store
    await write([aRule('b'), aRule('a', 1, { origin: 'import', importId: 'i', file: 'a.yml' })], 'insert')
    const rules = await ruleStore(db.read).list(org)
    expect(rules.map(({ ruleId, text, file }) => [ruleId, text, file])).toEqual([
      ['a', 'title: Rule a\n# 1', 'a.yml'],
      ['b', 'title: Rule b\n# 1', null],
    ])
    expect(await ruleStore(db.read).totals(org)).toEqual({ rules: 2, chars: 34 })
    const other = await db.anOrg()
    expect(await ruleStore(db.read).list(other)).toEqual([])
    expect(await ruleStore(db.read).get(other, 'a')).toBeUndefined()
    await write([aRule('a')], 'insert', BY, other)
    await expect(write([aRule('a', 2)], 'insert')).rejects.toSatisfy(db.isUniqueViolation)
  })

  test('of two concurrent changes to the same version of a rule, one gets a conflict', async () => {
    await using store = await openRules(open)
    const { db, org, write } = store
    await write([aRule('a')], 'insert')
    const results = await Promise.all([write([aRule('a', 2)], ['a-1'], LATER), write([aRule('a', 3)], ['a-1'], LATER)])
    expect(results).toEqual([true, false])
    expect(await ruleStore(db.read).get(org, 'a')).toMatchObject({
      hash: 'a-2',
      createdBy: 'user:ada',
      updatedBy: 'user:bob',
    })
    // The late version is stored too, but is not in effect.
    expect((await ruleVersionStore(db.read).of(org, 'a')).map(({ hash }) => hash)).toEqual(['a-2', 'a-3', 'a-1'])
    expect(await db.transaction((tx) => ruleStore(tx).remove(org, 'a', 'a-1'))).toBe(false)
    expect(await db.transaction((tx) => ruleStore(tx).remove(org, 'a', 'a-2'))).toBe(true)
    expect(await ruleVersionStore(db.read).get(org, 'a-1')).toMatchObject({ text: 'title: Rule a\n# 1' })
  })

  test('only imported filters are confirmed, and changing the text removes the confirmation', async () => {
    await using store = await openRules(open)
    const { db, org, write } = store
    const imported = { kind: 'filter', origin: 'import', importId: 'i' } as const
    await write([aRule('f', 1, imported), aRule('own', 1, { kind: 'filter' }), aRule('r')], 'insert')
    const confirm = () => db.transaction((tx) => ruleStore(tx).confirm(org, ['f', 'own', 'r', 'none'], LATER))
    expect(await confirm()).toEqual(['f'])
    expect(await confirm()).toEqual([])
    expect(await ruleStore(db.read).get(org, 'f')).toMatchObject({ confirmedBy: 'user:bob' })
    await write([aRule('f', 2, imported)], ['f-1'])
    expect(await ruleStore(db.read).get(org, 'f')).toMatchObject({ confirmedAt: null, confirmedBy: null })
  })

  test('many rules are written in one transaction', async () => {
    await using store = await openRules(open)
    const { db, org, write } = store
    await write(
      times(200, (n) => aRule(`r${n}`)),
      'insert',
    )
    const wanted = times(3, (n) => `r${n * 50}`)
    expect((await ruleStore(db.read).among(org, [...wanted, 'none'])).map(({ ruleId }) => ruleId).toSorted()).toEqual(
      wanted.toSorted(),
    )
  })
}
