import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import { socketPath } from '../src/data-folder.ts'
import { inFolder, inherited, openProgram, type Program } from './program.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

const rule = (id: string, word = 'whoami') => `title: Says ${word}
id: ${id}
license: MIT
author: Ada
logsource:
  product: ai_agent
detection:
  selection:
    payload|contains: ${word}
  condition: selection
falsepositives:
  - Questions
level: medium
`

interface Org extends AsyncDisposable {
  /** The address of the server. */
  readonly url: string
  readonly folder: string
  rules(...args: readonly string[]): ReturnType<Program['run']>
  json<T>(...args: readonly string[]): Promise<T>
  /** Writes files into a new folder. */
  files(files: Readonly<Record<string, string>>): string
  report(lines: readonly object[]): Promise<void>
}

/** An organization on a running server. Commands reach the server through the socket in its data folder. */
async function anOrg(): Promise<Org> {
  const folder = program.folder()
  await program.createUser(folder)
  const server = await program.serve(folder)
  let made = 0
  const rules = (...args: readonly string[]) => program.run(['rules', ...args], { env: inFolder(folder) })
  return {
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    url: server.url,
    folder,
    rules,
    async json<T>(...args: readonly string[]) {
      const { stdout, stderr } = await rules(...args, '--json')
      if (stdout === '') throw new Error(stderr)
      return JSON.parse(stdout) as T
    },
    files(files) {
      made += 1
      const path = `${folder}-rules-${made}`
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), text)
      }
      return path
    },
    async report(lines) {
      const stdin = lines.map((line) => JSON.stringify(line)).join('\n')
      const { code, stderr } = await program.run(['import', '-'], { env: inFolder(folder), stdin })
      if (code !== 0) throw new Error(stderr)
    },
  }
}

interface Imported {
  import_id: string
  loaded: { id: string; file: string; outcome: string }[]
  refused: { id: string | null; file: string; problems: { code: string; message: string }[] }[]
  unchanged: number
  changed: { id: string; message: string }[]
}
interface Row {
  id: string
  state: string
  origin: string
  effective_level: string
  effective_points: number
}
interface Detail extends Row {
  text: string
  file: string | null
  import_id: string | null
  license: string | null
  author: string | null
}

describe('rules import', () => {
  test('loads a folder tree, explains each refused rule, and leaves existing rules unchanged', async () => {
    await using org = await anOrg()
    const { files, json, rules } = org
    const path = files({
      'a/one.yml': rule('one'),
      'two.yaml': rule('two', 'hostname'),
      'bad.yml': rule('bad').replace('contains', 'containz'),
      'one.cases.yml': 'match: []\n',
    })
    const name = basename(path)
    const dry = await json<Imported>('import', path, '--dry-run')
    expect(dry.loaded.map(({ id }) => id).toSorted()).toEqual(['one', 'two'])
    expect(await json<Row[]>('list', '--origin', 'import')).toEqual([])

    const printed = await rules('import', path)
    expect(printed.code).toBe(1)
    expect(printed.stdout).toMatch(
      /^Loaded 2 documents \(0 replaced\), 0 unchanged, 1 refused, 0 warnings\n\nRefused\n/,
    )
    expect(printed.stdout).toContain(`${name}/bad.yml:9:5 error unknown_modifier `)
    // The server gets file names relative to the imported folder, not absolute paths.
    const one = await json<Detail>('get', 'one')
    expect(one).toMatchObject({
      origin: 'import',
      state: 'on',
      file: `${name}/a/one.yml`,
      license: 'MIT',
      author: 'Ada',
    })
    expect(one.text).toBe(rule('one'))

    const again = await json<Imported>('import', path)
    expect(again).toMatchObject({ loaded: [], unchanged: 2, refused: [{ file: `${name}/bad.yml` }] })
  })

  test('replaces an existing rule only with --replace, and never a built-in one', async () => {
    await using org = await anOrg()
    const { files, json, rules } = org
    expect((await rules('import', files({ 'a.yml': rule('one') }))).code).toBe(0)
    const changed = files({ 'a.yml': rule('one', 'hostname'), 'b.yml': rule('sm-inj-001') })
    expect(await json<Imported>('import', changed)).toMatchObject({
      loaded: [],
      refused: expect.arrayContaining([
        expect.objectContaining({ id: 'one' }),
        expect.objectContaining({ id: 'sm-inj-001' }),
      ]),
    })
    expect(await json<Imported>('import', changed, '--replace')).toMatchObject({
      loaded: [{ id: 'one', outcome: 'replaced' }],
      refused: [{ id: 'sm-inj-001' }],
    })
    const builtin = join(import.meta.dirname, '../../../packages/rules/src/builtin')
    expect(await json<Imported>('import', builtin)).toMatchObject({
      loaded: [],
      refused: [],
      unchanged: BUILTIN_RULES.length,
    })
  })

  test('sends a large tree as one import in several requests', async () => {
    await using org = await anOrg()
    const { files, json } = org
    const many = Object.fromEntries(
      Array.from({ length: 1_100 }, (_, number) => [`r${number}.yml`, rule(`rule-${number}`, `word${number}x`)]),
    )
    // Its file is read first, in the order of names, but it must be sent last.
    const correlation = `title: Two of them
id: both
correlation:
  type: temporal
  rules: [rule-3, rule-1099]
  timespan: 1m
`
    const imported = await json<Imported>('import', files({ ...many, 'a.yml': correlation }))
    expect({ loaded: imported.loaded.length, refused: imported.refused }).toEqual({ loaded: 1_101, refused: [] })
    for (const id of ['rule-0', 'rule-1099', 'both'])
      expect(await json<Detail>('get', id)).toMatchObject({ import_id: imported.import_id })
    expect(await json<Row[]>('list', '--origin', 'import')).toHaveLength(1_101)
  })

  test("converts the original product's rules.yaml, reports what it changed, and refuses a bad rule", async () => {
    await using org = await anOrg()
    const { files, json } = org
    const path = join(
      files({
        'rules.yaml': `- id: R1
  type: payload_contains
  match: [drop table]
  risk: 70
- id: R2
  type: payload_regex
  pattern: '(a'
  risk: 50
`,
      }),
      'rules.yaml',
    )
    const imported = await json<Imported>('import', path)
    expect(imported).toMatchObject({ loaded: [{}], refused: [{ file: 'rules.yaml' }], changed: [{ id: 'R1' }] })
  })

  test('explains a file that is too large or missing in one sentence', async () => {
    await using org = await anOrg()
    const { files, rules } = org
    const large = files({ 'a.yml': rule('one'), 'b.yml': `# ${'x'.repeat(2 * 1024 * 1024)}\n` })
    expect(await rules('import', large)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Loaded 1 document.*1 refused[\s\S]*b\.yml:1:1 error unreadable .*ruleFileChars/),
    })
    expect(await rules('import', '/no/such/folder')).toMatchObject({ code: 2 })
  })
})

describe('the rules of an organization', () => {
  test('can be listed, disabled, enabled, overridden, reset, and read', async () => {
    await using org = await anOrg()
    const { files, json, rules } = org
    await rules('import', files({ 'a.yml': rule('one') }))
    expect((await rules('list')).stdout).toMatch(
      /^ID +KIND +LEVEL[\s\S]*\none +rule +medium +40 +on +import +0 +Says whoami\n/,
    )
    expect(await rules('disable', 'one', 'sm-inj-001')).toMatchObject({
      code: 0,
      stdout:
        'one: off, medium, 40 points (Says whoami)\nsm-inj-001: off, high, 70 points (Prompt injection in tool result)\n',
    })
    expect((await json<Row[]>('list', '--state', 'off')).map(({ id }) => id).toSorted()).toEqual(['one', 'sm-inj-001'])
    expect(await rules('enable', 'one')).toMatchObject({ code: 0, stdout: expect.stringContaining('one: on') })
    expect(await json<Row[]>('override', 'one', '--level', 'low', '--points', '20')).toMatchObject([
      { effective_level: 'low', effective_points: 20 },
    ])
    expect((await rules('get', 'one')).stdout).toContain(
      '# level: low, 20 points (the document says medium, 40 points)\n',
    )
    expect(await json<Row[]>('override', 'one', '--clear')).toMatchObject([{ effective_level: 'medium' }])
    expect((await rules('get', 'one')).stdout).toContain(`\n${rule('one')}`)
    expect(await json<Row[]>('release', 'one')).toMatchObject([{ id: 'one', state: 'on' }])
  })

  test('give an error in one sentence if they do not exist or an option is invalid', async () => {
    await using org = await anOrg()
    const { rules } = org
    expect(await rules('get', 'nowhere')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/no rule/),
    })
    for (const args of [
      ['override', 'sm-inj-001'],
      ['override', 'sm-inj-001', '--clear', '--points', '1'],
      ['override', 'sm-inj-001', '--points', '101'],
      ['override', 'sm-inj-001', '--level', 'awful'],
      ['list', '--state', 'asleep'],
      ['enable'],
    ])
      expect(await rules(...args)).toMatchObject({ code: 2, stdout: '' })
    // The change before the failing one takes effect and is reported.
    expect(await rules('disable', 'sm-inj-001', 'nowhere')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^sm-inj-001: off/),
    })
  })

  test('are exported as YAML that another organization can import', async () => {
    await using from = await anOrg()
    await using to = await anOrg()
    await from.rules('import', from.files({ 'a.yml': rule('one'), 'b.yml': rule('two', 'hostname') }))
    const file = `${from.folder}-export.yml`
    expect(await from.rules('export', '--output', file)).toMatchObject({
      code: 0,
      stdout: `2 documents and 0 settings written to ${file}.\n`,
    })
    const text = readFileSync(file, 'utf8')
    expect((await from.rules('export')).stdout).toBe(text)
    expect(await from.json('export')).toEqual({ documents: 2, settings: 0, text })
    expect(await from.rules('export', '--output', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already'),
    })
    expect(await to.json<Imported>('import', file)).toMatchObject({ loaded: [{}, {}], refused: [] })
  })

  test('give an error in one sentence if the server is down, is another program, or rejects the key', async () => {
    await using org = await anOrg()
    const { files, url } = org
    await using other = createServer(
      (_, reply) => void reply.setHeader('content-type', 'text/html').end('<p>hello'),
    ).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    const file = files({ 'a.yml': rule('one') })
    for (const [address, said] of [
      ['http://127.0.0.1:9', /does not answer/],
      [elsewhere, /is no SentinelMesh server: it says 200, with text\/html/],
      [url, /does not know this SENTINELMESH_API_KEY/],
    ] as const)
      for (const args of [['list', '--json'], ['get', 'one'], ['export'], ['import', file], ['backtest', file]]) {
        const env = { SENTINELMESH_URL: address, SENTINELMESH_API_KEY: 'smk_unknown' }
        const { code, stdout, stderr } = await program.run(['rules', ...args], { env })
        expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 })
        expect(stderr).toMatch(said)
      }
    const nothing = { SENTINELMESH_DATA_DIR: join(file, 'a.yml') }
    expect(await program.run(['rules', 'list'], { env: nothing })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be the data folder'),
    })
  })

  test('are also reachable by URL, with a key of the right scope', async () => {
    await using org = await anOrg()
    const { folder, rules, url } = org
    expect(await rules('disable', 'sm-inj-001')).toMatchObject({ code: 0 })
    const env = async (scope: string) => ({
      SENTINELMESH_URL: url,
      SENTINELMESH_API_KEY: await program.createKey(folder, '--scope', scope),
    })
    const listed = await program.run(['rules', 'list', '--state', 'off', '--json'], { env: await env('read') })
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'sm-inj-001' }])
    const refused = await program.run(['rules', 'enable', 'sm-inj-001'], { env: await env('read') })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('manage') })
  })
})

describe('rules backtest', () => {
  const entries = Array.from({ length: 400 }, (_, number) => ({
    sender: `agent.${number % 3}\u202E`,
    kind: 'tool_call',
    payload: number % 10 === 0 ? 'whoami' : `hello ${number}`,
    timestamp: new Date(Date.UTC(2026, 0, 1, number % 24)).toISOString(),
  }))
  const RANGE = ['--from', '2026-01-01', '--to', '2026-01-02T00:00:00Z']

  test('reports the stored entries that rules would have matched, over time and by sender', async () => {
    await using org = await anOrg()
    const { files, json, report, rules } = org
    await report(entries)
    const path = files({ 'a.yml': rule('one'), 'b.yml': rule('two', 'nobody says this') })
    const { code, stdout, stderr } = await rules('backtest', path, ...RANGE)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^40 matches in 400 entries from 2026-01-01T00:00:00\.000Z to 2026-01-02T00:00:00\.000Z; about \d+/,
    )
    expect(stdout).toMatch(/\n[ ▁▂▃▄▅▆▇█]+\n/)
    expect(stdout).toMatch(/\none +medium +40 +0 +- +- +- +[\d.]+ +Says whoami\n/)
    expect(stdout).toMatch(/\n {2}sender: agent\.\d<U\+202E> \(\d+\)/)
    expect(await json('backtest', path, ...RANGE)).toMatchObject({ type: 'result', matches: 40, scanned: 400 })

    // Compared with the rule set in force, which has an older version of the same rule.
    await rules('import', path)
    expect((await rules('backtest', files({ 'a.yml': rule('one', 'hello 7') }), ...RANGE)).stdout).toMatch(
      /\none +medium +(\d+) +0 +\1 +40 +0 /,
    )
    expect((await rules('backtest', '--rule', 'one', ...RANGE)).stdout).toMatch(/\none +medium +40 +0 +0 +0 +40 /)
  })

  test('also works by URL', async () => {
    await using org = await anOrg()
    const { folder, files, report, rules, url } = org
    await report(entries)
    const path = files({ 'a.yml': rule('one') })
    expect((await rules('backtest', path, ...RANGE)).stdout).toContain('40 matches in 400 entries')
    const env = (key: string) => ({ SENTINELMESH_URL: url, SENTINELMESH_API_KEY: key })
    const args = ['rules', 'backtest', path, ...RANGE]
    const manage = await program.createKey(folder, '--scope', 'manage')
    expect((await program.run(args, { env: env(manage) })).stdout).toContain('40 matches in 400 entries')
    expect(await program.run(args, { env: env('smk_wrong') })).toMatchObject({ code: 1, stdout: '' })
  })

  test("of a filter or a correlation runs the organization's rules that it references", async () => {
    await using org = await anOrg()
    const { files, report, rules } = org
    await report(entries)
    await rules('import', files({ 'a.yml': rule('one') }))
    const path = files({
      'b.yml': `title: Not for 0
id: quiet
logsource: {product: ai_agent}
filter:
  rules: [one]
  selection: {sender|startswith: agent.0}
  condition: not selection
`,
    })
    expect((await rules('backtest', path, ...RANGE)).stdout).toMatch(/\none +medium +26 +14 +0 +14 +26 /)
    const lost = files({
      'c.yml': 'title: Lost\nid: c\ncorrelation: {type: temporal, rules: [nowhere], timespan: 1m}\n',
    })
    expect(await rules('backtest', lost, ...RANGE)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/"nowhere"/),
    })
  })

  test('reports the file and line of a bad rule and runs the others', async () => {
    await using org = await anOrg()
    const { files, report, rules } = org
    await report(entries)
    const path = files({ 'a.yml': rule('bad').replace('contains', 'containz'), 'b.yml': rule('one') })
    const { code, stdout, stderr } = await rules('backtest', path, ...RANGE)
    expect({ code, stdout: stdout.slice(0, 10) }).toEqual({ code: 1, stdout: '40 matches' })
    expect(stderr).toMatch(/a\.yml:9:5 unknown_modifier /)
    for (const args of [[], [path, '--rule', 'one'], [path, '--from', 'soon'], [path, '--from', '1h', '--to', '2h']])
      expect(await rules('backtest', ...args)).toMatchObject({ code: 2, stdout: '' })
    expect(await rules('backtest', '--rule', 'nowhere')).toMatchObject({ code: 1, stdout: '' })
  })

  test('works without a server, and releases the data folder on Ctrl-C', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    const file = `${folder}-rule.yml`
    writeFileSync(file, rule('one'))
    const [command = '', ...args] = program.command()
    const child = spawn(command, [...args, 'rules', 'backtest', file], {
      env: { ...inherited(), ...inFolder(folder) },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await until(() => existsSync(socketPath(folder)) || child.exitCode !== null, 'it holds the folder')
    child.kill('SIGINT')
    await ended
    const { code, stdout } = await program.run(['rules', 'backtest', file], { env: inFolder(folder) })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^0 matches in 0 entries /) })
  })
})
