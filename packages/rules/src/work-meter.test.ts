import { describe, expect, test } from 'vitest'
import { globFind, globOf, globTokens } from './parse/values/glob.ts'
import { compileAlternatives, compileRegex } from './regex/regex.ts'
import { metered, STEPS_PER_REPORT, type WorkMeter } from './work-meter.ts'

/** A non-repeating text of `a` and `b`, in which nearly every character leads an automaton to a new state. */
function noise(chars: number): string {
  let random = 1
  return Array.from({ length: chars }, () => {
    random = (random * 48_271) % 2_147_483_647
    return random % 2 === 0 ? 'a' : 'b'
  }).join('')
}

function counter(): WorkMeter & { readonly reports: number[]; total(): number } {
  const reports: number[] = []
  return {
    reports,
    total: () => reports.reduce((sum, steps) => sum + steps, 0),
    spend: (steps) => void reports.push(steps),
  }
}

class Stopped extends Error {}

function stopAfter(steps: number): WorkMeter {
  let left = steps
  return {
    spend(spent) {
      left -= spent
      if (left < 0) throw new Stopped()
    },
  }
}

describe('a work meter', () => {
  test('counts each character that an expression reads', () => {
    const regex = compileRegex('x+y')
    const meter = counter()
    expect(metered(meter, () => regex.test('z'.repeat(10_000)))).toBe(false)
    expect(meter.total()).toBeGreaterThanOrEqual(10_000)
    expect(meter.total()).toBeLessThan(11_000)
  })

  test('receives the steps of a long run while it lasts', () => {
    const regex = compileRegex('x+y')
    const meter = counter()
    metered(meter, () => regex.test('z'.repeat(1_000_000)))
    expect(meter.reports.length).toBeGreaterThanOrEqual(Math.floor(1_000_000 / STEPS_PER_REPORT))
    expect(Math.max(...meter.reports)).toBeLessThanOrEqual(STEPS_PER_REPORT + 100)
  })

  test('counts the construction of states in addition to characters', () => {
    const meter = counter()
    metered(meter, () => compileRegex('[ab]*a[ab]{100}c').test(noise(1_000)))
    expect(meter.total()).toBeGreaterThan(50_000)
  })

  test('counts texts scanned for values with question marks', () => {
    const glob = globOf(globTokens(`*a${'?'.repeat(50)}b*`))
    const meter = counter()
    metered(meter, () => globFind(glob, 'a'.repeat(10_000)))
    expect(meter.total()).toBeGreaterThan(10_000)
  })

  test('counts nothing after its work has ended', () => {
    const regex = compileRegex('x')
    const meter = counter()
    metered(meter, () => regex.test('abc'))
    const before = meter.total()
    regex.test('abc')
    expect(() => metered(meter, () => JSON.parse('{') as unknown)).toThrow(SyntaxError)
    regex.test('abc')
    expect(meter.total()).toBe(before)
  })

  test('nested in another one reports to both, including the step that stops the inner one', () => {
    const [outer, inner] = [counter(), counter()]
    const regex = compileRegex('x')
    regex.test('abc')
    metered(outer, () => {
      regex.test('abc')
      metered(inner, () => regex.test('abc'))
      expect(() => metered(stopAfter(1), () => regex.test('abc'))).toThrow(Stopped)
      regex.test('abc')
    })
    expect(outer.total()).toBe(4 * inner.total())
  })

  test('can stop an expression at any time without making later results wrong', () => {
    const text = `${noise(3_000)}a${'b'.repeat(12)}c`
    const expected = { start: 3_000, end: 3_014 }
    const [regex] = compileAlternatives('a[ab]{12}c', {})
    for (let steps = 0; steps < 400_000; steps = 2 * steps + 999) {
      try {
        metered(stopAfter(steps), () => [regex?.test(text), regex?.find(text), regex?.tryAt(text, 3_000)])
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
      }
      expect(regex?.find(text)).toEqual(expected)
      expect(regex?.test(text)).toBe(true)
      expect(regex?.test(noise(3_000))).toBe(false)
    }
  })
})
