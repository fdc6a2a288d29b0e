import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { type McpPin, mcpPinStore } from './mcp-pin-store.ts'

const FILES = { id: 's-files', name: 'files', target: 'npx files', at: NEW_YEAR }
const MAIL = { id: 's-mail', name: 'mail', target: 'npx mail', at: NEW_YEAR }
const OF_FILES = { server: FILES.id, kind: 'tool' } as const

function aPin(name: string, parts: Partial<McpPin> = {}): McpPin {
  return {
    ...OF_FILES,
    name,
    hash: `${name}-1`,
    state: 'pinned',
    definition: '{}',
    listed: true,
    firstSeenAt: NEW_YEAR,
    lastSeenAt: NEW_YEAR,
    decidedAt: null,
    decidedBy: null,
    ...parts,
  }
}

async function openWithServers(open: OpenStores) {
  const db = await open()
  const org = await db.anOrg()
  await db.transaction(async (tx) => {
    await mcpPinStore(tx).rememberServer(org, FILES)
    await mcpPinStore(tx).rememberServer(org, MAIL)
  })
  const insert = (...pins: McpPin[]) => db.transaction((tx) => mcpPinStore(tx).insert(org, pins))
  return { db, org, insert, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

export function mcpPinStoreConformance(open: OpenStores): void {
  test('a server can change its name and keeps the kinds whose complete list was seen', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    await db.transaction((tx) => mcpPinStore(tx).setWhole(org, FILES.id, ['', 'tool', 'prompt']))
    const remember = () => db.transaction((tx) => mcpPinStore(tx).rememberServer(org, { ...FILES, name: 'documents' }))
    expect(await remember()).toEqual(['tool', 'prompt'])
    await insert(aPin('read'))
    expect(await mcpPinStore(db.read).list(org, { most: 9 })).toMatchObject([
      { serverName: 'documents', target: FILES.target },
    ])
  })

  test('all versions of a definition are found, the oldest first', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    const [first, second] = [
      aPin('read'),
      aPin('read', { hash: 'read-2', state: 'waiting', firstSeenAt: NEW_YEAR + 1 }),
    ]
    await insert(second, first, aPin('write'), aPin('read', { server: MAIL.id }))
    expect(await mcpPinStore(db.read).versions(org, OF_FILES, ['read', 'none'])).toEqual([first, second])
    expect(await mcpPinStore(db.read).count(org, FILES.id)).toBe(3)
    for (const server of [FILES.id, FILES.name])
      expect(await mcpPinStore(db.read).ofName(org, { server, kind: 'tool', name: 'read' })).toEqual([
        { ...first, serverName: 'files', target: FILES.target },
        { ...second, serverName: 'files', target: FILES.target },
      ])
    const other = await db.anOrg()
    expect(await mcpPinStore(db.read).versions(other, OF_FILES, ['read'])).toEqual([])
  })

  test('a version that is inserted or seen again keeps its state and first-seen time', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    const pin = aPin('read')
    await insert(pin)
    await insert({ ...pin, state: 'waiting', listed: false, firstSeenAt: NEW_YEAR + 1, lastSeenAt: NEW_YEAR + 1 })
    const stored = () => mcpPinStore(db.read).versions(org, OF_FILES, ['read'])
    expect(await stored()).toEqual([{ ...pin, listed: false, lastSeenAt: NEW_YEAR + 1 }])
    await db.transaction((tx) => mcpPinStore(tx).seen(org, pin, NEW_YEAR + 2))
    expect(await stored()).toEqual([{ ...pin, lastSeenAt: NEW_YEAR + 2 }])
    await db.transaction((tx) => mcpPinStore(tx).approve(org, pin, { at: NEW_YEAR + 3, by: 'user:1' }))
    expect(await stored()).toMatchObject([{ state: 'approved', decidedAt: NEW_YEAR + 3, decidedBy: 'user:1' }])
    await db.transaction((tx) => mcpPinStore(tx).remove(org, pin))
    expect(await stored()).toEqual([])
  })

  test('names are listed once, until they are unlisted', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    await insert(aPin('write'), aPin('read'), aPin('read', { hash: 'read-2' }), aPin('help', { kind: 'prompt' }))
    expect(await mcpPinStore(db.read).listed(org, OF_FILES)).toEqual(['read', 'write'])
    await db.transaction((tx) => mcpPinStore(tx).unlist(org, OF_FILES, ['read']))
    expect(await mcpPinStore(db.read).listed(org, OF_FILES)).toEqual(['write'])
  })

  test('tools of the same name are found on other servers', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    await insert(
      aPin('read', { server: MAIL.id }),
      aPin('read', { server: MAIL.id, hash: 'read-2' }),
      aPin('send', { server: MAIL.id }),
      aPin('read'),
      aPin('old', { server: MAIL.id, listed: false }),
    )
    const elsewhere = (server: { id: string; name: string }) =>
      mcpPinStore(db.read).elsewhere(org, server, ['read', 'old'])
    expect(await elsewhere(FILES)).toEqual([{ name: 'read', server: 'mail' }])
    expect(await elsewhere({ id: 's-new', name: 'mail' })).toEqual([{ name: 'read', server: 'files' }])
  })

  test('waiting versions are listed first and counted', async () => {
    await using store = await openWithServers(open)
    const { db, org, insert } = store
    await insert(
      aPin('read'),
      aPin('write', { firstSeenAt: NEW_YEAR + 5 }),
      aPin('send', { server: MAIL.id, state: 'waiting' }),
      aPin('draft', { server: MAIL.id, state: 'approved', firstSeenAt: NEW_YEAR + 9 }),
    )
    const names = async (options: Parameters<ReturnType<typeof mcpPinStore>['list']>[1]) =>
      (await mcpPinStore(db.read).list(org, options)).map(({ name }) => name)
    expect(await names({ most: 9 })).toEqual(['send', 'draft', 'write', 'read'])
    expect(await names({ most: 2, offset: 1 })).toEqual(['draft', 'write'])
    expect(await names({ most: 9, server: 'mail' })).toEqual(['send', 'draft'])
    expect(await names({ most: 9, server: FILES.id, state: 'pinned' })).toEqual(['write', 'read'])
    expect(await mcpPinStore(db.read).perServer(org, 9)).toEqual([
      { name: 'mail', pinned: 1, waiting: 1 },
      { name: 'files', pinned: 2, waiting: 0 },
    ])
    expect(await mcpPinStore(db.read).perServer(org, 1)).toHaveLength(1)
  })
}
