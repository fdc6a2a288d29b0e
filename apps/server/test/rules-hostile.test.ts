import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const list = (items: number) => `[${Array.from({ length: items }, (_, n) => n).join(', ')}]`
const withCondition = (condition: string) => aRule().replace('condition: selection', `condition: ${condition}`)
const BOMB = [
  `a0: &a0 ${list(10)}`,
  ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`),
  'title: *a9',
].join('\n')

const HOSTILE: [string, string][] = [
  ['aliases that explode', BOMB],
  ['an alias of itself', 'title: &a [*a]'],
  ['10,000 parentheses', withCondition(`${'('.repeat(10_000)}selection${')'.repeat(10_000)}`)],
  ['10,000 times not', withCondition(`${'not '.repeat(10_000)}selection`)],
  ['10,000 brackets', `title: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ['10,000 maps', `title: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['1 of nothing', withCondition('1 of nothing_*')],
  ['a text that does not end', 'title: "'],
  ['a list', '- 1'],
  ['nothing', ''],
  ['a number', '1'],
  ['numbers for names', '1: 2\n3: 4'],
  ['detections of every wrong sort', 'title: 1\nlogsource: 2\ndetection: 3\nlevel: 4\nid: 5\ntags: 6'],
  [
    'a regular expression without bounds',
    aRule().replace('payload|contains: "canary"', `payload|re: '${'(a{500}){500}'}'`),
  ],
]

describe('a rule of', () => {
  test.each(HOSTILE)('%s is rejected with a place and a message, and nothing is stored', async (_what, text) => {
    const { manager } = mesh.first
    const reply = await manager.post('/api/v1/rules', { text })
    const { code, problems, detail } = await json<{
      code: 'rule_invalid' | 'invalid_input'
      detail: { msg: string; loc: string[] }[]
      problems: { message: string; range: { line: number } }[]
    }>(reply)
    expect(reply.status).toBe(422)
    const [where, said] = {
      rule_invalid: () => [problems[0]?.range.line, problems[0]?.message],
      invalid_input: () => [detail[0]?.loc.at(-1), detail[0]?.msg],
    }[code]()
    expect(where).toSatisfy((place) => place === 'text' || Number(place) > 0)
    expect(said).toMatch(/\w+ \w+/)
    expect((await manager.trpc.rules.list.query({ origin: 'own' })).total).toBe(0)
    const check = await manager.post('/api/v1/rules/check', { text })
    expect(check.status).toBe(200)
  })

  test('10 MiB, or of more characters than allowed, is rejected with the limit', async () => {
    const { manager } = mesh.first
    const large = await manager.post('/api/v1/rules', { text: `# ${'x'.repeat(10 * 1024 * 1024)}` })
    expect([large.status, await json(large)]).toMatchObject([413, { code: 'too_large', limit: 'requestBytes' }])
    const long = await manager.post('/api/v1/rules', { text: `${aRule()}# ${'x'.repeat(LIMITS.ruleChars)}` })
    expect([long.status, (await long.text()).includes(String(LIMITS.ruleChars))]).toEqual([422, true])
  })

  test('invalid UTF-8 is rejected', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"title: '), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
    const reply = await mesh.first.manager.post('/api/v1/rules', body)
    expect([reply.status, await json(reply)]).toMatchObject([422, { code: 'invalid_input' }])
  })
})

test.each([
  '__proto__',
  'constructor',
  'toString',
  'a/b?c#d',
  "' OR 1=1 --",
  '%00',
  'ï»¿ü \u202E',
  'check',
  'x'.repeat(400),
])('a rule can have the ID %s and is found only by it', async (id) => {
  const { manager } = mesh.first
  const { rules } = manager.trpc
  await rules.create.mutate({ text: aRule({ id: JSON.stringify(id) }) })
  const path = `/api/v1/rules/${encodeURIComponent(id)}`
  expect(await json(manager.get(path))).toMatchObject({ id, state: 'on' })
  expect(await json(manager.send('PATCH', path, { enabled: false }))).toMatchObject({ id, state: 'off' })
  expect((await rules.list.query({ state: 'off' })).items.map((one) => one.id)).toEqual([id])
  expect((await manager.request('DELETE', path)).status).toBe(200)
  expect((await manager.get(path)).status).toBe(404)
})

test('an import of hostile documents loads the valid one and reports the others', async () => {
  const { manager } = mesh.first
  const sources = [
    ...HOSTILE.map(([what, text], n) => ({ file: `${n} ${what}.yml`, text })),
    { file: 'good.yml', text: aRule({ id: 'good' }) },
  ]
  const { loaded, refused } = await manager.trpc.rules.import.mutate({ sources })
  expect(loaded.map(({ id }) => id)).toEqual(['good'])
  expect(new Set(refused.map(({ file }) => file))).toEqual(new Set(sources.slice(0, -1).map(({ file }) => file)))
  await manager.trpc.rules.remove.mutate({ id: 'good' })
})

test('an import of 2,000 documents in one file is accepted, one of too many files is rejected', async () => {
  const { manager } = mesh.second
  const text = Array.from({ length: 2_000 }, (_, n) => aRule({ id: `r${n}`, contains: `word${n}x` })).join('---\n')
  const { loaded, refused } = await manager.trpc.rules.import.mutate({ sources: [{ file: 'all.yml', text }] })
  expect([loaded.length, refused]).toEqual([2_000, []])
  const sources = Array.from({ length: LIMITS.importSources + 1 }, (_, n) => ({ file: `${n}.yml`, text: '' }))
  await expect(manager.trpc.rules.import.mutate({ sources })).rejects.toMatchObject({ data: { code: 'invalid_input' } })
})

test('none of this causes a fault, and the server still evaluates rules', async () => {
  expect(mesh.faults()).toEqual([])
  const { alerts } = await json<{ alerts: { rule_id: string }[] }>(
    mesh.second.agent.post('/log', { sender: 'agent.walk', payload: 'says word1999x' }),
  )
  expect(alerts.map((alert) => alert.rule_id)).toEqual(['r1999'])
})
