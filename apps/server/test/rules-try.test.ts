import { afterAll, beforeAll, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json, type Client } from './client.ts'
import { aFilter, aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  await mesh.first.manager.trpc.rules.create.mutate({ text: aRule({ id: 'canary' }) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const tryOn = (client: Client, input: Parameters<Client['trpc']['rules']['try']['mutate']>[0]) =>
  client.trpc.rules.try.mutate(input)
const CANARY = JSON.stringify({ sender: 'agent.walk', kind: 'message', payload: 'so a Canary sings' })

async function report(payload: string): Promise<string> {
  const { results } = await json<{ results: { log_id: string }[] }>(
    mesh.first.agent.post('/api/v1/logs', [{ sender: 'agent.walk', payload }]),
  )
  return results[0]?.log_id ?? ''
}

test('a rule text is tried on a pasted entry and explained, and nothing is stored', async () => {
  const { reader, manager } = mesh.first
  const held = await tryOn(reader, { text: aRule({ id: 'tried', level: 'low' }), entry: CANARY })
  expect(held).toMatchObject({
    read_as: 'entry',
    entry: { sender: 'agent.walk', payload: 'so a Canary sings', payload_type: 'text' },
    results: [
      {
        rule_id: 'tried',
        level: 'low',
        held: true,
        filtered_by: null,
        places: [{ field: 'payload', start: 5, end: 11 }],
      },
    ],
    problems: [],
  })
  const missed = await tryOn(reader, { text: aRule({ id: 'tried', contains: 'sparrow' }), entry: CANARY })
  expect(missed.results).toMatchObject([{ held: false, places: [] }])
  expect(missed.results[0]?.explained).toContain('so a Canary sings')
  expect((await manager.trpc.rules.list.query({ q: 'tried' })).total).toBe(0)
  expect((await reader.trpc.logs.page.query({})).total).toBe(0)
})

test('a rule of the org is tried with its overrides and filters', async () => {
  const { manager, reader } = mesh.first
  await manager.trpc.rules.override.mutate({ id: 'canary', points: 12 })
  const { id } = await manager.trpc.rules.addFilter.mutate({
    rule_id: 'canary',
    conditions: [{ field: 'sender', value: 'agent.walk' }],
  })
  expect((await tryOn(reader, { id: 'canary', entry: CANARY })).results).toMatchObject([
    { rule_id: 'canary', points: 12, held: true, filtered_by: id },
  ])
  // A filter is tried through the rule that it applies to.
  expect((await tryOn(reader, { id, entry: CANARY })).results).toMatchObject([{ rule_id: 'canary', filtered_by: id }])
  await manager.trpc.rules.remove.mutate({ id })
  expect((await tryOn(reader, { id: 'canary', entry: CANARY })).results).toMatchObject([{ filtered_by: null }])
  const text = `${aRule({ id: 'other' })}---\n${aFilter({ id: 'f', rules: '[other]', sender: 'agent.walk' })}`
  expect((await tryOn(reader, { text, entry: CANARY })).results).toMatchObject([{ rule_id: 'other', filtered_by: 'f' }])
  await manager.trpc.rules.override.mutate({ id: 'canary', points: null })
})

test('a stored entry can be tried by its ID with read access to the entries of its org', async () => {
  const { reader, manager } = mesh.first
  const id = await report('a canary again')
  expect(await tryOn(reader, { id: 'canary', log_id: id })).toMatchObject({
    read_as: 'entry',
    entry: { payload: 'a canary again' },
    results: [{ held: true }],
  })
  await expect(tryOn(manager, { id: 'canary', log_id: id })).rejects.toMatchObject({ data: { code: 'forbidden' } })
  const elsewhere = tryOn(mesh.second.reader, { text: aRule(), log_id: id })
  await expect(elsewhere).rejects.toMatchObject({ data: { code: 'not_found' } })
})

test('a JSON object that is not an entry is an event, on which rules for any log source are tried', async () => {
  const text = aRule({ id: 'tried' }).replace('ai_agent', 'windows').replace('payload|contains', 'CommandLine|contains')
  const event = JSON.stringify({ CommandLine: 'say canary' })
  expect(await tryOn(mesh.first.reader, { text, entry: event })).toMatchObject({
    read_as: 'event',
    entry: null,
    results: [{ held: true, places: [{ field: 'CommandLine', start: 4, end: 10 }] }],
  })
})

test('documents that load are tried, and the others are reported with the place of the error', async () => {
  const text = `${aRule({ id: 'a' }).replace('condition: selection', 'condition: selecton')}---\n${aRule({ id: 'b' })}`
  const { results, problems } = await tryOn(mesh.first.reader, { text, entry: CANARY })
  expect(results.map((one) => one.rule_id)).toEqual(['b'])
  expect(problems).toMatchObject([{ ruleId: 'a', severity: 'error', range: { line: 8 } }])
})

test.each([
  ['invalid JSON', { text: aRule(), entry: '{"sender":' }, 'invalid_input'],
  ['a list', { text: aRule(), entry: '[]' }, 'invalid_input'],
  ['an entry with an empty sender', { text: aRule(), entry: '{"sender":"","payload":""}' }, 'invalid_input'],
  [
    'an event nested too deep',
    { text: aRule(), entry: `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}` },
    'invalid_input',
  ],
  ['input without an entry', { text: aRule() }, 'invalid_input'],
  ['input with two entries', { text: aRule(), entry: CANARY, log_id: 'x' }, 'invalid_input'],
  ['an unknown rule', { id: 'nowhere', entry: CANARY }, 'not_found'],
  ['an unknown entry', { id: 'sm-cmd-001', log_id: 'nowhere' }, 'not_found'],
  [
    'more rules than the limit',
    {
      text: Array.from({ length: LIMITS.triedRules + 1 }, (_, n) => aRule({ id: `r${n}` })).join('---\n'),
      entry: CANARY,
    },
    'too_large',
  ],
])('%s is rejected', async (_what, input, code) => {
  await expect(tryOn(await mesh.first.browser(), input)).rejects.toMatchObject({ data: { code } })
})
