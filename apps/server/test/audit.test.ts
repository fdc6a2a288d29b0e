import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json } from './client.ts'
import { handClock, PASSWORD, startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
const clock = handClock()
async function fresh() {
  mesh = await startMesh({ settings: { TRUST_PROXY: '127.0.0.1' }, clock })
  return mesh
}
afterEach(() => mesh[Symbol.asyncDispose]())

interface Recorded {
  org: number | null
  principal: string
  action: string
  target: string | null
  remote_address: string | null
  details: string | null
}
async function audited(action: string) {
  await mesh.running.deps.auditTally.flush()
  const file = new BetterSqlite3(join(mesh.folder, 'sentinelmesh.db'), { readonly: true })
  try {
    const rows = file
      .prepare<[string], Recorded>(
        'SELECT org, principal, action, target, remote_address, details FROM audit WHERE action = ? ORDER BY id',
      )
      .all(action)
    return rows.map((row) => ({ ...row, details: JSON.parse(row.details ?? 'null') as Record<string, unknown> | null }))
  } finally {
    file.close()
  }
}

const signIn = (username: string, password: string, address: string) =>
  mesh.nobody.post('/trpc/auth.signIn', { username, password }, { 'x-forwarded-for': address })
const token = (username: string, password: string) =>
  fetch(`${mesh.url}/token`, { method: 'POST', body: new URLSearchParams({ username, password }) })

test('repeated failed or rate-limited sign-ins are aggregated into one audit record with their count', async () => {
  await fresh()
  const { owner } = mesh.first
  for (let count = 0; count < 9; count += 1) await signIn(owner, 'a wrong password', '203.0.113.5')
  await token(owner, 'a wrong password')
  const failed = { org: null, principal: 'anonymous', action: 'auth.signInFailed', target: owner }
  expect(await audited('auth.signInFailed')).toEqual([
    { ...failed, remote_address: '203.0.113.5', details: { via: 'page' } },
    { ...failed, remote_address: '127.0.0.1', details: { via: 'token' } },
    { ...failed, remote_address: '203.0.113.5', details: { via: 'page', repeated: LIMITS.signInFailures - 1 } },
  ])
  expect(await audited('auth.signInLimited')).toMatchObject([
    { remote_address: '203.0.113.5', details: { via: 'page' } },
    { remote_address: '203.0.113.5', details: { via: 'page', repeated: 9 - LIMITS.signInFailures - 1 } },
  ])
})

test('unknown usernames are not recorded, because they may be a password in the wrong field', async () => {
  await fresh()
  for (let user = 0; user < 10; user += 1) await signIn(`hunter2-${user}`, 'a wrong password', '203.0.113.5')
  expect(await audited('auth.signInFailed')).toMatchObject([
    { target: null },
    { target: null, details: { repeated: 9 } },
  ])
})

test('a flood of failures from 1,000 networks leaves a bounded number of records whose counts add up', async () => {
  await fresh()
  const { auditTally } = mesh.running.deps
  const noted = Array.from({ length: 1_000 }, (_, at) =>
    auditTally.note(null, {
      principal: 'anonymous',
      action: 'auth.signInFailed',
      remoteAddress: `10.0.${at >> 8}.${at & 255}`,
    }),
  )
  await Promise.all(noted)
  const records = await audited('auth.signInFailed')
  expect(records).toHaveLength(101)
  expect(records.at(-1)).toMatchObject({ principal: 'several', details: { repeated: 900 } })
})

test("the organization's audit records issued tokens and the reuse of a spent refresh token", async () => {
  await fresh()
  const { refresh_token } = await json<{ refresh_token: string }>(token(mesh.first.owner, PASSWORD))
  const refresh = () => mesh.nobody.post('/token/refresh', { refresh_token })
  expect((await refresh()).status).toBe(200)
  expect((await refresh()).status).toBe(401)
  expect((await refresh()).status).toBe(401)
  expect(await audited('auth.token')).toMatchObject([
    { org: 1, principal: `user:${mesh.first.owner}`, remote_address: '127.0.0.1' },
  ])
  expect(await audited('auth.tokenReused')).toMatchObject([
    { org: 1, principal: 'anonymous', target: mesh.first.owner, remote_address: '127.0.0.1' },
  ])
})

test("the organization's audit records refused actions over REST, tRPC and WebSockets", async () => {
  await fresh()
  const agent = await mesh.first.key(['ingest'])
  for (let count = 0; count < 3; count += 1) expect((await agent.get('/logs')).status).toBe(403)
  expect((await agent.get('/trpc/apiKeys.list')).status).toBe(403)
  using socket = agent.socket('/ws/logs')
  expect(await socket.opened()).toBe(403)
  expect((await mesh.nobody.get('/logs')).status).toBe(401)
  const refused = { org: 1, principal: `key:${agent.id}`, action: 'access.refused', remote_address: '127.0.0.1' }
  const records = await audited('access.refused')
  expect(records).toHaveLength(3)
  expect(records).toEqual(
    expect.arrayContaining([
      { ...refused, target: 'logs.read', details: null },
      { ...refused, target: 'apiKeys.list', details: null },
      { ...refused, target: 'logs.read', details: { repeated: 3 } },
    ]),
  )
})

test('an export is audited before its first byte, without its search query', async () => {
  await fresh()
  const reply = await mesh.first.reader.get('/api/v1/logs/export?format=csv&q=payload:jane')
  expect(reply.status).toBe(200)
  await reply.text()
  const records = await audited('logs.export')
  expect(records).toMatchObject([
    { org: 1, principal: expect.stringMatching(/^key:/), details: { format: 'csv', filtered: true } },
  ])
  expect(JSON.stringify(records)).not.toContain('jane')
})
