import * as fc from 'fast-check'
import { sharedLines } from '@sentinelmesh/test-inputs'
import { describe, expect, test } from 'vitest'
import { Document, parseAllDocuments } from 'yaml'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import { lintRules, LIMITS, readRules, type Problem, type ProblemCode } from '../src/index.ts'
import { aRule } from './entries.ts'

const RULE = aRule('  s:\n    payload: x\n  condition: s', 'id: good\nname: good_name\n')
const read = (...texts: readonly string[]) =>
  readRules(texts.map((text, index) => ({ file: `${index + 1}.yml`, text })))
const codesOf = (problems: readonly Problem[]) => problems.map(({ code }) => code)
const counter = (name: string, rules: readonly string[]) =>
  `title: ${name}\nname: ${name}\nid: ${name}-id\ncorrelation:\n  type: event_count\n  rules:\n${rules.map((rule) => `    - ${rule}\n`).join('')}  timespan: 5m\n  condition:\n    gte: 2\n`

describe('documents', () => {
  test('one bad document never stops the others', () => {
    const { rules, documents, problems } = read(`a: [\n---\n${RULE}\n---\n- list\n---\n...\n---\n# nothing\n`)
    expect(rules.map(({ id }) => id)).toEqual(['good'])
    expect(documents).toBe(3)
    expect(codesOf(problems)).toEqual(['yaml_syntax', 'not_a_map'])
  })

  test('the hash of a document does not depend on its position in a file', () => {
    const [alone, among] = [read(`\n${RULE}`).rules[0], read(`a: b\n---\n${RULE}`).rules[0]]
    expect(among?.hash).toBe(alone?.hash)
    expect(among?.text).toBe(`\n${RULE}`)
  })

  test('a problem has its position in the file, not in the document', () => {
    const [problem] = read(
      `${RULE}---\n${RULE.replace('payload:', 'payload|neqq:').replaceAll('good', 'other')}`,
    ).problems
    expect(problem).toMatchObject({
      file: '1.yml',
      range: { line: 16, column: 5, endLine: 16, endColumn: 17 },
      path: 'detection.s.payload|neqq',
      code: 'unknown_modifier',
      severity: 'error',
      mend: 'Write "neq".',
      ruleId: 'other',
    })
  })

  test('all problems of a document are reported, not only the first', () => {
    const text = aRule("  s:\n    a|containz: x\n    b|re: '('\n    c: []\n  condition: s and t", 'level: huge\n')
    expect(codesOf(read(text).problems)).toEqual([
      'unknown_modifier',
      'bad_regex',
      'empty_value',
      'unknown_identifier',
      'bad_metadata',
    ])
  })

  test('a problem with a word in a condition has the position of that word', () => {
    const [problem] = read(aRule('  select:\n    a: x\n  condition: not (select or selekt)')).problems
    expect(problem).toMatchObject({
      code: 'unknown_identifier',
      range: { line: 7, column: 29, endColumn: 35 },
      mend: 'Write "select".',
    })
  })

  test('an empty file is a problem', () => {
    expect(codesOf(read('', '# only a comment\n').problems)).toEqual(['not_a_map', 'not_a_map'])
  })

  test('a key that is not a string is a syntax error', () => {
    expect(codesOf(read('? [a]\n: b\n').problems)).toEqual(['yaml_syntax'])
  })

  test('a file with Windows line endings is parsed with the same line numbers', () => {
    const { rules, problems } = read(
      RULE.replaceAll('\n', '\r\n'),
      RULE.replace('payload:', 'payload|x:').replaceAll('\n', '\r\n'),
    )
    expect(rules).toHaveLength(1)
    expect(problems).toMatchObject([{ range: { line: 6, column: 5 } }])
  })

  test('the same text with different placeholders is a different rule', () => {
    const text = aRule("  s:\n    payload|expand: '%names%'\n  condition: s")
    const [one, two] = ['a', 'b'].map(
      (value) => readRules([{ file: null, text }], { placeholders: new Map([['names', [value]]]) }).rules[0],
    )
    expect(one?.id).toBe(two?.id)
    expect(one?.hash).not.toBe(two?.hash)
  })
})

describe('documents that refer to each other', () => {
  test('names and ids share one namespace across all files, in any order', () => {
    const { correlations, problems } = read(counter('k', ['good']), counter('m', ['good_name', 'k-id']), RULE)
    expect(problems).toEqual([])
    expect(correlations.map(({ rules }) => rules)).toEqual([['good'], ['good_name', 'k-id']])
  })

  test('every correlation in a cycle is rejected, as are its dependents, and no others', () => {
    const { correlations, problems } = read(
      RULE,
      [
        counter('a', ['b']),
        counter('b', ['c']),
        counter('c', ['a', 'good']),
        counter('d', ['a']),
        counter('e', ['good']),
      ].join('---\n'),
    )
    expect(correlations.map(({ name }) => name)).toEqual(['e'])
    expect(problems.map(({ code, ruleId }) => `${code} ${ruleId ?? ''}`)).toEqual([
      'correlation_cycle a-id',
      'correlation_cycle b-id',
      'correlation_cycle c-id',
      'unknown_rule d-id',
    ])
    expect(problems[3]?.message).toBe('"a" is a correlation that was refused.')
  })

  test('correlations that depend on a rejected rule, directly or indirectly, are rejected', () => {
    const { correlations, problems } = read(`title: x\nname: x\n---\n${counter('a', ['x'])}---\n${counter('b', ['a'])}`)
    expect(correlations).toEqual([])
    expect(codesOf(problems)).toEqual(['missing_logsource', 'missing_detection', 'unknown_rule', 'unknown_rule'])
  })

  test('a misspelled reference has a suggested fix', () => {
    expect(read(RULE, counter('k', ['good_nam'])).problems).toMatchObject([
      { code: 'unknown_rule', path: 'correlation.rules[0]', mend: 'Write "good_name".' },
    ])
  })

  test.each<[string, ProblemCode, string, string]>([
    ['an unknown key', 'bad_correlation', 'correlation.groupby', '  groupby: [a]'],
    [
      'a field without a value_ type',
      'bad_correlation',
      'correlation.condition.field',
      '  condition: {field: a, gte: 1}',
    ],
    ['a generate that is not a boolean', 'bad_correlation', 'correlation.generate', '  generate: often'],
    ['aliases that are not a map', 'bad_correlation', 'correlation.aliases', '  aliases: [a]'],
    ['no threshold', 'bad_correlation', 'correlation.condition', '  condition: {}'],
  ])('a correlation is rejected for %s', (_, code, path, line) => {
    const text = counter('k', ['good'])
    const key = line.trim().split(':')[0] ?? ''
    const changed = text.includes(`  ${key}:`)
      ? text.replace(new RegExp(`^  ${key}:.*\\n(?: {4}.*\\n)*`, 'm'), line)
      : `${text}${line}\n`
    expect(read(RULE, changed).problems).toMatchObject([{ code, path, severity: 'error' }])
  })

  test('a rule referenced by its id and by its name is one rule', () => {
    expect(read(RULE, counter('k', ['good', 'good_name'])).problems).toMatchObject([
      { code: 'bad_correlation', path: 'correlation.rules' },
    ])
  })
})

describe('hostile sources are rejected in bounded time, with a position and a message', () => {
  const many = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index))
  const cases: readonly (readonly [what: string, code: ProblemCode, text: string])[] = [
    ['a value of 10 MiB', 'too_large', `title: ${'x'.repeat(10 * 1024 * 1024)}`],
    ['a file of 17 MiB', 'too_large', '#'.repeat(17 * 1024 * 1024)],
    ['a file of too many documents', 'too_large', '---\na\n'.repeat(LIMITS.documentsPerSource + 1)],
    ['ten thousand brackets', 'too_large', `title: t\na: ${'['.repeat(10_000)}`],
    ['ten thousand nested maps', 'too_large', `a: ${'{a: '.repeat(10_000)}`],
    ['ten thousand nested lists', 'too_large', '- '.repeat(10_000)],
    [
      'ten thousand parentheses',
      'condition_syntax',
      aRule(`  s: {a: b}\n  condition: ${'('.repeat(10_000)}s${')'.repeat(10_000)}`),
    ],
    ['ten thousand nots', 'condition_syntax', aRule(`  s: {a: b}\n  condition: ${'not '.repeat(10_000)}s`)],
    [
      '"all of them" ten thousand times',
      'condition_syntax',
      aRule(`  s: {a: b}\n  t: {a: b}\n  condition: ${many(10_000, () => 'all of them').join(' or ')}`),
    ],
    ['a pattern that selects nothing', 'empty_selector', aRule('  s: {a: b}\n  condition: 1 of x*')],
    [
      'aliases that expand exponentially where they are read',
      'too_large',
      `x: &a [1,2,3,4,5,6,7,8,9]\ny: &b {${many(400, (n) => `k${n}: *a`).join(', ')}}\n${aRule(`  s: [${many(400, () => '*b').join(', ')}]\n  condition: s`)}`,
    ],
    ['an alias that contains itself', 'yaml_syntax', `title: t\na: &a [*a]`],
    ['bytes that are not UTF-8', 'invalid_utf8', new TextDecoder().decode(new Uint8Array([0x61, 0x3a, 0x20, 0xff]))],
    [
      'endless question marks',
      'too_large',
      aRule(`  s:\n    a|contains: '${'a?'.repeat(LIMITS.questionMarks + 1)}'\n  condition: s`),
    ],
    ['placeholders that multiply', 'too_large', aRule(`  s:\n    a|expand: '${'%n%'.repeat(12)}'\n  condition: s`)],
    [
      'a chain of correlations',
      'too_large',
      [...many(LIMITS.correlationDepth + 2, (n) => counter(`k${n}`, [n === 0 ? 'good' : `k${n - 1}`])), RULE].join(
        '---\n',
      ),
    ],
    [
      'a cycle of two thousand correlations',
      'correlation_cycle',
      many(2_000, (n) => counter(`k${n}`, [`k${(n + 1) % 2_000}`])).join('---\n'),
    ],
    ['two thousand unknown names', 'unknown_rule', many(2_000, (n) => counter(`k${n}`, [`q${n}`])).join('---\n')],
    [
      'a thousand wrong modifiers',
      'unknown_modifier',
      aRule(`  s:\n${many(1_000, (n) => `    f${n}|nosuch: x`).join('\n')}\n  condition: s`),
    ],
  ]
  test.each(cases)('%s: %s', (_, code, text) => {
    const { problems } = readRules([{ file: 'bad.yml', text }], { placeholders: new Map([['n', ['1', '2', '3']]]) })
    const first = problems.find((problem) => problem.code !== 'bad_metadata')
    expect(first).toMatchObject({ code, file: 'bad.yml', severity: 'error' })
    expect(first?.message).toMatch(/^["A-Z].*\.$/s)
    expect(first?.range.line).toBeGreaterThan(0)
  })

  test('the number of reported problems per document is limited', () => {
    const text = aRule(`  s:\n${many(1_000, (n) => `    f${n}|nosuch: x`).join('\n')}\n  condition: s`)
    expect(read(text).problems).toHaveLength(LIMITS.problemsPerDocument)
  })

  test('a list of 4,432 values and a text of 200,000 characters load', () => {
    const list = many(4_432, (n) => `      - 'SHA256=${n.toString(16).padStart(40, '0')}'`).join('\n')
    const { rules, problems } = read(aRule(`  s:\n    Hashes|contains:\n${list}\n  condition: s`))
    expect(problems).toEqual([])
    expect(rules[0]?.text.length).toBeGreaterThan(200_000)
  })

  test('aliases that expand exponentially in unread keys cost nothing', () => {
    const bomb = `x0: &x0 [1, 1]\n${many(20, (n) => `x${n + 1}: &x${n + 1} [${many(9, () => `*x${n}`).join(', ')}]`).join('\n')}\n`
    expect(read(`${bomb}${RULE}`).rules).toHaveLength(1)
  })
})

/** A value of any type, to replace another one. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    Infinity,
    '',
    '*',
    'selection',
    '%x%',
    [],
    {},
    [null],
    [[]],
    [{}],
    { a: null },
    { '': '' },
  ),
  fc.string({ maxLength: 8 }),
  fc.dictionary(
    fc.constantFrom('type', 'rules', 'condition', 'field|re', '|all', 'gte', 's'),
    fc.constantFrom<unknown>('a', 1, [], {}, null),
    { maxKeys: 3 },
  ),
)

/** Replaces a part of the value. The numbers choose which. */
function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || value === null || typeof value !== 'object') return by
  const keys = Object.keys(value)
  const key = keys[step % Math.max(keys.length, 1)]
  if (key === undefined) return by
  const changed = replaced((value as Record<string, unknown>)[key], rest, by)
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? changed : item))
  return { ...value, [key]: changed }
}

const CORPUS = [
  ...BUILTIN_RULES.map(({ text }) => text),
  ...['load_cases', 'correlation_cases', 'filter_cases'].flatMap((name) =>
    sharedLines<{ yaml?: string; rules?: string }>(`sigma/${name}.jsonl`).map(({ yaml, rules }) => yaml ?? rules ?? ''),
  ),
]
  .filter((text) => text.length < 10_000 && !text.includes('&a'))
  .map((text) => parseAllDocuments(text, { logLevel: 'silent' }))
  .filter((documents) => Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0))
  .map((documents) => [...documents].map((document) => document.toJS() as unknown))

test('for any values in a document, parsing never throws, and every document loads or has an error', () => {
  const mutated = fc.tuple(
    fc.constantFrom(...CORPUS),
    fc.array(fc.tuple(fc.array(fc.nat(7), { maxLength: 5 }), anything), { minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(mutated, ([documents, changes]) => {
      const made = changes.reduce<unknown>((value, [path, by]) => replaced(value, path, by), documents)
      const text = (Array.isArray(made) ? made : [made]).map((value) => new Document(value).toString()).join('---\n')
      const library = readRules([{ file: null, text }])
      const loaded = library.rules.length + library.correlations.length + library.filters.length
      const errors = library.problems.filter(({ severity }) => severity === 'error')
      expect(loaded).toBeLessThanOrEqual(library.documents)
      expect(errors.length > 0).toBe(loaded < library.documents || library.documents === 0)
      expect(lintRules([{ file: null, text }]).length).toBeGreaterThanOrEqual(library.problems.length)
    }),
    { seed: 3, numRuns: 600 },
  )
}, 60_000)
