import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RuleDetail } from '@sentinelmesh/api'
import { json } from './client.ts'
import { aFilter, aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const RULES = '/api/v1/rules'

test('a rule can be created, read, changed, overridden, listed and removed, as over tRPC', async () => {
  const { manager } = mesh.first
  const created = await json<RuleDetail>(manager.post(RULES, { text: aRule({ id: 'a' }) }))
  expect(created).toMatchObject({ id: 'a', state: 'on', origin: 'own', effective_points: 70 })
  expect(created).toEqual(await manager.trpc.rules.get.query({ id: 'a' }))
  expect(await json(manager.get(`${RULES}/a`))).toEqual(created)

  const changed = await json<RuleDetail>(
    manager.send('PUT', `${RULES}/a`, { text: aRule({ id: 'a', title: 'Other' }), expected_hash: created.hash }),
  )
  expect(changed).toMatchObject({ title: 'Other' })
  expect(await json(manager.get(`${RULES}/a?hash=${created.hash}`))).toMatchObject({ text: created.text })
  const weighed = await json(manager.send('PATCH', `${RULES}/a`, { enabled: false, level: 'low', points: 3 }))
  expect(weighed).toMatchObject({ state: 'off', effective_level: 'low', effective_points: 3 })
  const given = await json(manager.send('PATCH', `${RULES}/a`, { enabled: true, level: null, points: null }))
  expect(given).toMatchObject({ state: 'on', effective_level: 'high', overridden: false })
  expect(await json(manager.get(`${RULES}?origin=own&limit=5&q=other`))).toMatchObject({
    total: 1,
    items: [{ id: 'a' }],
  })
  expect(await json(manager.post(`${RULES}/a/release`, ''))).toMatchObject({ id: 'a', state: 'on' })
  expect(await json(manager.request('DELETE', `${RULES}/a?expected_hash=${changed.hash}`))).toEqual({ id: 'a' })
  expect((await manager.get(`${RULES}/a`)).status).toBe(404)
})

test('a change or removal of an outdated version gets 409 with the author and time of the newer one', async () => {
  const { manager } = mesh.first
  const { hash } = await json<RuleDetail>(manager.post(RULES, { text: aRule({ id: 'b' }) }))
  const put = (title: string) =>
    manager.send('PUT', `${RULES}/b`, { text: aRule({ id: 'b', title }), expected_hash: hash })
  const replies = await Promise.all([put('One'), put('Two'), put('Three')])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
  const now = await json<RuleDetail>(manager.get(`${RULES}/b`))
  for (const reply of [...replies.filter(({ status }) => status === 409), await put('Four')])
    expect(await json(reply)).toMatchObject({
      code: 'conflict',
      changed: { hash: now.hash, by: now.updated_by, at: now.updated_at },
    })
  const removed = await manager.request('DELETE', `${RULES}/b?expected_hash=${hash}`)
  expect([removed.status, await json(removed)]).toMatchObject([409, { changed: { hash: now.hash } }])
  expect((await manager.request('DELETE', `${RULES}/b`)).status).toBe(200)
})

test('filters can be previewed, added and confirmed, and rules imported and exported', async () => {
  const { manager } = mesh.first
  await manager.post(RULES, { text: aRule({ id: 'c' }) })
  const what = { rule_id: 'c', conditions: [{ field: 'sender', value: 'agent.ci' }] }
  expect(await json(manager.post(`${RULES}/filters/preview`, what))).toMatchObject({ matches: 0, suppressed: 0 })
  const filter = await json<RuleDetail>(manager.post(`${RULES}/filters`, what))
  expect(filter).toMatchObject({ kind: 'filter', state: 'on' })
  const foreign = aFilter({ id: 'f', rules: '[c]', sender: 'agent.x' })
  const sources = [{ file: 'f.yml', text: foreign }]
  expect(await json(manager.post(`${RULES}/import`, { sources }))).toMatchObject({
    awaiting: [{ id: 'f', rules: ['c'] }],
  })
  const owner = await mesh.first.browser()
  const confirmed = await owner.post(`${RULES}/filters/confirm`, { ids: ['f'] }, { origin: mesh.url })
  expect(await json(confirmed)).toEqual({ confirmed: ['f'] })
  expect(await (await manager.get(`${RULES}.yaml`)).text()).toBe((await manager.trpc.rules.export.query()).text)
  for (const id of ['c', 'f', filter.id]) await manager.request('DELETE', `${RULES}/${id}`)
})

test.each([
  ['GET', '?limit=0', undefined, 422, 'limit'],
  ['GET', '?colour=red', undefined, 422, 'colour'],
  ['GET', '?state=asleep', undefined, 422, 'state'],
  ['GET', '/sm-cmd-001?hash=short', undefined, 422, 'hash'],
  ['POST', '', {}, 422, 'text'],
  ['POST', '', { text: 1 }, 422, 'text'],
  ['PUT', '/sm-cmd-001', { text: aRule() }, 422, 'expected_hash'],
  ['PUT', '/sm-cmd-001', { text: aRule(), expected_hash: '0'.repeat(64) }, 403, 'built in'],
  ['PATCH', '/sm-cmd-001', {}, 422, 'enabled, level or points'],
  ['PATCH', '/sm-cmd-001', { points: 101 }, 422, 'points'],
  ['PATCH', '/sm-cmd-001', { enable: true }, 422, 'enable'],
  ['DELETE', '/sm-cmd-001', undefined, 403, 'built in'],
  ['POST', '/import', { sources: [] }, 422, 'sources'],
  ['POST', '/filters', { rule_id: 'sm-cmd-001', conditions: [] }, 422, 'conditions'],
  ['POST', '/filters/confirm', { ids: ['f'] }, 403, 'This takes a user with the role owner, signed in.'],
] as const)('%s /api/v1/rules%s with %j is %i and says "%s"', async (method, path, body, status, said) => {
  const { manager } = mesh.first
  const reply = await (body === undefined
    ? manager.request(method, `${RULES}${path}`)
    : manager.send(method, `${RULES}${path}`, body))
  expect([reply.status, await reply.text()]).toEqual([status, expect.stringContaining(said)])
})

test('a body that is not JSON is rejected', async () => {
  const { manager } = mesh.first
  expect((await manager.post(RULES, aRule(), { 'content-type': 'application/yaml' })).status).toBe(415)
  for (const text of ['', '{"text":', '[]', 'null', '"text"'])
    expect((await manager.post(`${RULES}/check`, text)).status).toBe(422)
})
