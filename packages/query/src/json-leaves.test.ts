import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLeaves, jsonStrings } from './json-leaves.ts'

function walk(value: unknown, path: string, found: [string, unknown][]): void {
  if (typeof value !== 'object' || value === null) found.push([path, value])
  else if (Array.isArray(value)) for (const item of value) walk(item, path, found)
  else for (const [key, item] of Object.entries(value)) walk(item, path === '' ? key : `${path}.${key}`, found)
}

test('the leaves equal those of JSON.parse, with the same texts', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), key, fc.constantFrom(undefined, 2), (value, name, indent) => {
      const text = JSON.stringify({ [name]: value }, undefined, indent)
      const expected: [string, unknown][] = []
      walk(JSON.parse(text), '', expected)
      const leaves = jsonLeaves(text).filter(({ type }) => type !== 'empty')
      expect(leaves.map((leaf) => [leaf.path, leaf.type === 'string' ? leaf.text : JSON.parse(leaf.text)])).toEqual(
        expected,
      )
      expect(jsonStrings(text)).toEqual(expected.map(([, leaf]) => leaf).filter((leaf) => typeof leaf === 'string'))
    }),
    { numRuns: 1_000 },
  )
})

test('duplicate keys are both returned, numbers keep their digits, and an empty object keeps its key', () => {
  expect(jsonLeaves('{"__proto__":1,"a":12345678901234567890,"a":1.50,"e":{}}')).toEqual([
    { path: '__proto__', type: 'number', text: '1' },
    { path: 'a', type: 'number', text: '12345678901234567890' },
    { path: 'a', type: 'number', text: '1.50' },
    { path: 'e', type: 'empty', text: '' },
  ])
})

test('invalid JSON ends the scan without an error', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', 'x', 'true', ' ')), (parts) => {
      const text = parts.join('')
      expect(() => [jsonLeaves(text), jsonStrings(text)]).not.toThrow()
    }),
  )
})

test('a payload of the maximum size is scanned in bounded time, whatever it contains', () => {
  for (const piece of ['[', '"', String.raw`\"`, '{"a":', String.raw`"\\\\\\`, '"a"   ']) {
    const text = piece.repeat(262_144 / piece.length)
    expect(jsonStrings(text).join('').length).toBeLessThanOrEqual(text.length)
  }
})
