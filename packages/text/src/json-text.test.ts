import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compact,
  elements,
  JsonTextError,
  leaves,
  members,
  scan,
  scanInSteps,
  sourcePositions,
  type Visitor,
} from './json-text.ts'

const bounds = { depth: 64 }
const brief = (text: string) => leaves(text, bounds).map(({ pointer, text, type }) => [pointer, text, type])

describe('leaves', () => {
  test('have pointers, their unescaped text, and their position in the source', () => {
    const text = ' {"a~/b": [1, "x\\u00e9\\n", {"": null}], "t": true}'
    expect(brief(text)).toEqual([
      ['/a~0~1b/0', '1', 'number'],
      ['/a~0~1b/1', 'xé\n', 'string'],
      ['/a~0~1b/2/', 'null', 'null'],
      ['/t', 'true', 'boolean'],
    ])
    expect(leaves(text, bounds).map(({ start, end }) => text.slice(start, end))).toEqual([
      '1',
      '"x\\u00e9\\n"',
      'null',
      'true',
    ])
  })

  test('keep what objects lose: duplicate keys, prototype names, digits', () => {
    expect(brief('{"a":1,"a":2,"__proto__":{"x":12345678901234567890.10}}')).toEqual([
      ['/a', '1', 'number'],
      ['/a', '2', 'number'],
      ['/__proto__/x', '12345678901234567890.10', 'number'],
    ])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('include a lone value, but nothing of empty containers', () => {
    expect(brief('"x"')).toEqual([['', 'x', 'string']])
    expect(brief('[[], {}]')).toEqual([])
  })

  test('are bounded in depth, and a limit of a million levels does not exhaust the stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(() => leaves(deep, bounds)).toThrow(expect.objectContaining({ code: 'too_deep', position: 64 }))
    expect(leaves(deep, { depth: 1_000_000 })).toEqual([])
  })

  test.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '01',
    '1.',
    '+1',
    'nul',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    '"a',
    '1 2',
    "'a'",
    '[1 2]',
    '{"a" 1}',
    '\u00a01',
    'NaN',
    '-',
  ])('malformed text is refused with its position: %j', (text) => {
    expect(() => leaves(text, bounds)).toThrow(JsonTextError)
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
  })

  test('agree with JSON.parse for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const parsed = JSON.parse(text) as unknown
        const found = leaves(JSON.stringify(parsed, null, indent), bounds)
        const expected: string[] = []
        const walk = (value: unknown): void => {
          if (value !== null && typeof value === 'object') Object.values(value).forEach(walk)
          else expected.push(typeof value === 'string' ? value : JSON.stringify(value))
        }
        walk(parsed)
        expect(found.map((leaf) => leaf.text)).toEqual(expected)
      }),
    )
  })

  test('have a source position for each character of a string', () => {
    const text = '"a\\u0041\\n\\\\b"'
    expect(sourcePositions(text, 0, [0, 1, 2, 3, 4, 5])).toEqual([1, 2, 8, 10, 12, 13])
  })
})

test('members of an object keep their raw text, duplicates included', () => {
  const text = '{ "payload" : {"x": [1.0]} , "id":"7", "id": null }'
  expect(members(text, bounds).map(({ name, type, start, end }) => [name, type, text.slice(start, end)])).toEqual([
    ['payload', 'object', '{"x": [1.0]}'],
    ['id', 'string', '"7"'],
    ['id', 'null', 'null'],
  ])
  expect(() => members('[1]', bounds)).toThrow(JsonTextError)
})

test('elements of an array keep their raw text', () => {
  const text = '[ {"a":1}, [2] ,3]'
  expect(elements(text, bounds).map(({ start, end }) => text.slice(start, end))).toEqual(['{"a":1}', '[2]', '3'])
  expect(elements('[]', bounds)).toEqual([])
})

test('compact text loses only whitespace outside of strings', () => {
  expect(compact('{ "a b" : [ 1 ,\n"c \\" d" ] }')).toBe('{"a b":[1,"c \\" d"]}')
})

function orNull(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return null
  }
}

test('long strings end where `JSON.parse` ends them, with the same content', () => {
  const pieces = fc.constantFrom(
    'a'.repeat(31),
    'b'.repeat(32),
    'c'.repeat(65),
    '\\"',
    '\\\\',
    '\\u0041',
    '\\n',
    '\n',
    '"',
    '\\',
    'é',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = `["${parts.join('')}"]`
      expect(orNull(() => leaves(text, bounds).map((leaf) => leaf.text))).toEqual(orNull(() => JSON.parse(text)))
    }),
    { seed: 6, numRuns: 3_000 },
  )
})

describe('a scan in steps', () => {
  /** Calls of a visitor, and the error that ended the scan. */
  function heard(run: (visitor: Visitor) => void): unknown[] {
    const calls: unknown[] = []
    try {
      run({
        open: (array, at) => void calls.push(['open', array, at]),
        close: (array, end) => void calls.push(['close', array, end]),
        key: (...place) => void calls.push(['key', ...place]),
        leaf: (...place) => void calls.push(['leaf', ...place]),
      })
    } catch (error) {
      calls.push(String(error))
    }
    return calls
  }

  test('makes the same calls as a single scan, including errors', () => {
    const text = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"a"', ':', ',', '1', ' '), maxLength: 20 }),
    )
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (json, stepChars) => {
        const inSteps = heard((visitor) => void [...scanInSteps(json, 3, visitor, stepChars)])
        expect(inSteps).toEqual(heard((visitor) => scan(json, 3, visitor)))
      }),
      { seed: 5, numRuns: 2_000 },
    )
  })

  test('pauses after each step', () => {
    const silent = { open() {}, close() {}, key() {}, leaf() {} }
    expect([...scanInSteps(`[${'1,'.repeat(1_000)}1]`, 3, silent, 100)]).toHaveLength(20)
  })
})
