import { afterAll, beforeAll, expect, test } from 'vitest'
import { ruleVersionStore } from '@sentinelmesh/db'
import type { OrgId } from '@sentinelmesh/api'
import { json } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

test('while a rule changes under load, no entry is lost, and each is evaluated by exactly one version', async () => {
  const { manager, agent, reader } = mesh.first
  const rule = await manager.trpc.rules.create.mutate({ text: aRule({ id: 'changing', title: 'Version 0' }) })
  let changing = true
  const ids: string[] = []
  const reporters = Array.from({ length: 4 }, async (_, reporter) => {
    for (let n = 0; changing; n++) {
      const batch = Array.from({ length: 20 }, (__, k) => ({
        sender: `agent.${reporter}`,
        payload: `canary ${n} ${k}`,
      }))
      const { accepted, results } = await json<{ accepted: number; results: { log_id: string }[] }>(
        agent.post('/api/v1/logs', batch),
      )
      expect(accepted).toBe(20)
      ids.push(...results.map((result) => result.log_id))
    }
  })
  const versions = [rule.hash]
  for (let version = 1; version <= 12; version++) {
    const { hash } = await manager.trpc.rules.update.mutate({
      id: rule.id,
      text: aRule({ id: 'changing', title: `Version ${version}`, level: version % 2 === 0 ? 'high' : 'low' }),
      expected_hash: versions.at(-1) ?? '',
    })
    versions.push(hash)
    // The change is in force once the reply has arrived.
    const { results } = await json<{ results: { log_id: string }[] }>(
      agent.post('/api/v1/logs', [{ sender: 'agent.after', payload: 'canary' }]),
    )
    const entry = await reader.trpc.logs.get.query({ id: results[0]?.log_id ?? '' })
    expect(entry.matches).toMatchObject([{ rule_hash: hash, title: `Version ${version}` }])
  }
  changing = false
  await Promise.all(reporters)

  const { database } = mesh.running.deps
  const org = (await database.read.selectFrom('orgs').select('id').where('slug', '=', 'acme').executeTakeFirstOrThrow())
    .id as OrgId
  const rows = await database.read
    .selectFrom('entries')
    .leftJoin('matches', 'matches.pos', 'entries.pos')
    .select(['entries.uid', 'matches.rule_hash', 'matches.title', 'matches.points', 'entries.risk'])
    .where('entries.org', '=', org)
    .execute()
  expect(new Set(rows.map(({ uid }) => uid)).size).toBe(ids.length + 12)
  expect(rows).toHaveLength(ids.length + 12)
  for (const { rule_hash: hash, title, risk } of rows) {
    const version = versions.indexOf(hash ?? '')
    expect([title, risk]).toEqual([`Version ${version}`, version % 2 === 0 ? 70 : 15])
  }
  for (const hash of versions) expect(await ruleVersionStore(database.read).get(org, hash)).toBeDefined()
  expect(await database.rollups.verify(org)).toEqual([])
}, 60_000)

test('concurrent changes to many rules are all in force after the last reply', async () => {
  const { manager, agent } = mesh.second
  await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      manager.trpc.rules.create.mutate({ text: aRule({ id: `r${n}`, title: `Rule ${n}` }) }),
    ),
  )
  const { alerts } = await json<{ alerts: { rule_id: string }[] }>(
    agent.post('/log', { sender: 'agent.walk', payload: 'canary' }),
  )
  expect(alerts.map((alert) => alert.rule_id).toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `r${n}`))
})

test('matches still name their rule version after a restart, and the last version stays in force', async () => {
  const { manager, agent, reader } = mesh.first
  const report = async () => {
    const { results } = await json<{ results: { log_id: string }[] }>(
      agent.post('/api/v1/logs', [{ sender: 'agent.walk', payload: 'a wren' }]),
    )
    return results[0]?.log_id ?? ''
  }
  const text = (title: string) => aRule({ id: 'wren', title, contains: 'wren' })
  const first = await manager.trpc.rules.create.mutate({ text: text('First') })
  const ids = [await report()]
  const second = await manager.trpc.rules.update.mutate({
    id: 'wren',
    text: text('Second'),
    expected_hash: first.hash,
  })
  ids.push(await report())
  await mesh.restart()
  ids.push(await report())

  const matches = await Promise.all(
    ids.map(async (id) => (await reader.trpc.logs.get.query({ id })).matches.map((one) => [one.title, one.rule_hash])),
  )
  expect(matches).toEqual([[['First', first.hash]], [['Second', second.hash]], [['Second', second.hash]]])
  const before = await reader.trpc.rules.get.query({ id: 'wren', hash: first.hash })
  expect(before).toMatchObject({ text: text('First'), hash: first.hash })
})
