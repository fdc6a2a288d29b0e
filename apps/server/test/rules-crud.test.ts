import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryDetail } from '@sentinelmesh/api'
import { json, type Client } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const rulesOf = (client: Client) => client.trpc.rules
const CALLER = { sender: 'agent.walk', session: 's1' }

/** Reports one entry and returns it as stored. */
async function report(payload: string, org = mesh.first): Promise<EntryDetail> {
  const { results } = await json<{ results: { log_id: string }[] }>(
    org.agent.post('/api/v1/logs', [{ ...CALLER, payload }]),
  )
  return org.reader.trpc.logs.get.query({ id: results[0]?.log_id ?? '' })
}
const matched = async (payload: string, org = mesh.first) =>
  (await report(payload, org)).matches.map((one) => one.rule_id)

test('a rule applies from the next entry on, in its org only, until it is disabled or removed', async () => {
  const { manager } = mesh.first
  expect(await matched('a canary sings')).toEqual([])
  const { id, state, origin } = await rulesOf(manager).create.mutate({ text: aRule() })
  expect([state, origin]).toEqual(['on', 'own'])
  expect(await matched('a canary sings')).toEqual([id])
  expect(await matched('a canary sings', mesh.second)).toEqual([])
  await rulesOf(manager).setEnabled.mutate({ id, enabled: false })
  expect(await matched('a canary sings')).toEqual([])
  await rulesOf(manager).setEnabled.mutate({ id, enabled: true })
  expect(await matched('a canary sings')).toEqual([id])
  await rulesOf(manager).remove.mutate({ id })
  expect(await matched('a canary sings')).toEqual([])
  await expect(rulesOf(manager).get.query({ id })).rejects.toMatchObject({ data: { code: 'not_found' } })
})

test('a match names the version of its rule, which stays readable after the rule has changed', async () => {
  const { manager } = mesh.first
  const first = await rulesOf(manager).create.mutate({ text: aRule({ title: 'First words', contains: 'one' }) })
  const before = await report('one thing')
  const second = await rulesOf(manager).update.mutate({
    id: first.id,
    text: first.text.replace('First', 'Second').replace('one', 'two'),
    expected_hash: first.hash,
  })
  const [match] = before.matches
  expect(match).toMatchObject({ title: 'First words', rule_hash: first.hash })
  expect((await report('two things')).matches).toMatchObject([{ title: 'Second words', rule_hash: second.hash }])
  expect(await matched('one thing')).toEqual([])
  const old = await rulesOf(manager).get.query({ id: first.id, hash: match?.rule_hash })
  expect(old.text).toBe(first.text)
  expect(second.versions.map(({ hash, current }) => [hash, current])).toEqual([
    [second.hash, true],
    [first.hash, false],
  ])
  await rulesOf(manager).remove.mutate({ id: first.id })
})

test('an entry lists the selections that matched, with pattern and place', async () => {
  const { manager } = mesh.first
  const { id } = await rulesOf(manager).create.mutate({ text: aRule({ contains: 'b*d' }) })
  const { matches } = await report('a bird, a BoarD')
  expect(matches[0]?.selections).toEqual([
    {
      name: 'selection',
      parts: [
        {
          field: 'payload',
          modifiers: ['contains'],
          value: 0,
          pattern: 'b*d',
          places: matches[0]?.places,
        },
      ],
    },
  ])
  expect(matches[0]?.filtered_by).toBeNull()
  await rulesOf(manager).remove.mutate({ id })
})

test('the second of two concurrent changes to a rule gets 409 with the author of the first', async () => {
  const admin = await mesh.first.user('admin')
  const owner = await mesh.first.browser()
  const { id, hash, text } = await rulesOf(owner).create.mutate({ text: aRule() })
  const change = (client: Client, level: string) =>
    rulesOf(client).update.mutate({ id, text: text.replace('level: high', `level: ${level}`), expected_hash: hash })
  const outcomes = await Promise.allSettled([change(owner, 'low'), change(admin, 'critical')])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  const now = await rulesOf(owner).get.query({ id })
  expect(refused?.reason).toMatchObject({
    data: { code: 'conflict', details: { changed: { by: now.updated_by, hash: now.hash } } },
  })
  const reply = await mesh.first.manager.send('PUT', `/api/v1/rules/${id}`, { text, expected_hash: hash })
  expect(reply.status).toBe(409)
  expect(await reply.json()).toMatchObject({ code: 'conflict', changed: { hash: now.hash } })
  await rulesOf(owner).remove.mutate({ id, expected_hash: now.hash })
})

test('only one of two concurrent creations with the same ID succeeds', async () => {
  const { manager } = mesh.first
  const create = (title: string) => rulesOf(manager).create.mutate({ text: aRule({ id: 'twice', title }) })
  const outcomes = await Promise.allSettled([create('One'), create('Other')])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ data: { code: 'conflict' } })
  await rulesOf(manager).remove.mutate({ id: 'twice' })
})

test('level and points of a built-in rule can be overridden and reset', async () => {
  const { manager } = mesh.first
  const id = 'sm-cmd-001'
  const before = await rulesOf(manager).get.query({ id })
  const lower = await rulesOf(manager).override.mutate({ id, level: 'low' })
  expect(lower).toMatchObject({
    level: before.level,
    effective_level: 'low',
    effective_points: 15,
    overridden: true,
    override: { level: 'low', points: null },
  })
  const weighed = await rulesOf(manager).override.mutate({ id, points: 3 })
  expect(weighed).toMatchObject({ effective_level: 'low', effective_points: 3 })
  const back = await json(mesh.first.manager.send('PATCH', `/api/v1/rules/${id}`, { level: null, points: null }))
  expect(back).toMatchObject({
    effective_level: before.level,
    effective_points: before.effective_points,
    overridden: false,
  })
})

test("the overridden points of a rule determine the risk of the org's entries", async () => {
  const { manager } = mesh.first
  const { id } = await rulesOf(manager).create.mutate({ text: aRule() })
  expect((await report('canary')).risk).toBe(70)
  await rulesOf(manager).override.mutate({ id, points: 12 })
  const entry = await report('canary')
  expect(entry).toMatchObject({ risk: 12, contributions: [{ rule_id: id, points: 12, share: 12 }] })
  await rulesOf(manager).remove.mutate({ id })
})

test('a built-in rule cannot be changed, removed, or replaced by one with its ID', async () => {
  const { manager } = mesh.first
  const id = 'sm-cmd-001'
  const { text, hash } = await rulesOf(manager).get.query({ id })
  const code = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: unknown) => (error as { data?: { code?: string } }).data?.code,
    )
  expect(await code(rulesOf(manager).update.mutate({ id, text, expected_hash: hash }))).toBe('forbidden')
  expect(await code(rulesOf(manager).remove.mutate({ id }))).toBe('forbidden')
  expect(await code(rulesOf(manager).create.mutate({ text: aRule({ id }) }))).toBe('conflict')
  expect((await rulesOf(manager).get.query({ id })).hash).toBe(hash)
})

test('an invalid rule is rejected with the place of the error, and nothing is stored', async () => {
  const { manager } = mesh.first
  const { counts } = await rulesOf(manager).list.query({})
  const text = aRule().replace('|contains', '|containz')
  const reply = await manager.post('/api/v1/rules', { text })
  expect(reply.status).toBe(422)
  const body = await json<{ code: string; problems: { path: string; range: { line: number } }[] }>(reply)
  expect(body).toMatchObject({ code: 'rule_invalid', problems: [{ path: 'detection.selection.payload|containz' }] })
  expect(body.problems[0]?.range.line).toBe(6)
  expect((await rulesOf(manager).list.query({})).counts).toEqual(counts)
  const several = await manager.post('/api/v1/rules', { text: `${aRule()}---\n${aRule({ id: 'b' })}` })
  expect([several.status, (await json<{ code: string }>(several)).code]).toEqual([422, 'invalid_input'])
})

test('a rule without an ID gets a permanent one, as its first line', async () => {
  const { manager } = mesh.first
  const { id, text, hash } = await rulesOf(manager).create.mutate({ text: `# Mine.\n${aRule()}` })
  expect(text).toBe(`# Mine.\nid: ${id}\n${aRule()}`)
  const changed = await rulesOf(manager).update.mutate({
    id,
    text: aRule({ title: 'Other' }),
    expected_hash: hash,
  })
  expect(changed).toMatchObject({ id, title: 'Other' })
  await rulesOf(manager).remove.mutate({ id })
})

test('rules, versions and settings survive a restart', async () => {
  const { manager } = mesh.first
  const { id, hash } = await rulesOf(manager).create.mutate({ text: aRule({ title: 'Lasts' }) })
  await rulesOf(manager).override.mutate({ id, level: 'critical' })
  await mesh.restart()
  expect(await rulesOf(mesh.first.manager).get.query({ id })).toMatchObject({
    title: 'Lasts',
    hash,
    effective_level: 'critical',
  })
  expect(await matched('canary')).toEqual([id])
  await rulesOf(mesh.first.manager).remove.mutate({ id })
})

test('every change adds an audit record with principal, action and version', async () => {
  const { manager } = mesh.first
  const { id, hash, text } = await rulesOf(manager).create.mutate({ text: aRule({ title: 'Audited' }) })
  await rulesOf(manager).setEnabled.mutate({ id, enabled: false })
  await rulesOf(manager).override.mutate({ id, points: 5 })
  await rulesOf(manager).update.mutate({ id, text: text.replace('Audited', 'Noted'), expected_hash: hash })
  await rulesOf(manager).remove.mutate({ id })
  // A rejected change adds none.
  await expect(rulesOf(manager).remove.mutate({ id })).rejects.toMatchObject({ data: { code: 'not_found' } })
  const records = await mesh.running.deps.database.read
    .selectFrom('audit')
    .select(['action', 'principal', 'details'])
    .where('target', '=', id)
    .orderBy('id')
    .execute()
  expect(records.map(({ action }) => action)).toEqual([
    'rules.create',
    'rules.disable',
    'rules.override',
    'rules.update',
    'rules.remove',
  ])
  expect(new Set(records.map(({ principal }) => principal.split(':')[0]))).toEqual(new Set(['key']))
  expect(JSON.parse(records[0]?.details ?? '')).toMatchObject({ hash, title: 'Audited' })
  expect(JSON.parse(records[3]?.details ?? '')).toMatchObject({ before: hash })
})

test('the list has the match counts of each rule and can be filtered by word, kind, state and level', async () => {
  const { manager } = mesh.second
  const { id } = await rulesOf(manager).create.mutate({
    text: aRule({ title: 'Yellow bird', level: 'medium', head: 'tags: [attack.t1059]' }),
  })
  await report('canary', mesh.second)
  await report('canary', mesh.second)
  const list = (input: Parameters<ReturnType<typeof rulesOf>['list']['query']>[0]) => rulesOf(manager).list.query(input)
  const { items, total, counts } = await list({ q: 'yellow' })
  expect([items.length, total]).toEqual([1, 1])
  expect(items[0]).toMatchObject({
    id,
    matches_24h: 2,
    kind: 'rule',
    state: 'on',
    origin: 'own',
    tags: ['attack.t1059'],
  })
  expect(items[0]?.hourly.reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(items[0]?.last_match_at).not.toBeNull()
  expect(counts.all).toBe((await list({})).total)
  expect((await list({})).items[0]?.id).toBe(id)
  expect((await list({ q: 'T1059' })).items.map((row) => row.id)).toContain(id)
  expect((await list({ origin: 'own', level: 'medium' })).items.map((row) => row.id)).toEqual([id])
  expect((await list({ origin: 'own', kind: 'filter' })).items).toEqual([])
  await rulesOf(manager).setEnabled.mutate({ id, enabled: false })
  expect((await list({ state: 'off' })).items.map((row) => row.id)).toEqual([id])
  const [first] = (await list({ limit: 1, order: 'title' })).items
  const [second] = (await list({ limit: 1, offset: 1, order: 'title' })).items
  expect((first?.title ?? '') < (second?.title ?? '')).toBe(true)
  const rest = await json<{ items: { id: string }[] }>(mesh.second.reader.get('/api/v1/rules?origin=own&limit=5'))
  expect(rest.items.map((row) => row.id)).toEqual([id])
  expect((await mesh.second.reader.get('/api/v1/rules?orign=own')).status).toBe(422)
})
