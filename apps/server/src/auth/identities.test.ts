import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeyStore, membershipStore, openSqlite, orgStore, userStore, type Database } from '@sentinelmesh/db'
import { handClock, workers } from '../../test/start-mesh.ts'
import { signAccessToken } from './access-token.ts'
import { identities, type Identities } from './identities.ts'
import { makeKey } from '../services/api-keys/make-key.ts'

const SIGNING_KEY = Buffer.alloc(32, 7)
const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-identities-'))
let database: Database
beforeAll(async () => (database = await openSqlite({ file: join(folder, 'a.db'), workers })))
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

let made = 0
async function userWithOrg() {
  made += 1
  const name = `user-${made}`
  return database.transaction(async (tx) => {
    const user = await userStore(tx).create({ username: name, passwordHash: 'x', at: 1 })
    const org = await orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), demo: false, at: 1 })
    if (user === undefined || org === undefined) throw new Error('names of this test are new')
    await membershipStore(tx).add(org.id, { user: user.id, role: 'owner', at: 1 })
    const key = await makeKey(tx, org.id, {
      name: 'test',
      scopes: ['read'],
      senderPrefix: null,
      keepUnknown: false,
      entriesPerSecond: null,
      createdBy: 'test',
      at: 1,
    })
    return { user, org, key }
  })
}

/** The store. It counts reads, and holds their results back while `held` is set. */
function watchedReads() {
  let reads = 0
  let held: Promise<void> | undefined
  let arrived = () => {}
  const plugin: Parameters<Database['read']['withPlugin']>[0] = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      reads += 1
      arrived()
      await held
      return result
    },
  }
  const watched: Database = { ...database, read: database.read.withPlugin(plugin) }
  return {
    database: watched,
    reads: () => reads,
    /** Holds back all results from now on. `firstRead` resolves with the first; `release` lets all of them through. */
    hold(): { firstRead: Promise<void>; release: () => void } {
      let release = () => {}
      held = new Promise((resolve) => (release = resolve))
      const firstRead = new Promise<void>((resolve) => (arrived = resolve))
      return {
        firstRead,
        release: () => {
          held = undefined
          release()
        },
      }
    },
  }
}

const bearer = (known: Identities, value: string) => known.resolve({ type: 'bearer', value }, null)

describe('a read that began before a revocation is not cached after it', () => {
  test('for an API key that is revoked during its look-up', async () => {
    const { org, key } = await userWithOrg()
    const store = watchedReads()
    const known = identities({ database: store.database, clock: handClock(), signingKey: SIGNING_KEY })
    const { firstRead, release } = store.hold()
    const early = bearer(known, key.key)
    await firstRead
    await database.transaction((tx) => apiKeyStore(tx).revoke(org.id, key.id, 2))
    known.forget()
    // A later request does not share the look-up of the earlier one either.
    const late = bearer(known, key.key)
    release()
    expect(await early).toMatchObject({ type: 'key', keyId: key.id })
    expect(await late).toBeNull()
    expect(await bearer(known, key.key)).toBeNull()
  })

  test('for an access token whose user is removed from the organization during its look-up', async () => {
    const { user, org } = await userWithOrg()
    const clock = handClock()
    const store = watchedReads()
    const known = identities({ database: store.database, clock, signingKey: SIGNING_KEY })
    const { token } = signAccessToken(SIGNING_KEY, { sub: user.username, org: org.name }, clock.now())
    const { firstRead, release } = store.hold()
    const early = bearer(known, token)
    await firstRead
    await database.transaction((tx) => tx.deleteFrom('memberships').where('user', '=', user.id).execute())
    known.forget()
    const late = bearer(known, token)
    release()
    expect(await early).toMatchObject({ type: 'token', userId: user.id })
    expect(await late).toBeNull()
    expect(await bearer(known, token)).toBeNull()
  })
})

describe('an access token', () => {
  async function remembered() {
    const { user, org } = await userWithOrg()
    const clock = handClock()
    const store = watchedReads()
    const known = identities({ database: store.database, clock, signingKey: SIGNING_KEY })
    const { token, expiresIn } = signAccessToken(SIGNING_KEY, { sub: user.username, org: org.name }, clock.now())
    return { user, org, clock, store, known, token, expiresIn }
  }

  test('is read from the store once a second, even for concurrent requests', async () => {
    const { store, known, token, clock } = await remembered()
    await Promise.all(Array.from({ length: 20 }, () => bearer(known, token)))
    for (let count = 0; count < 20; count += 1) expect(await bearer(known, token)).not.toBeNull()
    expect(store.reads()).toBe(1)
    clock.advance(1_000)
    expect(await bearer(known, token)).not.toBeNull()
    expect(store.reads()).toBe(2)
  })

  test('expires at the second that it names, even if it is cached', async () => {
    const { known, token, clock, expiresIn } = await remembered()
    clock.advance((expiresIn - 1) * 1000)
    expect(await bearer(known, token)).not.toBeNull()
    clock.advance(1000)
    expect(await bearer(known, token)).toBeNull()
  })

  test('stops working within a second after another program removes the membership of its user', async () => {
    const { known, token, clock, user } = await remembered()
    expect(await bearer(known, token)).not.toBeNull()
    await database.transaction((tx) => tx.deleteFrom('memberships').where('user', '=', user.id).execute())
    clock.advance(1_000)
    expect(await bearer(known, token)).toBeNull()
  })

  test('that is cached gives no access to an organization that its user is not in', async () => {
    const { known, token, org } = await remembered()
    const other = await userWithOrg()
    const inOrg = (slug: string) => known.resolve({ type: 'bearer', value: token }, slug)
    expect(await bearer(known, token)).not.toBeNull()
    expect(await inOrg(org.slug)).toMatchObject({ org: { name: org.name } })
    await expect(inOrg(other.org.slug)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is valid for the organization that it names, whichever others its user is in', async () => {
    const { user, org, clock, known } = await remembered()
    const other = await userWithOrg()
    const named = (name: string) => signAccessToken(SIGNING_KEY, { sub: user.username, org: name }, clock.now()).token
    expect(await bearer(known, named(other.org.name))).toBeNull()
    await database.transaction((tx) => membershipStore(tx).add(other.org.id, { user: user.id, role: 'viewer', at: 1 }))
    known.forget()
    for (const { name } of [org, other.org]) expect(await bearer(known, named(name))).toMatchObject({ org: { name } })
  })

  test('with one changed character does not match the cached token', async () => {
    const { known, token } = await remembered()
    expect(await bearer(known, token)).not.toBeNull()
    for (const at of [5, token.indexOf('.') + 3, token.length - 3]) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect(await bearer(known, changed)).toBeNull()
    }
  })
})
