import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { createAutomaton } from './automaton.ts'
import { compileAlternatives, compileRegex } from './regex.ts'
import { programOf, type RegexProgram } from './regex-program.ts'
import { createSimulation, type SimulationMode } from './simulation.ts'

const ATOMS = ['a', 'b', '.', '[ab]', '[^a]', '^', '$', 'foo', 'ä', '😀', '[😀-😂]', '[^b]', 'k', '(?i:s)']
const ESCAPES = ['b', 'B', 'w', 's', 'pL', 'n', 'A'].map((name) => `\\${name}`)
const UNITS = ['a', 'A', 'b', 'k', 'K', 's', 'ſ', 'foo', ' ', '\n', '_', 'ä', '😀', '😁', '\ud83d', '\ude00']
const atom = fc.constantFrom(...ATOMS, ...ESCAPES)
const pattern = fc.letrec<{ regex: string }>((tie) => ({
  regex: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => a + b),
    fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('regex'), fc.constantFrom('?', '*', '+', '{2}', '{0,3}', '+?', '*?')).map(([a, q]) => `(?:${a})${q}`),
  ),
})).regex
const text = fc.array(fc.constantFrom(...UNITS), { maxLength: 40 }).map((parts) => parts.join(''))

function found(re: RE2JS, where: string, from: number): { start: number; end: number } | null {
  const matcher = re.matcher(where)
  return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null
}

/** Runs only the simulation, with a pause at each character. */
function simulated(program: RegexProgram, mode: SimulationMode, where: string, from: number) {
  const simulation = createSimulation(program, mode)
  simulation.begin([program.start], from, -1)
  while (!simulation.run(where, simulation.at + 1)) continue
  return simulation.last < 0 ? null : { start: simulation.start, end: simulation.last }
}

describe('an automaton', () => {
  test('finds what the library finds, from any position', () => {
    fc.assert(
      fc.property(
        pattern,
        text,
        fc.nat(40),
        fc.boolean(),
        fc.boolean(),
        (source, where, nat, ignoreCase, multiline) => {
          const from = Math.min(nat, where.length)
          // The library may begin within a surrogate pair; our texts never do.
          fc.pre(!/^[\udc00-\udfff]/.test(where.slice(from)))
          const re = RE2JS.compile(
            source,
            (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0),
          )
          const expected = found(re, where, from)
          const program = programOf(re)
          expect(compileRegex(source, { ignoreCase, multiline }).find(where, from)).toEqual(expected)
          expect(simulated(program, 'leftmost', where, from)).toEqual(expected)
          expect(simulated(program, 'search', where, from) !== null).toBe(expected !== null)
          for (const ahead of [undefined, 1])
            expect(createAutomaton(program, 'search', ahead).run(where, from) >= 0).toBe(expected !== null)
          if (expected === null) return
          const { start } = expected
          expect(simulated(program, 'prefix', where, start)).not.toBeNull()
          expect(simulated(program, 'end', where, start)).toEqual(expected)
          for (const ahead of [undefined, 1, 2]) {
            expect(createAutomaton(program, 'prefix', ahead).run(where, start)).toBeGreaterThanOrEqual(0)
            expect(createAutomaton(program, 'end', ahead).run(where, start)).toBe(expected.end)
          }
        },
      ),
      { numRuns: 4_000 },
    )
  })

  test('returns the same result after it has dropped its states', () => {
    // Each of the 2^16 subsets of positions after an `a` is a state.
    const [alternative] = compileAlternatives('a[ab]{16}c', {})
    let random = 1
    const letters = Array.from({ length: 60_000 }, () => {
      random = (random * 48_271) % 2_147_483_647
      return random % 2 === 0 ? 'a' : 'b'
    }).join('')
    expect(alternative?.test(letters)).toBe(false)
    expect(alternative?.test(`${letters}a${'b'.repeat(16)}c`)).toBe(true)
    expect(alternative?.find(`${letters}a${'b'.repeat(16)}c`)).toEqual({ start: 60_000, end: 60_018 })
    for (let at = letters.indexOf('a'); at >= 0; at = letters.indexOf('a', at + 1))
      expect(alternative?.tryAt(letters, at)).toBeLessThan(0)
  })

  test('reports how far a failed attempt has read', () => {
    const [alternative] = compileAlternatives('ab.*c', {})
    expect(alternative?.tryAt('ab12\nabc', 0)).toBe(-5)
    expect(alternative?.tryAt('ab12\nabc', 1)).toBe(-1)
    expect(alternative?.tryAt('ab12\nabc', 5)).toBe(7)
  })

  test('finds the same by attempts at many positions as by a search', () => {
    const [alternative] = compileAlternatives('ab.*c', {})
    const where = 'ab'.repeat(2_000)
    const starts = Array.from({ length: 2_000 }, (_, index) => index * 2)
    expect(alternative?.findAt(where, starts, 0)).toBeNull()
    expect(alternative?.findAt(`${where}\nabc`, [...starts, 4_001], 0)).toEqual({ start: 4_001, end: 4_004 })
  })
})
