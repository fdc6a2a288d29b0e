import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Payload } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'
import { beginning, partsOf } from './cut-payload.ts'

const stringsOf = ({ type, text }: Payload) =>
  type === 'text' ? [text] : leaves(text, { depth: 300 }).map((leaf) => leaf.text)
/** Payloads of type `json` whose text is not valid JSON. */
const brokenOf = (payloads: readonly Payload[]) => payloads.filter(({ type, text }) => type === 'json' && !isJson(text))
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
const bytesOf = ({ text }: Payload) => Buffer.byteLength(text)

/** Texts with parts that are easy to cut wrongly: surrogate pairs, escapes, quotes and backslashes. */
const text = fc
  .array(fc.constantFrom('a', 'é', '€', '😀', '"', '\\', '\n', '\u0001', '{', ','), { maxLength: 200 })
  .map((parts) => parts.join(''))
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', maxDepth: 5 },
    text,
    fc.integer(),
    fc.constantFrom(true, null, {}, []),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', '"q"', '__proto__', '😀'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value
const asWritten = fc.tuple(value, fc.boolean()).map(([json, escaped]): Payload => {
  const written = JSON.stringify(json)
  const units = (all: string) => all.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return { type: 'json', text: escaped ? written.replace(/[^\x20-\x7e]/gu, (char) => units(char).join('')) : written }
})
const payloads = fc.oneof(
  asWritten,
  text.map((plain): Payload => ({ type: 'text', text: plain })),
)

describe('the beginning of a payload', () => {
  test('stays within the byte limit, is JSON if the payload was, and splits no character', () => {
    fc.assert(
      fc.property(payloads, fc.integer({ min: 258, max: 800 }), (payload, most) => {
        const cut = beginning(payload, most)
        expect(bytesOf(cut)).toBeLessThanOrEqual(most)
        expect(brokenOf([cut])).toEqual([])
        const [whole, left] = [stringsOf(payload), stringsOf(cut)]
        for (const [index, part] of left.entries()) {
          expect(part.isWellFormed()).toBe(true)
          expect(cut.type !== payload.type || whole[index]?.startsWith(part)).toBe(true)
        }
        expect(cut === payload || bytesOf(payload) > most).toBe(true)
      }),
      { seed: 11, numRuns: 2_000 },
    )
  })

  test('keeps the text before the cut unchanged', () => {
    const written = `{ "name": "Bash", "big": 12345678901234567890, "big": 1.0, "command": "${'x'.repeat(1_000)}" }`
    const { text: cut } = beginning({ type: 'json', text: written }, 600)
    expect(cut.startsWith(written.slice(0, 300))).toBe(true)
    expect(leaves(cut, { depth: 2 }).map(({ pointer }) => pointer)).toEqual(['/name', '/big', '/big', '/command'])
  })

  test.each([
    ['two escapes of one character', String.raw`\ud83d\ude00`],
    ['two backslashes before a lookalike of an escape', String.raw`\\ud83d\ude00`],
    ['escapes of every kind', String.raw`\\\n\u0041\"`],
  ])('is cut before or after %s, never within', (_what, escaped) => {
    const written = `"${escaped.repeat(60)}"`
    const whole = JSON.parse(written) as string
    for (let most = 258; most < 300; most++) {
      const left = JSON.parse(beginning({ type: 'json', text: written }, most).text) as string
      expect(whole.startsWith(left)).toBe(true)
      expect(left.isWellFormed() || !whole.isWellFormed()).toBe(true)
    }
  })

  test('is text for a lone number, and an empty object if the name alone is over the limit', () => {
    expect(beginning({ type: 'json', text: '1'.repeat(900) }, 600)).toEqual({ type: 'text', text: '1'.repeat(600) })
    expect(beginning({ type: 'json', text: `{"${'k'.repeat(900)}":"v"}` }, 600)).toEqual({ type: 'json', text: '{}' })
  })
})

describe('the parts of a payload', () => {
  const SIZES = { units: 60, overlap: 20, head: 8 }

  test('of JSON are JSON, and any substring that fits the overlap is whole in one of them', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const parts = [...partsOf(payload, SIZES)]
        expect(brokenOf(parts)).toEqual([])
        const found = parts.flatMap(stringsOf)
        for (const whole of stringsOf(payload)) {
          // An escape makes a character up to six times as long.
          const needle = 3
          for (let at = 0; at + needle <= whole.length; at++) {
            const sought = whole.slice(at, at + needle)
            expect(!sought.isWellFormed() || found.some((part) => part.includes(sought))).toBe(true)
          }
        }
      }),
      { seed: 13, numRuns: 500 },
    )
  })

  test.each(['[NUMBER]', '{"a":NUMBER}', '{"KEY":1}', '[[[],NUMBER],"x"]', '{"a":[],"KEY":{"KEY":"b"}}', 'NUMBER'])(
    'are JSON even if a number or a name is longer than a part: %s',
    (pattern) => {
      const text = pattern.replaceAll('NUMBER', '1'.repeat(200)).replaceAll('KEY', 'k'.repeat(200))
      expect(brokenOf([...partsOf({ type: 'json', text }, SIZES)])).toEqual([])
    },
  )

  test('repeat the beginning of the payload', () => {
    const written = `{"name":"Write","arguments":{"content":"${'x'.repeat(400)} evil ${'y'.repeat(400)}"}}`
    const parts = [...partsOf({ type: 'json', text: written }, { units: 100, overlap: 20, head: 20 })]
    const withEvil = parts.filter((part) => part.text.includes(' evil '))
    expect(withEvil.length).toBeGreaterThan(0)
    for (const part of withEvil) {
      const at = leaves(part.text, { depth: 4 }).map(({ pointer, text: leaf }) => [pointer, leaf.slice(0, 5)])
      expect(at[0]).toEqual(['/name', 'Write'])
      expect(at.at(-1)?.[0]).toBe('/arguments/content')
    }
  })
})
