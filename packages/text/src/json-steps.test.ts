import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elements as elementsOf, JsonTextError } from './json-text.ts'
import { jsonSteps } from './json-steps.ts'
import { NotJson } from './not-json.ts'

function read(text: string, options: { depth?: number; pieceChars?: number } = {}) {
  const steps = jsonSteps(text, { depth: 100, mostElements: 1_000, pieceChars: 8, ...options })
  let pauses = 0
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return { ...step.value, pauses }
    pauses++
  }
}

/** JSON as people and programs write it: with whitespace, escapes, and keys that are special in JavaScript. */
const text = fc
  .tuple(
    fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, true, 0, -1.5e3, '', '"', '\\', '\\"', '],[', '},{', '\u2028', '\ud800'),
        fc.string(),
        fc.string({
          unit: fc.constantFrom('a', '"', '\\', '\n', '\u0001', '\ud83d', '\ude00', 'u0041'),
          maxLength: 80,
        }),
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__', 'constructor', ',"'), tie('value'), {
          noNullPrototype: true,
        }),
      ),
    })).value,
    fc.constantFrom('', ' ', '\t', '\n  '),
  )
  .map(([value, blanks]) => `${blanks}${JSON.stringify(value, null, blanks)}${blanks}`)

const damaged = fc
  .tuple(
    text,
    fc.nat(),
    fc.nat({ max: 2 }),
    fc.constantFrom('', ',', ':', '[', ']', '{', '}', '"', '\\', '1', ' ', 'null'),
  )
  .map(([whole, at, gone, put]) => {
    const start = at % (whole.length + 1)
    return whole.slice(0, start) + put + whole.slice(start + gone)
  })

/** Describes a value by its own members and their order, for comparison. */
const shown = (value: unknown) => (value instanceof NotJson ? 'malformed' : JSON.stringify(value))

function plain(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return new NotJson('')
  }
}

describe('JSON that is parsed in pieces', () => {
  test.each([
    ['valid', text],
    ['damaged', damaged],
  ])('has the same result as JSON.parse: %s texts', (_, texts) => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 64 }), (json, pieceChars) => {
        expect(shown(read(json, { pieceChars }).value)).toBe(shown(plain(json)))
      }),
      { seed: 11, numRuns: 3_000 },
    )
  })

  test('pauses within a string, however many escapes it has', () => {
    const pieceChars = 32 * 1024
    for (const unit of ['"', '\n', '\u0001', '\\', 'x']) {
      const value = { before: 1, text: unit.repeat(40 * pieceChars), after: [2] }
      const json = JSON.stringify(value)
      const { value: found, pauses } = read(json, { pieceChars })
      expect(found).toEqual(value)
      expect(pauses).toBeGreaterThan(json.length / pieceChars / 2)
    }
  })

  test('gives the positions of its elements', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 1, max: 64 }), (items, pieceChars) => {
        const json = ` [${items.join(',')}] `
        const expected = elementsOf(json, { depth: 100 }).map(({ start, end }) => ({ start, end }))
        expect(read(json, { pieceChars }).elements).toEqual(expected)
      }),
      { seed: 11, numRuns: 500 },
    )
  })

  test('pauses after each piece, whatever it contains', () => {
    const pieceChars = 1_000
    const many = 64 * pieceChars
    for (const json of [
      `[${'1,'.repeat(many / 2)}1]`,
      `{"a":{"b":[${'{"c":"d"},'.repeat(many / 10)}{}]}}`,
      `[${`"${'x'.repeat(pieceChars)}",`.repeat(63)}1]`,
      ' '.repeat(many),
      `{${'"a":[],'.repeat(many / 7)}"b":1}`,
    ])
      expect(read(json, { pieceChars }).pauses).toBeGreaterThanOrEqual(60)
  })

  test('reports the position of an error, and quotes no content', () => {
    const { value } = read(`[${'1,'.repeat(50)}{"secret" 1}]`)
    expect(value).toBeInstanceOf(NotJson)
    expect((value as NotJson).reason).toBe('it goes wrong at character 111')
    expect((read('[1,2').value as NotJson).reason).toBe('it ends too early')
  })

  test('is refused if it nests too deep, before it takes memory', () => {
    expect(() => read('['.repeat(1_000_000), { depth: 64 })).toThrow(JsonTextError)
  })
})
