import { describe, expect, test } from 'vitest'
import { QUERY_LIMITS } from './limits.ts'
import { parse, parseStrict } from './parse.ts'
import { print } from './print.ts'
import { QueryError } from './problem.ts'
import { linearRegex } from './regex.ts'

const printed = (text: string) => print(parseStrict(text))

describe('a query', () => {
  test('combines clauses with AND, OR, negation and parentheses', () => {
    expect(printed('a  b OR c -d')).toBe('a b OR c -d')
    expect(printed('a AND (b OR NOT c)')).toBe('a (b OR -c)')
    expect(printed('(a OR b) OR c')).toBe('(a OR b) OR c')
    expect(printed('((a))')).toBe('a')
    expect(printed('-(a b)')).toBe('-(a b)')
    expect(printed('  ')).toBe('')
  })
  test('accepts comparisons with and without the colon', () => {
    expect(printed('risk>=60')).toBe('risk:>=60')
    expect(printed('risk:<5 risk=7')).toBe('risk:<5 risk:7')
    expect(printed('risk:60..79 risk:60.. risk:..79')).toBe('risk:60..79 risk:>=60 risk:<=79')
    expect(printed('level>=high band:<medium')).toBe('level:>=high band:<medium')
    expect(printed('time>-15m timestamp:2026-04-14')).toBe('at:>-15m at:2026-04-14')
    expect(printed('attributes.tokens>100')).toBe('attributes.tokens:>100')
  })
  test('treats wildcards literally only in quotation marks or after a backslash', () => {
    expect(parseStrict('sender:agent.*')).toMatchObject({ value: { type: 'pattern', pattern: 'agent.*' } })
    expect(parseStrict('sender:"agent.*"')).toMatchObject({ value: { type: 'exact', text: 'agent.*' } })
    expect(parseStrict(String.raw`sender:agent.\*`)).toMatchObject({ value: { type: 'exact', text: 'agent.*' } })
  })
  test('treats URLs, paths, command flags, ports and code comparisons as text', () => {
    const texts = [
      'https://evil.example/?q=1',
      String.raw`C:\Windows`,
      '--no-verify',
      'api.example:443',
      'x>=5',
      '/etc/passwd',
      '12:30',
      'id=5',
    ]
    for (const text of texts)
      expect({ text, ...parse(text) }).toMatchObject({ text, ast: { type: 'words' }, problems: [] })
  })
  test('keeps a regular expression as written, with slashes unescaped', () => {
    expect(parseStrict(String.raw`payload:/a\/b c\\/i`)).toMatchObject({
      value: { type: 'regex', source: String.raw`a/b c\\`, flags: 'i' },
    })
  })
  test('states the position of each part in UTF-16 units', () => {
    const text = '😀 -sender:"a b" (x OR y)'
    expect(parseStrict(text)).toMatchObject({
      of: [
        { start: 0, end: 2 },
        { start: 3, end: 16 },
        { start: 17, end: 25 },
      ],
    })
    expect(text.slice(3, 16)).toBe('-sender:"a b"')
  })
})

describe('a problem', () => {
  const one = (text: string) => {
    const { problems } = parse(text, { regex: linearRegex })
    expect({ text, count: problems.length }).toEqual({ text, count: 1 })
    const [problem] = problems
    // A proposal must be valid.
    if (problem?.proposal !== undefined)
      expect(parse(text.slice(0, problem.start) + problem.proposal + text.slice(problem.end)).problems).toEqual([])
    return { at: text.slice(problem?.start, problem?.end), message: problem?.message, proposal: problem?.proposal }
  }
  test('underlines a mistyped field and proposes the closest one', () => {
    expect(one('a sendr:x')).toEqual({
      at: 'sendr',
      message: 'There is no field “sendr”. Did you mean sender?',
      proposal: 'sender',
    })
    expect(one('attribute.x:1')).toMatchObject({ at: 'attribute', proposal: 'attributes' })
  })
  test('proposes quotation marks if no field is similar', () => {
    expect(one('localhost:8080')).toMatchObject({ at: 'localhost:8080', proposal: '"localhost:8080"' })
    expect(one('say"hi"')).toMatchObject({ at: 'say"hi"', proposal: String.raw`"say\"hi\""` })
    expect(one('context:/home/me')).toMatchObject({ at: '/home/me', proposal: '"/home/me"' })
    expect(one('payload:/home')).toMatchObject({ at: '/home', proposal: '"/home"' })
    expect(one('sender:>x')).toMatchObject({ proposal: 'sender:">x"' })
  })
  test('states the values that a field accepts', () => {
    expect(one('risk:>=600')).toEqual({ at: '600', message: 'risk takes a number from 0 to 100.', proposal: '100' })
    expect(one('risk:high')).toMatchObject({ at: 'high', message: 'risk takes a number from 0 to 100.' })
    expect(one('kind:Tool_Result')).toMatchObject({ at: 'Tool_Result', proposal: 'tool_result' })
    expect(one('kind:>prompt')).toMatchObject({ message: expect.stringContaining('no order') })
    expect(one('kind:x*')).toMatchObject({ message: expect.stringContaining('kind takes message') })
    expect(one('at:2026-02-30')).toMatchObject({ message: expect.stringContaining('-15m') })
    expect(one('has:payload')).toMatchObject({ message: expect.stringContaining('has takes receiver') })
    expect(one('risk:79..60')).toMatchObject({ at: '79..60', proposal: '60..79' })
    expect(one('attributes.n:>many')).toMatchObject({ message: 'A comparison of an attribute takes a number.' })
    expect(one('sender.x:1')).toMatchObject({ at: 'sender.x', proposal: 'sender' })
    expect(one('attributes:x')).toMatchObject({ message: expect.stringContaining('attributes needs a key') })
    expect(one('sender: x')).toMatchObject({ at: 'sender:', message: expect.stringContaining('needs a value') })
  })
  test('underlines unclosed, empty or dangling syntax', () => {
    expect(one('a "b')).toMatchObject({ at: '"b', proposal: '"b"' })
    expect(one('"a"b')).toMatchObject({ at: '"a"', proposal: '"a" ' })
    expect(one('(a')).toMatchObject({ at: '(' })
    expect(one('a)')).toMatchObject({ at: ')', proposal: '' })
    expect(one('()')).toMatchObject({ at: '()' })
    for (const text of ['OR', 'a OR', 'OR a', 'a OR OR b', '(a OR)'])
      expect(one(text)).toMatchObject({ proposal: '"OR"' })
    for (const text of ['AND', 'a AND', 'AND a', 'a AND OR b']) expect(one(text)).toMatchObject({ proposal: '"AND"' })
    expect(one('a -')).toMatchObject({ at: '-' })
    expect(one('-OR a')).toBeDefined()
  })
  test('reports a regular expression that cannot run in linear time if there is an engine', () => {
    expect(one('payload:/(?=x)/')).toMatchObject({ at: '/(?=x)/', message: expect.stringContaining('linear') })
    expect(parse('payload:/(?=x)/').problems).toEqual([])
    expect(one('payload:/x/g')).toMatchObject({ at: '/x/g', message: expect.stringContaining('i, m or s') })
  })
  test('is thrown by `parseStrict`, with all others', () => {
    expect(() => parseStrict('sendr:x risk:x')).toThrow(QueryError)
    expect(() => parseStrict('sendr:x risk:x')).toThrow('There is no field “sendr”.')
  })
})

describe('the limits of a query', () => {
  const messages = (text: string) => parse(text).problems.map(({ message }) => message)
  test('apply to length, nesting, clauses and regular expressions, and are named', () => {
    expect(messages('x'.repeat(QUERY_LIMITS.chars + 1))).toEqual([
      `A query has at most ${QUERY_LIMITS.chars} characters.`,
    ])
    expect(messages('('.repeat(QUERY_LIMITS.nesting + 1))).toContain(
      `A query has at most ${QUERY_LIMITS.nesting} parentheses and minus signs within each other.`,
    )
    expect(messages('x '.repeat(QUERY_LIMITS.clauses + 1))).toEqual([
      `A query has at most ${QUERY_LIMITS.clauses} clauses.`,
    ])
    expect(messages('payload:/x/ '.repeat(QUERY_LIMITS.regexes + 1))).toEqual([
      `A query has at most ${QUERY_LIMITS.regexes} regular expressions.`,
    ])
  })
  test.each([
    '(',
    ')',
    '-(',
    '"',
    String.raw`"\\`,
    'OR ',
    'a:',
    '-NOT ',
    String.raw`\\`,
    String.raw`payload:/\\`,
    'x"',
    'a.',
    'attributes."',
  ])('bound the number of problems for a repeated %j', (piece) => {
    const text = piece.repeat(QUERY_LIMITS.chars).slice(0, QUERY_LIMITS.chars)
    expect(parse(text).problems.length).toBeLessThanOrEqual(QUERY_LIMITS.problems)
  })
})
