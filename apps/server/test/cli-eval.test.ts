import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProgram, type Program } from './program.ts'

let program: Program
const root = mkdtempSync(join(tmpdir(), 'sentinelmesh-eval-'))
beforeAll(() => void (program = openProgram()))
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(root, { recursive: true, force: true })
})

const RULE = `title: Alpha
id: alpha
logsource: {product: ai_agent}
level: high
detection: {one: {payload|contains: alpha}, condition: one}
`
const line = (label: string, source: string, payload: string) =>
  JSON.stringify({ id: payload, label, category: `${label}_mail`, source, entry: { context: 'email', payload } })

const labels = join(root, 'labels')
mkdirSync(join(labels, 'more'), { recursive: true })
writeFileSync(join(labels, 'a.jsonl'), `${line('malicious', 'inbox', 'alpha')}\n\n${line('benign', 'inbox', 'one')}\n`)
writeFileSync(join(labels, 'more', 'b.ndjson.gz'), gzipSync(`${line('malicious', 'web', 'alpha two')}\n`))
writeFileSync(join(labels, 'notes.txt'), 'not labeled')
const rule = join(root, 'alpha.yml')
writeFileSync(rule, RULE)

test('labeled files in a folder are scored, and the result can be saved and compared', async () => {
  const saved = join(root, 'saved.json')
  const first = await program.run(['eval', labels, '--rules', rule, '--save', saved])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain('| macro recall | 100.00 % |')
  expect(first.stdout).toContain('| `alpha` | 2 | 0 | 100.0 | 2 | 0 |')

  writeFileSync(rule, RULE.replace('contains: alpha', 'contains: alpha two'))
  const second = await program.run(['eval', labels, '--rules', rule, '--compare', saved])
  writeFileSync(rule, RULE)
  expect(second.stdout).toContain('| malicious_mail | 100.00 | 50.00 |')
})

test('left-out figures ignore a rule on the sources that it was written from', async () => {
  const list = join(root, 'written-from.yml')
  writeFileSync(list, 'alpha: [inbox]\n')
  const { code, stdout } = await program.run(['eval', labels, '--rules', rule, '--written-from', list])
  expect(code).toBe(0)
  expect(stdout).toContain('| macro recall | 50.00 % | 100.00 % |')
})

test('each item can be written with its risk and the rules that decide it', async () => {
  const items = join(root, 'items.jsonl')
  await program.run(['eval', join(labels, 'a.jsonl'), '--rules', rule, '--items', items])
  const [alerted, quiet] = readFileSync(items, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as object)
  expect(alerted).toMatchObject({ id: 'alpha', source: 'inbox', risk: 70, rules: ['alpha'], decisive: ['alpha'] })
  expect(quiet).toMatchObject({ id: 'one', label: 'benign', risk: 0, rules: [] })
})

test('the built-in rules are measured by default, and --json prints the result', async () => {
  const { code, stdout } = await program.run(['eval', labels, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ threshold: 60, items: 3 })
})

test('eval says what the default policy would do with entries of each kind', async () => {
  const hidden = RULE.replace('level: high', 'level: critical\ntags: [sentinelmesh.hidden_instruction]')
  const withheld = join(root, 'hidden.yml')
  writeFileSync(withheld, hidden)
  const call = JSON.stringify({ label: 'benign', entry: { context: 'tool_call', payload: 'alpha' } })
  const prompt = JSON.stringify({ label: 'benign', entry: { context: 'user_message', payload: 'alpha' } })
  const stdin = `${line('benign', 'inbox', 'alpha')}\n${call}\n${prompt}\n`
  const verdictsOf = async (file: string) => {
    const { stdout } = await program.run(['eval', '-', '--rules', file, '--json'], { stdin })
    const { enforced } = JSON.parse(stdout) as { enforced: { kind: string; [verdict: string]: unknown }[] }
    const hits = (share: unknown) => (share as { hits: number }).hits
    return enforced.map(({ kind, flagged, asked, blocked }) => [kind, hits(flagged), hits(asked), hits(blocked)])
  }
  expect(await verdictsOf(rule)).toEqual([
    ['prompt', 1, 0, 0],
    ['tool_call', 0, 1, 0],
    ['tool_result', 1, 0, 0],
  ])
  expect(await verdictsOf(withheld)).toEqual([
    ['prompt', 1, 0, 0],
    ['tool_call', 0, 0, 1],
    ['tool_result', 0, 0, 1],
  ])
})

test('lines that cannot be used are listed, and the others are scored', async () => {
  const { code, stdout, stderr } = await program.run(['eval', '-', '--rules', rule], {
    stdin: `${line('malicious', 'inbox', 'alpha')}\n{"label": "evil"}\nno json\n`,
  })
  expect(code).toBe(1)
  expect(stderr).toContain('-:2 "label" is not as expected')
  expect(stderr).toContain('-:3 The line is not JSON.')
  expect(stdout).toContain('| macro recall | 100.00 % |')
})

test.each([
  [[join(root, 'none')], 'does not exist'],
  [[join(root, 'labels', 'more', '..', 'notes.txt')], 'None of the lines is a labeled entry.'],
  [[labels, '--threshold', '0'], 'A risk threshold is a whole number from 1 to 100.'],
  [[labels, '--compare', join(root, 'alpha.yml')], 'is not an evaluation. Save one with --save.'],
  [[labels, '--written-from', join(root, 'labels', 'a.jsonl')], 'has to map rule ids to lists of sources'],
])('eval %j ends with a sentence', async (args, sentence) => {
  const { code, stderr } = await program.run(['eval', ...args])
  expect(code).toBeGreaterThan(0)
  expect(stderr).toContain(sentence)
})
