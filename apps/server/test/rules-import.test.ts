import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json, type Client } from './client.ts'
import { aCorrelation, aFilter, aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

interface Options {
  readonly import_id?: string
  readonly dry_run?: boolean
  readonly replace?: boolean
}
const importInto = (client: Client, texts: Readonly<Record<string, string>>, options: Options = {}) =>
  client.trpc.rules.import.mutate({
    sources: Object.entries(texts).map(([file, text]) => ({ file, text })),
    ...options,
  })
const stored = async (client: Client) =>
  (await client.trpc.rules.list.query({ origin: 'import', order: 'title' })).items.map(({ id }) => id).toSorted()

async function removeAll(client: Client): Promise<void> {
  for (const id of await stored(client)) await client.trpc.rules.remove.mutate({ id })
}

test('valid rules are loaded with author and license, others reported; a second import changes nothing', async () => {
  const { manager } = mesh.first
  const tree = {
    'rules/good.yml': aRule({ id: 'good', head: 'author: Ada\nlicense: DRL-1.1\nreferences: [https://example.org]' }),
    'rules/several.yml': `${aRule({ id: 'a' })}---\n${aRule({ id: 'b' })}`,
    'rules/bad.yml': aRule({ id: 'bad' }).replace('condition: selection', 'condition: selecton'),
    'rules/broken.yml': 'title: [',
    'rules/list.yml': '- 1\n- 2\n',
  }
  const report = await importInto(manager, tree)
  expect(report.loaded.map(({ id, file, outcome }) => [id, file, outcome])).toEqual([
    ['good', 'rules/good.yml', 'added'],
    ['a', 'rules/several.yml', 'added'],
    ['b', 'rules/several.yml', 'added'],
  ])
  expect(report.refused.map(({ file, id }) => [file, id])).toEqual([
    ['rules/bad.yml', 'bad'],
    ['rules/broken.yml', null],
    ['rules/list.yml', null],
  ])
  expect(report.refused[0]?.problems[0]).toMatchObject({ severity: 'error', file: 'rules/bad.yml' })
  expect(await manager.trpc.rules.get.query({ id: 'good' })).toMatchObject({
    author: 'Ada',
    license: 'DRL-1.1',
    references: ['https://example.org'],
    origin: 'import',
    file: 'rules/good.yml',
    import_id: report.import_id,
    state: 'on',
  })
  const again = await importInto(manager, tree)
  expect([again.loaded, again.unchanged, again.refused.length]).toEqual([[], 3, 3])
  await removeAll(manager)
})

test('a dry run reports what would happen and changes nothing', async () => {
  const { manager } = mesh.first
  const report = await importInto(manager, { 'a.yml': aRule({ id: 'dry' }) }, { dry_run: true })
  expect(report).toMatchObject({ dry_run: true, loaded: [{ id: 'dry', outcome: 'added' }] })
  expect(await stored(manager)).toEqual([])
})

test('a document replaces another only with replace, and never a built-in rule', async () => {
  const { manager } = mesh.first
  const builtin = 'sm-cmd-001'
  const before = await manager.trpc.rules.get.query({ id: builtin })
  await manager.trpc.rules.create.mutate({ text: aRule({ id: 'mine' }) })
  const foreign = {
    'a.yml': aRule({ id: builtin, title: 'Foreign' }),
    'b.yml': aRule({ id: 'mine', title: 'Foreign' }),
  }
  const refused = await importInto(manager, foreign)
  expect(refused.refused.map(({ id, problems }) => [id, problems[0]?.code])).toEqual([
    [builtin, 'duplicate_id'],
    ['mine', 'duplicate_id'],
  ])
  const replaced = await importInto(manager, foreign, { replace: true })
  expect(replaced.refused.map(({ id }) => id)).toEqual([builtin])
  expect(replaced.loaded).toMatchObject([{ id: 'mine', outcome: 'replaced' }])
  expect(await manager.trpc.rules.get.query({ id: builtin })).toEqual(before)
  expect(await manager.trpc.rules.get.query({ id: 'mine' })).toMatchObject({ title: 'Foreign', origin: 'import' })
  await removeAll(manager)
})

test('of two documents with the same ID in one import, the second is refused', async () => {
  const { manager } = mesh.first
  const report = await importInto(manager, { 'a.yml': aRule({ id: 'x' }), 'b.yml': aRule({ id: 'x', title: 'Other' }) })
  expect(report.loaded.map(({ file }) => file)).toEqual(['a.yml'])
  expect(report.refused.map(({ file }) => file)).toEqual(['b.yml'])
  await removeAll(manager)
})

test('an imported filter applies to rules of its own import, and to others once an owner confirms it', async () => {
  const { manager, agent, reader } = mesh.first
  const report = async (payload: string) => {
    const reply = await json<{ results: { log_id: string }[] }>(
      agent.post('/api/v1/logs', [{ sender: 'agent.walk', payload }]),
    )
    const { matches } = await reader.trpc.logs.get.query({ id: reply.results[0]?.log_id ?? '' })
    return matches.map(({ rule_id, filtered_by }) => [rule_id, filtered_by?.rule_id ?? null])
  }
  await manager.trpc.rules.create.mutate({ text: aRule({ id: 'own', contains: 'canary' }) })
  const imported = await importInto(manager, {
    'rule.yml': aRule({ id: 'theirs', contains: 'canary' }),
    'filter.yml': aFilter({ id: 'quiet', rules: '[theirs, own]', sender: 'agent.walk' }),
    'any.yml': aFilter({ id: 'any', rules: 'any', sender: 'agent.other' }),
  })
  expect(imported.awaiting.map(({ id, rules }) => [id, rules])).toEqual([
    ['quiet', ['own']],
    ['any', ['any']],
  ])
  expect(await report('canary')).toEqual([
    ['own', null],
    ['theirs', 'quiet'],
  ])
  expect(await manager.trpc.rules.get.query({ id: 'quiet' })).toMatchObject({
    state: 'awaiting',
    refers_to: [
      { reference: 'theirs', id: 'theirs', bound: true },
      { reference: 'own', id: 'own', bound: false },
    ],
  })
  const confirm = (client: Client) => client.trpc.rules.confirmFilters.mutate({ ids: ['quiet', 'own', 'none'] })
  await expect(confirm(manager)).rejects.toMatchObject({ data: { code: 'forbidden' } })
  expect(await confirm(await mesh.first.browser())).toEqual({ confirmed: ['quiet'] })
  expect(await report('canary')).toEqual([
    ['own', 'quiet'],
    ['theirs', 'quiet'],
  ])
  // The confirmation does not apply to a changed text.
  const other = aFilter({ id: 'quiet', rules: '[theirs, own]', sender: 'agent.*' })
  await importInto(manager, { 'filter.yml': other }, { replace: true })
  expect(await report('canary')).toContainEqual(['own', null])
  await removeAll(manager)
  await manager.trpc.rules.remove.mutate({ id: 'own' })
})

test('an imported correlation is listed but not run, and mutes only rules of its own import', async () => {
  const { manager, agent } = mesh.first
  const report = async () =>
    json<{ risk: number }>(agent.post('/log', { sender: 'agent.walk', payload: 'canary' })).then(({ risk }) => risk)
  await manager.trpc.rules.create.mutate({ text: aRule({ id: 'own', level: 'medium' }) })
  const id = randomUUID()
  // Requests with the same import ID belong to one import.
  await importInto(manager, { 'base.yml': aRule({ id: 'base', level: 'high' }) }, { import_id: id })
  expect(await report()).toBe(82)
  const { loaded } = await importInto(
    manager,
    { 'many.yml': aCorrelation({ id: 'many', rules: '[base, own]' }) },
    { import_id: id },
  )
  expect(loaded).toMatchObject([{ id: 'many', kind: 'correlation' }])
  expect(await manager.trpc.rules.get.query({ id: 'many' })).toMatchObject({
    state: 'loaded_not_run',
    refers_to: [
      { reference: 'base', bound: true },
      { reference: 'own', bound: false },
    ],
  })
  // `base` only feeds the correlation now.
  expect(await report()).toBe(40)
  const lost = await importInto(manager, { 'lost.yml': aCorrelation({ id: 'lost', rules: '[nowhere]' }) })
  expect(lost.refused[0]?.problems[0]).toMatchObject({ code: 'unknown_rule', path: 'correlation.rules[0]' })
  // Without its rules, a correlation is refused with a reason and does not affect other rules.
  await manager.trpc.rules.remove.mutate({ id: 'base' })
  expect(await manager.trpc.rules.get.query({ id: 'many' })).toMatchObject({
    state: 'refused',
    problems: [{ code: 'unknown_rule' }],
  })
  expect(await report()).toBe(40)
  await removeAll(manager)
  await manager.trpc.rules.remove.mutate({ id: 'own' })
})

test('a correlation finds existing rules by name, even if the name has special characters', async () => {
  const { manager } = mesh.first
  const name = "odd, [name]: of 'it'"
  const { id } = await manager.trpc.rules.create.mutate({ text: aRule({ head: `name: "${name}"` }) })
  const check = (rules: string) => manager.trpc.rules.check.mutate({ text: aCorrelation({ id: 'c', rules }) })
  const codes = async (rules: string) =>
    (await check(rules)).problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  expect(await codes(`["${name}"]`)).toEqual([])
  expect(await codes(`[${id}]`)).toEqual([])
  expect(await codes('["odd, [name]"]')).toEqual(['unknown_rule'])
  await manager.trpc.rules.remove.mutate({ id })
})

test("the original product's rules become Sigma rules with a list of changes, and bad ones are refused", async () => {
  const { manager, agent } = mesh.first
  const seed = `
- id: R1
  type: context_block
  match: [debug_shell, admin_console]
  risk: 90
  priority: 1
- id: R2
  type: payload_contains
  match: "50% off*"
  message: A bargain
  risk: 35
- id: 3
  type: payload_regex
  pattern: 'IBAN\\s?[A-Z]{2}\\d{2}'
  risk: 140
- id: R4
  type: sequential_events
  sequence:
    - {event_type: login, status: failed, count: 5, time_window_seconds: 60}
  risk: 70
- id: R5
  type: payload_regex
  pattern: '(?<=secret)x'
- {id: R6, type: magic}
- {type: payload_contains, match: x}
`
  const { loaded, refused, changed } = await importInto(manager, { 'rules.yaml': seed })
  expect(loaded.map(({ id, kind }) => [id, kind])).toEqual([
    ['R1', 'rule'],
    ['R2', 'rule'],
    ['3', 'rule'],
    ['R4-event', 'rule'],
    ['R4', 'correlation'],
  ])
  const faults = refused.map(({ id, problems: [problem] }) => [id, problem?.code, problem?.range.line])
  expect(faults.toSorted()).toEqual([
    [null, 'bad_metadata', 25],
    ['R5', 'regex_unsupported', 21],
    ['R6', 'bad_metadata', 24],
  ])
  expect(refused.find(({ id }) => id === 'R6')?.problems[0]?.message).toContain('magic')
  expect(
    changed
      .filter(({ id }) => id === 'R1')
      .map(({ message }) => message)
      .join(' '),
  ).toContain('"priority"')
  expect(
    changed
      .filter(({ id }) => id === '3')
      .map(({ message }) => message)
      .join(' '),
  ).toContain('140')
  expect(await manager.trpc.rules.get.query({ id: 'R2' })).toMatchObject({
    title: 'A bargain',
    level: 'medium',
    points: 35,
  })
  expect((await manager.trpc.rules.get.query({ id: 'R4' })).text).toContain('timespan: 60s')
  const matched = async (entry: object) =>
    (await json<{ alerts: { rule_id: string }[] }>(agent.post('/log', { sender: 'agent.walk', ...entry }))).alerts.map(
      (alert) => alert.rule_id,
    )
  expect(await matched({ payload: 'x', context: 'admin_console' })).toEqual(['R1'])
  expect(await matched({ payload: 'x', context: 'ADMIN_CONSOLE' })).toEqual([])
  expect(await matched({ payload: 'now 50% OFF* all' })).toEqual(['R2'])
  expect(await matched({ payload: 'now 50% off all' })).toEqual([])
  expect(await matched({ payload: 'IBAN DE12' })).toEqual(['3'])
  expect(await matched({ payload: 'x', event_type: 'login', status: 'failed' })).toEqual(['R4-event'])
  await removeAll(manager)
})

test('an export can be imported elsewhere with identical texts, and importing it again changes nothing', async () => {
  const { manager } = mesh.first
  await manager.trpc.rules.create.mutate({ text: `\n\n${aRule({ id: 'one' })}\n\n` })
  await importInto(manager, {
    'many.yml': `${aRule({ id: 'two' })}\n\n---\n\n${aFilter({ id: 'f', rules: '[two]', sender: 'agent.x' })}`,
    'correlation.yml': aCorrelation({ id: 'c', rules: '[two]' }),
  })
  await manager.trpc.rules.override.mutate({ id: 'two', level: 'low' })
  const { text, documents, settings } = await manager.trpc.rules.export.query()
  expect([documents, settings]).toEqual([4, 1])
  expect(text).toContain('#   "two": {level: low}')
  const yaml = await manager.get('/api/v1/rules.yaml')
  expect([yaml.headers.get('content-type'), await yaml.text()]).toEqual(['application/yaml; charset=utf-8', text])

  const here = await importInto(manager, { 'export.yaml': text })
  expect([here.loaded, here.refused, here.unchanged]).toEqual([[], [], 4])
  const there = await importInto(mesh.second.manager, { 'export.yaml': text })
  expect(there.loaded.map(({ id }) => id).toSorted()).toEqual(['c', 'f', 'one', 'two'])
  for (const id of ['c', 'f', 'one', 'two'])
    expect((await mesh.second.manager.trpc.rules.get.query({ id })).hash).toBe(
      (await manager.trpc.rules.get.query({ id })).hash,
    )
  await removeAll(mesh.second.manager)
  await removeAll(manager)
  await manager.trpc.rules.remove.mutate({ id: 'one' })
})

test('three thousand imported rules apply at once, and a bad one does not block the others', async () => {
  const { manager, agent } = mesh.second
  const importId = randomUUID()
  const sources = Array.from({ length: 3_000 }, (_, n) => ({
    file: `tree/${n}.yml`,
    text: n === 1_234 ? 'title: x' : aRule({ id: `rule-${n}`, title: `Rule ${n}`, contains: `needle-${n}-thread` }),
  }))
  for (let from = 0; from < sources.length; from += LIMITS.importSources) {
    const { loaded, refused } = await manager.trpc.rules.import.mutate({
      import_id: importId,
      sources: sources.slice(from, from + LIMITS.importSources),
    })
    expect(loaded.length + refused.length).toBe(LIMITS.importSources)
  }
  const { counts, items } = await manager.trpc.rules.list.query({ origin: 'import', limit: 3 })
  expect([items.length, counts.refused]).toEqual([3, 0])
  const { alerts } = await json<{ alerts: { rule_id: string }[] }>(
    agent.post('/log', { sender: 'agent.walk', payload: 'a needle-2999-thread' }),
  )
  expect(alerts.map((alert) => alert.rule_id)).toEqual(['rule-2999'])
  await mesh.restart()
  expect(await json(agent.post('/log', { sender: 'agent.walk', payload: 'a needle-0-thread' }))).toMatchObject({
    alerts: [{ rule_id: 'rule-0' }],
  })
}, 120_000)
