import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { NEW_YEAR, times } from '../testing/entries.ts'
import { temporaryStore } from '../testing/temporary-store.ts'
import { apiKeyStore } from './api-key-store.ts'
import { auditStore } from './audit-store.ts'
import { membershipStore } from './membership-store.ts'
import { oneTimeTokenStore } from './one-time-token-store.ts'
import { orgStore } from './org-store.ts'
import { refreshTokenStore } from './refresh-token-store.ts'
import { ruleVersionStore } from './rule-version-store.ts'
import { signInStore } from './sign-in-store.ts'
import { userStore } from './user-store.ts'

const hashOf = (text: string) => createHash('sha256').update(text).digest()
const LATER = NEW_YEAR + 1_000_000

async function withUser() {
  const db = await temporaryStore()
  const org = await db.anOrg()
  const user = await db.transaction((tx) => userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR }))
  if (user === undefined) throw new Error('The name was taken.')
  return { db, org, user: user.id, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

test('orgs of like names get slugs of their own, and one of the same name is refused', async () => {
  await using db = await temporaryStore()
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
  await using db = await temporaryStore()
  // A window on a larger buffer, as pooled randomness gives it.
  const hmacKey = randomBytes(1_000).subarray(100, 132)
  const org = await db.transaction((tx) => orgStore(tx).create({ uid: 'u', name: 'n', hmacKey, at: NEW_YEAR }))
  if (org === undefined) throw new Error('The name was taken.')
  expect(Buffer.from((await orgStore(db.read).hmacKey(org.id)) ?? [])).toEqual(Buffer.from(hmacKey))
})

test('a username is taken once', async () => {
  await using store = await withUser()
  const again = { username: 'ada', passwordHash: 'y', at: NEW_YEAR }
  expect(await store.db.transaction((tx) => userStore(tx).create(again))).toBeUndefined()
  await store.db.transaction((tx) => userStore(tx).setPasswordHash(store.user, 'z'))
  expect(await userStore(store.db.read).byId(store.user)).toEqual({
    id: store.user,
    username: 'ada',
    passwordHash: 'z',
  })
})

test('a user has the memberships that were given, each with its role', async () => {
  await using store = await withUser()
  const { db, org, user } = store
  const other = await db.anOrg()
  await db.transaction((tx) => membershipStore(tx).add(org, { user, role: 'owner', at: NEW_YEAR }))
  await db.transaction((tx) => membershipStore(tx).add(other, { user, role: 'viewer', at: LATER }))
  const memberships = await membershipStore(db.read).ofUser(user)
  expect(memberships.map(({ org: { id }, role }) => [id, role])).toEqual([
    [org, 'owner'],
    [other, 'viewer'],
  ])
  expect(await membershipStore(db.read).role(org, user)).toBe('owner')
  expect(await membershipStore(db.read).role(org, user + 1)).toBeUndefined()
})

test('an API key is found by its hash, listed by its org, and stays revoked since the first time', async () => {
  await using store = await withUser()
  const { db, org } = store
  const key = {
    id: randomUUID() as string,
    name: 'ci',
    hint: 'smk_ab…',
    scopes: ['ingest', 'read'] as const,
    senderPrefix: 'agent.*',
    keepUnknown: true,
    entriesPerSecond: null,
    createdBy: 'user:1',
    createdAt: NEW_YEAR,
  }
  const created = await db.transaction((tx) => apiKeyStore(tx).create(org, { ...key, hash: hashOf('k') }))
  expect(created).toEqual({ ...key, org, lastUsedAt: null, revokedAt: null })
  await db.transaction((tx) => apiKeyStore(tx).touchLastUsed(org, key.id, LATER))
  const other = await db.anOrg()
  expect(await db.transaction((tx) => apiKeyStore(tx).revoke(other, key.id, LATER))).toBeUndefined()
  expect(await db.transaction((tx) => apiKeyStore(tx).revoke(org, key.id, LATER))).toMatchObject({ revokedAt: LATER })
  expect(await db.transaction((tx) => apiKeyStore(tx).revoke(org, key.id, LATER + 1))).toMatchObject({
    revokedAt: LATER,
  })
  expect(await apiKeyStore(db.read).byHash(hashOf('k'))).toMatchObject({ lastUsedAt: LATER, revokedAt: LATER })
  expect(await apiKeyStore(db.read).byHash(hashOf('other'))).toBeUndefined()
  expect(await apiKeyStore(db.read).list(org, { most: 9 })).toHaveLength(1)
})

test('a sign-in holds until it expires or is removed', async () => {
  await using store = await withUser()
  const { db, user } = store
  await db.transaction((tx) => signInStore(tx).create({ hash: hashOf('s'), user, at: NEW_YEAR, expiresAt: LATER }))
  expect(await signInStore(db.read).byHash(hashOf('s'), LATER - 1)).toMatchObject({ user })
  expect(await signInStore(db.read).byHash(hashOf('s'), LATER)).toBeUndefined()
  await db.transaction((tx) => signInStore(tx).touch(hashOf('s'), LATER - 1, LATER + 10))
  expect(await signInStore(db.read).byHash(hashOf('s'), LATER)).toMatchObject({ lastSeenAt: LATER - 1 })
  await db.transaction((tx) => signInStore(tx).remove(hashOf('s')))
  expect(await signInStore(db.read).byHash(hashOf('s'), NEW_YEAR)).toBeUndefined()
})

test('a refresh token that is shown twice ends its whole family', async () => {
  await using store = await withUser()
  const { db, org, user } = store
  const rotate = (from: string, to: string, at = NEW_YEAR + 1) =>
    db.transaction((tx) => refreshTokenStore(tx).rotate(hashOf(from), { hash: hashOf(to), at, expiresAt: at + 100 }))
  const first = { hash: hashOf('a'), family: 'f', user, org, at: NEW_YEAR, expiresAt: NEW_YEAR + 100 }
  await db.transaction((tx) => refreshTokenStore(tx).create(first))
  expect(await rotate('a', 'b')).toEqual({ status: 'rotated', user, org, family: 'f' })
  expect(await rotate('b', 'c')).toMatchObject({ status: 'rotated' })
  expect(await rotate('a', 'd')).toEqual({ status: 'reused', user, org })
  expect(await rotate('c', 'e')).toEqual({ status: 'unknown' })
  await db.transaction((tx) => refreshTokenStore(tx).create(first))
  expect(await rotate('a', 'f', NEW_YEAR + 100)).toEqual({ status: 'unknown' })
})

test('a one-time token is taken exactly once, and only the newest of its purpose', async () => {
  await using store = await withUser()
  const { db, user } = store
  const create = (text: string, parts: { user: number | null; purpose: 'setup' | 'sign_in' }) =>
    db.transaction((tx) =>
      oneTimeTokenStore(tx).create({ hash: hashOf(text), at: NEW_YEAR, expiresAt: LATER, ...parts }),
    )
  const take = (text: string, purpose: 'setup' | 'sign_in' = 'setup', now = NEW_YEAR) =>
    db.transaction((tx) => oneTimeTokenStore(tx).take(hashOf(text), purpose, now))
  await create('old', { purpose: 'setup', user: null })
  await create('new', { purpose: 'setup', user: null })
  await create('link', { purpose: 'sign_in', user })
  expect(await take('old')).toBeUndefined()
  expect(await take('link')).toBeUndefined()
  expect(await oneTimeTokenStore(db.read).exists(hashOf('new'), 'setup', NEW_YEAR)).toBe(true)
  const taken = await Promise.all(times(10, () => take('new')))
  expect(taken.filter((token) => token !== undefined)).toEqual([{ user: null }])
  expect(await take('link', 'sign_in')).toEqual({ user })
  await create('late', { purpose: 'setup', user: null })
  expect(await take('late', 'setup', LATER)).toBeUndefined()
})

test('a rule is remembered as it was, per org', async () => {
  await using store = await withUser()
  const { db, org } = store
  const version = { hash: 'h1', ruleId: 'r', title: 'T', text: 'title: T' }
  await db.transaction((tx) => ruleVersionStore(tx).remember(org, [version, { ...version, hash: 'h2' }], NEW_YEAR))
  await db.transaction((tx) => ruleVersionStore(tx).remember(org, [{ ...version, text: 'changed' }], LATER))
  expect(await ruleVersionStore(db.read).get(org, 'h1')).toEqual(version)
  expect(await ruleVersionStore(db.read).get(await db.anOrg(), 'h1')).toBeUndefined()
})

test('an audit record keeps what it was given', async () => {
  await using store = await withUser()
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
