import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { leftOut } from '@sentinelmesh/test-inputs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openProgram, type Program } from './program.ts'

let program: Program
const root = mkdtempSync(join(tmpdir(), 'sentinelmesh-rules-'))
beforeAll(() => void (program = openProgram()))
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(root, { recursive: true, force: true })
})

let folders = 0
/** Writes the files into a new folder. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  folders += 1
  const path = join(root, String(folders))
  mkdirSync(path)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

const WHOAMI = `title: Whoami
id: whoami
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains: whoami
  filter:
    User: SYSTEM
  condition: selection and not filter
falsepositives:
  - Administrators
level: medium
`
const BRUTE = `title: Failed logon
id: failed
name: failed_logon
logsource:
  product: windows
  service: security
detection:
  selection:
    EventID: 4625
  condition: selection
---
title: Many failed logons
id: many
correlation:
  type: event_count
  rules:
    - failed_logon
  group-by:
    - User
  timespan: 1m
  condition:
    gte: 2
level: high
`
const BAD = WHOAMI.replace('id: whoami', 'id: bad').replace('|contains', '|containz')

const rules = (...args: string[]) => program.run(['rules', ...args])
const lines = (events: readonly unknown[]) => `${events.map((event) => JSON.stringify(event)).join('\n')}\n`

describe('rules lint', () => {
  test('shows each problem with file, line, column, code, message and fix, and exits with 1 on errors', async () => {
    const path = folder({ 'a/bad.yml': BAD, 'good.yaml': BRUTE, 'notes.txt': 'no rule', '.git/x.yml': ':' })
    const { code, stdout, stderr } = await rules('lint', path)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain(`${path}/a/bad.yml:8:5 error unknown_modifier There is no modifier "containz".\n  mend: `)
    expect(stdout).toMatch(/"contains"/)
    expect(stdout).toContain('warning missing_falsepositives ')
    expect(stdout).toMatch(/\n3 rules, 1 error, \d+ warnings?\n$/)
    // Output to a pipe has no colors.
    expect(stdout).not.toContain('\u001B')
  })

  test('prints the same problems as JSON', async () => {
    const path = folder({ 'bad.yml': BAD })
    const { code, stdout } = await rules('lint', path, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      rules: 1,
      errors: 1,
      problems: expect.arrayContaining([
        expect.objectContaining({
          file: join(path, 'bad.yml'),
          range: { line: 8, column: 5, endLine: 8, endColumn: 25 },
          path: expect.stringContaining('selection'),
          code: 'unknown_modifier',
          severity: 'error',
          mend: expect.stringContaining('contains'),
        }),
      ]),
    })
  })

  test('exits with 0 without problems, and with 2 if no rule file is found or given', async () => {
    expect(await rules('lint', folder({ 'a.yml': WHOAMI }))).toMatchObject({ code: 0 })
    expect(await rules('lint', folder({ 'a.txt': '' }))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no files *.yml'),
    })
    expect(await rules('lint', join(root, 'nowhere'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere cannot be read'),
    })
    expect(await rules('lint')).toMatchObject({ code: 2 })
    expect(await rules('lint', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--strict') })
  })

  test('warns of fields that agents do not report only with --agents', async () => {
    const path = folder({ 'a.yml': WHOAMI.replace('User: SYSTEM', 'IntegrityLevel: System') })
    expect((await rules('lint', path)).stdout).toBe('1 rule, 0 errors, 0 warnings\n')
    const { code, stdout } = await rules('lint', path, '--agents')
    expect(code).toBe(0)
    expect(stdout).toContain('warning field_unavailable No agent reports IntegrityLevel')
  })

  test('reports each hostile file of a tree in one sentence and still reads the others', async () => {
    const path = folder({
      'big.yml': `${WHOAMI}# ${'x'.repeat(10 * 1024 * 1024)}\n`,
      'huge.yml': Buffer.alloc(17 * 1024 * 1024, 'x'),
      'binary.yml': Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 256),
      'empty.yml': '',
      'deep.yml': `a: ${'['.repeat(10_000)}`,
      'bomb.yml': `a: &a [x]\n${Array.from({ length: 50 }, (_, n) => `b${n}: &b${n} [${n === 0 ? '*a, *a' : `*b${n - 1}, *b${n - 1}`}]`).join('\n')}\n`,
      'good.yml': WHOAMI,
    })
    symlinkSync('.', join(path, 'loop'))
    symlinkSync('good.yml', join(path, 'same.yml'))
    symlinkSync('nowhere', join(path, 'lost.yml'))
    const { code, stdout } = await rules('lint', path)
    expect(code).toBe(1)
    for (const [file, code] of [
      ['big.yml', 'too_large'],
      ['huge.yml', 'unreadable'],
      ['binary.yml', 'invalid_utf8'],
      ['empty.yml', 'not_a_map'],
      ['deep.yml', 'too_large'],
      ['bomb.yml', 'too_large'],
      ['lost.yml', 'unreadable'],
    ] as const)
      expect(stdout).toMatch(new RegExp(`/${file.replace('.', '\\.')}:\\d+:\\d+ error ${code} .*\\.\n`))
    expect(stdout).not.toMatch(/(?:good|same)\.yml:\d+:\d+ error/)
  })

  test.skipIf(process.getuid?.() === 0)(
    'names a folder that it has no permission to read',
    leftOut('need a user who is not root'),
    async () => {
      const path = folder({ 'closed/a.yml': WHOAMI, 'b.yml': WHOAMI })
      chmodSync(join(path, 'closed'), 0)
      const { code, stdout } = await rules('lint', path)
      chmodSync(join(path, 'closed'), 0o700)
      expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/closed:1:1 error unreadable/) })
    },
  )

  test('escapes control characters in file names and messages', async () => {
    const path = folder({ 'a\u001B[31m.yml': BAD.replace('containz', '"\\e[31mred\\u202E') })
    const { stdout } = await rules('lint', path)
    expect(stdout).toContain('a<U+001B>[31m.yml:')
    expect(stdout).not.toMatch(/[\u001B\u202E]/)
  })
})

describe('rules test', () => {
  const CASES = `match:
  - {CommandLine: whoami /all}
no_match:
  - {CommandLine: whoami, User: SYSTEM}
`
  test('runs the cases next to each rule and reports how many alternatives held', async () => {
    const path = folder({
      'a.yml': WHOAMI,
      'a.cases.yml': CASES,
      'b.yml': BRUTE,
      'b.cases.yml': `sequences:
  - events:
      - {at: 0s, event: {EventID: 4625, User: bob}, times: 2, every: 1s}
    fires:
      - {rule: many, event: 2, group: {User: bob}}
`,
    })
    const { code, stdout, stderr } = await rules('test', path)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('✓ whoami Whoami: 2 events, 2 of 2 alternatives held\n')
    expect(stdout).toContain(`✓ ${path}/b.cases.yml:2:5 sequence of 2 events\n`)
    expect(stdout).toContain('- failed Failed logon: no cases\n')
    expect(stdout).toMatch(
      /\n1 rule, 2 events, 1 sequence: 0 failures; 2 of 2 alternatives held \(100 %\); 1 without cases\n$/,
    )
    // A rule file alone also loads its cases, and the reverse.
    for (const name of ['a.yml', 'a.cases.yml'])
      expect(await rules('test', join(path, name))).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('2 events'),
      })
  })

  test('explains a failure by the expected and the actual result and the failed parts, and exits with 1', async () => {
    const path = folder({
      'a.yml': WHOAMI,
      'a.cases.yml': `match:\n  - {CommandLine: "hostname\\e[31m"}\nno_match:\n  - {CommandLine: WHOAMI}\n`,
    })
    const { code, stdout } = await rules('test', path)
    expect(code).toBe(1)
    expect(stdout).toContain('✗ whoami Whoami: 2 events, 2 failures')
    expect(stdout).toContain(`${path}/a.cases.yml:2:5`)
    expect(stdout).toMatch(/- wanted: a match\n +\+ got: no match\n/)
    expect(stdout).toMatch(/✗ CommandLine\|contains: "whoami".*CommandLine has "hostname<U\+001B>\[31m"/)
    expect(stdout).toMatch(/- wanted: no match\n +\+ got: a match\n/)
    expect(stdout).toContain('selection: no must event makes it hold')
    expect(stdout).not.toContain('\u001B')
    const json: unknown = JSON.parse((await rules('test', path, '--json')).stdout)
    expect(json).toMatchObject({
      failures: 2,
      rules: [{ id: 'whoami', failures: [{ wanted: 'match', range: { line: 2 }, explanation: { held: false } }, {}] }],
    })
  })

  test('names the line of invalid cases and of a rule that does not load', async () => {
    const path = folder({ 'a.yml': WHOAMI, 'a.cases.yml': 'matches: []\n', 'b.yml': BAD, 'b.cases.yml': CASES })
    const { code, stdout } = await rules('test', path)
    expect(code).toBe(1)
    expect(stdout).toContain(`${path}/a.cases.yml:1:1 error bad_cases `)
    expect(stdout).toContain(`${path}/b.yml:8:5 error unknown_modifier `)
    expect(await rules('test', folder({ 'a.yml': WHOAMI }))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('*.cases.yml'),
    })
  })

  test('passes on the built-in rules', async () => {
    const path = join(import.meta.dirname, '../../../packages/rules/src/builtin')
    const { code, stdout } = await rules('test', path)
    expect(code).toBe(0)
    expect(stdout).toMatch(/ 0 failures; /)
  })
})

interface Line {
  index: number
  line: number
  rule_id: string
  fields: Record<string, string>
  group?: Record<string, string>
}

describe('rules run', () => {
  const path = () => folder({ 'a.yml': WHOAMI, 'b.yml': BRUTE })
  const at = (second: number, event: object) => ({ UtcTime: `2026-01-01 10:00:${second}0.000`, ...event })
  const EVENTS = [
    at(0, { EventID: 4625, User: 'bob' }),
    at(1, { EventID: '4625', User: 'eve' }),
    at(2, { CommandLine: 'cmd /c WHOAMI', User: 'bob' }),
    at(3, { EventID: 4625, User: 'bob' }),
  ]
  const rulesWith = (stdin: string, ...args: string[]) => program.run(['rules', 'run', ...args], { stdin })
  async function run(args: readonly string[], stdin?: string | Uint8Array) {
    const ended = await program.run(['rules', 'run', ...args], stdin === undefined ? {} : { stdin })
    const found = ended.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
    return { ...ended, found }
  }

  test('prints one line of JSON per match of a detection or correlation, and nothing else', async () => {
    const { code, stderr, found } = await run([path()], lines(EVENTS))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(found).toEqual([
      {
        index: 2,
        line: 3,
        rule_id: 'whoami',
        title: 'Whoami',
        level: 'medium',
        selections: [
          {
            name: 'selection',
            parts: [
              {
                field: 'CommandLine',
                modifiers: ['contains'],
                value: 0,
                pattern: 'whoami',
                places: [{ field: 'CommandLine', pointer: '', start: 7, end: 13 }],
              },
            ],
          },
        ],
        fields: { CommandLine: 'cmd /c WHOAMI' },
      },
      expect.objectContaining({
        index: 3,
        line: 4,
        rule_id: 'many',
        level: 'high',
        time: '2026-01-01T10:00:30.000Z',
        group: { User: 'bob' },
        reason: expect.stringContaining('User=bob'),
        evidence: [
          { index: 0, rule_id: 'failed' },
          { index: 3, rule_id: 'failed' },
        ],
      }),
    ])
  })

  test('reads a file, detects gzip by its content, and accepts a byte order mark and carriage returns', async () => {
    const rulesAt = path()
    const text = `\uFEFF${lines(EVENTS).replaceAll('\n', '\r\n')}\r\n`
    for (const content of [text, gzipSync(text)]) {
      const file = join(folder({ 'events.log': content }), 'events.log')
      const { code, found } = await run([rulesAt, '--events', file])
      expect({ code, ids: found.map((one) => one.rule_id) }).toEqual({ code: 0, ids: ['whoami', 'many'] })
    }
    expect(await run([rulesAt], gzipSync(text))).toMatchObject({ code: 0, found: [{}, {}] })
    expect(await run([rulesAt], '')).toMatchObject({ code: 0, found: [] })
    expect(await run([rulesAt], gzipSync(text).subarray(0, 30))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read to its end'),
    })
  })

  test('reports the numbers of unusable lines, uses the others, and exits with 1', async () => {
    const text = [
      'not json',
      '{"CommandLine":"whoami"}',
      '',
      '{"CommandLine":"whoami"',
      '[1]',
      '\u0000\u001B[31m',
    ].join('\n')
    const { code, stderr, found } = await run([path()], text)
    expect({ code, found: found.map(({ index, line }) => [index, line]) }).toEqual({ code: 1, found: [[1, 2]] })
    expect(stderr).toMatch(/^line 1: .*\nline 4: Not JSON: .*\nline 5: .*\nline 6: .*\n4 lines could not be used\.\n$/)
    const many = await run([path()], 'x\n'.repeat(1_000))
    expect(many.stderr).toMatch(/line 20: .*\nand 980 more\n1000 lines could not be used\.\n$/)
  })

  test('reads JSON arrays, on one line or over many, next to lines', async () => {
    const all = (events: readonly unknown[]) => events.flat()
    for (const text of [
      JSON.stringify(EVENTS),
      JSON.stringify(EVENTS, null, 2),
      `\uFEFF\n ${JSON.stringify(EVENTS, null, '\t')}\r\n`,
      `${JSON.stringify(EVENTS.slice(0, 1))}\n${lines(EVENTS.slice(1, 2))}${JSON.stringify(EVENTS.slice(2), null, 1)}`,
    ]) {
      const { code, stderr, found } = await run([path()], text)
      expect({ code, stderr, ids: found.map((one) => one.rule_id) }).toEqual({
        code: 0,
        stderr: '',
        ids: ['whoami', 'many'],
      })
      expect(found.map(({ index }) => index)).toEqual([2, 3])
    }
    const spread = JSON.stringify(all([{ CommandLine: 'a "]},[{ \\' }, { CommandLine: 'whoami' }]), null, 2)
    expect((await run([path()], spread)).found).toMatchObject([{ index: 1, line: 5 }])
  })

  test('reports what is wrong in an array, uses the other elements, and exits with 1', async () => {
    const text =
      '[\n{"CommandLine":"whoami"},\n7, {"CommandLine": whoami},\n[{"CommandLine":"whoami"}],\n{"CommandLine":"whoami"}\n'
    const { code, stderr, found } = await run([path()], text)
    expect({ code, places: found.map(({ index, line }) => [index, line]) }).toEqual({
      code: 1,
      places: [
        [0, 2],
        [4, 5],
      ],
    })
    expect(stderr).toMatch(
      /^line 3: An event is a JSON object: .*\nline 3: Not JSON: .*\nline 4: An event is .*\nline 6: The array ends without "\]"\.\n4 lines could not be used\.\n$/,
    )
    const long = `[{"CommandLine":"whoami ${'x'.repeat(17 * 1024 * 1024)}"},\n{"CommandLine":"whoami"}]`
    const skipped = await run([path()], long)
    expect({ code: skipped.code, lines: skipped.found.map(({ line }) => line) }).toEqual({ code: 1, lines: [2] })
    expect(skipped.stderr).toContain('eventChars')
  })

  test('uses the readable part of truncated input and reports the error', async () => {
    const rulesAt = folder({ 'a.yml': WHOAMI })
    const whole = gzipSync(
      lines(Array.from({ length: 20_000 }, (_, n) => ({ CommandLine: `whoami ${(n * 7919) % 10_007}` }))),
    )
    const at = folder({ 'half.gz': whole.subarray(0, whole.length / 2), 'nothing.ndjson': '\n \r\n' })
    const half = await rules('run', rulesAt, '--events', join(at, 'half.gz'))
    expect(half).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^\{"index":0,/),
      stderr: expect.stringMatching(/^sentinelmesh: The input cannot be read to its end \(.+\)\. .+\n$/),
    })
    expect(await rules('run', rulesAt, '--events', join(at, 'nothing.ndjson'))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    for (const events of [at, join(at, 'missing')])
      expect(await rules('run', rulesAt, '--events', events)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^sentinelmesh: .+\.\n$|\?\n$/),
      })
  })

  test('streams its input in bounded memory', async () => {
    const event = { CommandLine: 'x'.repeat(1_000), User: 'ada' }
    const part = lines([...Array.from({ length: 999 }, () => event), { ...event, CommandLine: 'whoami' }])
    // 100 members of 1 MB each in one gzip file. The heap limit is below their total.
    const at = folder({ 'a.yml': WHOAMI, 'events.gz': Buffer.concat(Array(100).fill(gzipSync(part))) })
    const { code, stdout, stderr } = await program.run(
      ['rules', 'run', join(at, 'a.yml'), '--events', join(at, 'events.gz')],
      { env: { NODE_OPTIONS: '--max-old-space-size=64' } },
    )
    expect({ code, stderr, matches: stdout.split('\n').length - 1 }).toEqual({ code: 0, stderr: '', matches: 100 })
    // Long timeout: the heap is nearly full, and other tests run at the same time.
  }, 240_000)

  test('skips a line over the length limit without buffering it', async () => {
    const long = `{"CommandLine":"whoami ${'x'.repeat(40 * 1024 * 1024)}"}\n`
    const { code, stderr, found } = await run([path()], `${long}{"CommandLine":"whoami"}\n`)
    expect({ code, lines: found.map(({ line }) => line) }).toEqual({ code: 1, lines: [2] })
    expect(stderr).toContain('eventChars')
  })

  test('reads event times from the --time field in the same formats as ingest', async () => {
    const timed = (times: readonly unknown[]) =>
      lines(times.map((time) => ({ seen: { at: time }, EventID: 4625, User: 'a' })))
    const rulesAt = path()
    const fires = async (times: readonly unknown[], ...args: string[]) =>
      (await run([rulesAt, ...args], timed(times))).found.length
    expect(await fires([1_767_261_600, 1_767_261_659], '--time', 'seen.at')).toBe(1)
    expect(await fires([1_767_261_600_000, '2026-01-01T10:01:01Z'], '--time', 'seen.at')).toBe(0)
    expect(await fires(['2026-01-01T12:00:00+02:00', '2026-01-01 10:00:59.5'], '--time', 'seen.at')).toBe(1)
    const without = await run([rulesAt], timed([1, 2]))
    expect(without).toMatchObject({ code: 1, found: [], stderr: expect.stringMatching(/line 1: .*no time.*--time\./) })
    const unreadable = await run([rulesAt, '--time', 'seen.at'], timed(['yesterday']))
    expect(unreadable).toMatchObject({ code: 1, stderr: expect.stringContaining('ISO 8601') })
  })

  test('with --logsource leaves out rules for other log sources', async () => {
    const event = lines([{ CommandLine: 'whoami' }])
    const rulesAt = path()
    expect(
      (await run([rulesAt, '--logsource', 'product=windows,category=process_creation'], event)).found,
    ).toHaveLength(1)
    expect((await run([rulesAt, '--logsource', 'product=linux,category=process_creation'], event)).found).toEqual([])
    expect(await run([rulesAt, '--logsource', 'producer=linux'], event)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"producer=linux"'),
    })
  })

  test('with --logsource-field takes the log source of each event from its fields', async () => {
    const [product, category] = ['windows', 'process_creation']
    const source = (fields: object) => ({ CommandLine: 'whoami', ...fields })
    const indexes = async (events: readonly object[], ...args: string[]) =>
      (await run([path(), ...args], lines(events))).found.map(({ index }) => index)
    const nested = [
      source({ logsource: { product, category } }),
      source({ logsource: { product: 'linux', category } }),
      source({}),
      source({ logsource: { product } }),
    ]
    expect(await indexes(nested, '--logsource-field', 'logsource')).toEqual([0, 2])
    expect(await indexes(nested, '--logsource-field', 'logsource', '--logsource', 'product=linux')).toEqual([0])
    const flat = [source({ os: { type: product }, kind: category }), source({ os: { type: 'linux' }, kind: category })]
    expect(await indexes(flat, '--logsource-field', 'product=os.type,category=kind')).toEqual([0])
    expect(await run([path(), '--logsource-field', 'source'], lines(nested))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('No event has the log source in source.product, source.category'),
    })
    expect(await run([path(), '--logsource-field', 'os=type'], lines(flat))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--logsource-field is written as'),
    })
  })

  test('with --text explains for people in a pipe too', async () => {
    const rulesAt = folder({ 'a.yml': WHOAMI })
    const { code, stdout } = await rulesWith(lines([{ CommandLine: 'whoami' }]), rulesAt, '--explain', '--text')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^line 1 {2}medium {2}Whoami \(whoami\)\n {2}✓ Whoami \(whoami\) holds\.\n/)
    expect(stdout).toContain('CommandLine|contains: "whoami" holds at 0–6 of CommandLine')
    expect(await rulesWith('', rulesAt, '--text', '--json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--json and --text exclude each other.'),
    })
  })

  test('says which pipeline would help if no event has a field that the rules read', async () => {
    const raw = (data: object) => ({
      Event: { System: { EventID: 4625, Provider: { '#attributes': { Name: 'Security' } } }, EventData: data },
    })
    const events = lines([raw({ CommandLine: 'whoami', User: 'bob' }), raw({ User: 'eve' })])
    const logon = WHOAMI.replace('id: whoami', 'id: logon').replace(
      'CommandLine|contains: whoami',
      'EventID: 4625\n    Provider_Name: Security',
    )
    const files = folder({ 'a.yml': WHOAMI, 'b.yml': logon })
    const { code, stderr, found } = await run([files], events)
    expect({ code, found }).toEqual({ code: 0, found: [] })
    expect(stderr).toMatch(
      /^None of 2 events has a field that these rules read\. .*CommandLine.*Event\.System\.EventID/,
    )
    const [, pipeline = ''] = /--pipeline FILE:\n([\s\S]*)$/.exec(stderr) ?? []
    const saved = join(folder({ 'pipeline.yml': pipeline }), 'pipeline.yml')
    expect(await run([files, '--pipeline', saved], events)).toMatchObject({
      code: 0,
      stderr: '',
      found: [
        { index: 0, rule_id: 'whoami' },
        { index: 0, rule_id: 'logon' },
        { index: 1, rule_id: 'logon' },
      ],
    })
    expect((await run([files], lines([{ seen: 1 }]))).stderr).toMatch(
      /^None of 1 event .*\nMap the names with --pipeline/,
    )
  })

  test('explains matches, and with --misses also why a rule did not match', async () => {
    const rulesAt = folder({ 'a.yml': WHOAMI })
    const events = lines([{ CommandLine: 'whoami' }, { CommandLine: 'whoami', User: 'SYSTEM' }])
    const { found } = await run([rulesAt, '--explain', '--misses'], events)
    expect(found).toMatchObject([
      { index: 0, explanation: { held: true } },
      {
        index: 1,
        held: false,
        explanation: { held: false, selections: [{ held: true }, { name: 'filter', held: true }] },
      },
    ])
  })

  test.each([
    [
      'aliases that explode',
      Array.from(
        { length: 9 },
        (_, n) =>
          `a${n}: &a${n} [${Array(9)
            .fill(n === 0 ? 'x' : `*a${n - 1}`)
            .join(',')}]`,
      ).join('\n'),
    ],
    ['unclosed brackets', `a: ${'['.repeat(20_000)}`],
    ['a list', '- a'],
    ['a map in a map', 'a: {b: c}'],
  ])('rejects a placeholder file with %s and explains why in one sentence', async (_what, text) => {
    const at = folder({ 'a.yml': WHOAMI, 'p.txt': text })
    const { code, stderr } = await rules('run', join(at, 'a.yml'), '--placeholders', join(at, 'p.txt'))
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 2, lines: 2 })
    expect(stderr).toContain('Placeholders are a map from names to a text or a list of texts.')
  })

  test('applies placeholders and the field names of a pipeline', async () => {
    const files = folder({
      'a.yml': WHOAMI.replace('CommandLine|contains: whoami', "CommandLine|contains|expand: '%tools%'"),
      'values.yml': 'tools: [whoami, hostname]\n',
      'pipeline.yml': 'transformations:\n  - {type: field_name_mapping, mapping: {CommandLine: cmd}}\n',
      'list.yml': '- a\n',
    })
    const rule = join(files, 'a.yml')
    const event = lines([{ cmd: 'hostname' }])
    const given = ['--placeholders', join(files, 'values.yml'), '--pipeline', join(files, 'pipeline.yml')]
    expect((await run([rule, ...given], event)).found).toMatchObject([{ fields: { cmd: 'hostname' } }])
    expect(await run([rule], event)).toMatchObject({ code: 1, stderr: expect.stringContaining('tools') })
    for (const [flag, file] of [
      ['--placeholders', 'list.yml'],
      ['--pipeline', 'list.yml'],
      ['--placeholders', 'nowhere.yml'],
    ] as const)
      expect(await run([rule, flag, join(files, file)], event)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(file),
      })
  })

  test('runs the rules that load, reports the ones that do not, and exits with 1', async () => {
    const { code, stderr, found } = await run(
      [folder({ 'a.yml': WHOAMI, 'bad.yml': BAD })],
      lines([{ CommandLine: 'whoami' }]),
    )
    expect({ code, ids: found.map((one) => one.rule_id) }).toEqual({ code: 1, ids: ['whoami'] })
    expect(stderr).toMatch(/bad\.yml:8:5 unknown_modifier .*\n1 document refused; 1 rule loaded\.\n$/)
    expect(await run([folder({ 'bad.yml': BAD })], '')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no rule to run'),
    })
  })

  test('omits matches that a filter suppresses and matches of rules that only feed a correlation', async () => {
    const filter = `title: Not Bob
id: not-bob
logsource:
  product: windows
filter:
  rules:
    - whoami
  bob:
    User: bob
  condition: not bob
`
    const { found } = await run([folder({ 'a.yml': WHOAMI, 'b.yml': BRUTE, 'f.yml': filter })], lines(EVENTS))
    expect(found.map((one) => one.rule_id)).toEqual(['many'])
  })

  test('exits silently when its pipe is closed, and at once on Ctrl-C', async () => {
    const rulesAt = folder({ 'a.yml': WHOAMI })
    const file = join(
      folder({ 'e.ndjson': lines(Array.from({ length: 50_000 }, () => ({ CommandLine: 'whoami' }))) }),
      'e.ndjson',
    )
    const ended = await program.run(['rules', 'run', rulesAt, '--events', file])
    expect(ended.stdout.length).toBeGreaterThan(1024 * 1024)
    const child = spawn('sh', [
      '-c',
      '"$@" | head -n 1',
      'sh',
      ...program.command(),
      'rules',
      'run',
      rulesAt,
      '--events',
      file,
    ])
    const text = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (text.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (text.stderr += String(chunk)))
    await new Promise((resolve) => child.once('close', resolve))
    expect(text).toEqual({ stdout: expect.stringMatching(/^\{"index":0.*\}\n$/), stderr: '' })

    const waiting = spawn(program.command()[0] ?? '', [...program.command().slice(1), 'rules', 'run', rulesAt])
    waiting.stdin.write('{"CommandLine":"whoami"}\n')
    await new Promise((resolve) => waiting.stdout.once('data', resolve))
    waiting.kill('SIGINT')
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      waiting.once('close', (...how) => resolve(how)),
    )
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' })
  })
})
