import { describe, expect, test } from 'vitest'
import { metered } from '../work-meter.ts'
import { compileAlternatives, compileRegex } from './regex.ts'

/** A non-periodic text of `a` and `b`. */
function noise(chars: number): string {
  let random = 1
  return Array.from({ length: chars }, () => {
    random = (random * 48_271) % 2_147_483_647
    return random % 2 === 0 ? 'a' : 'b'
  }).join('')
}

function stepsOf(work: () => unknown): number {
  let steps = 0
  metered({ spend: (spent) => void (steps += spent) }, work)
  return steps
}

const repeated = (unit: string) => (chars: number) => unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars)

/** Patterns and texts made to be expensive: many states, many overlapping starts, long counted repetitions. */
const HOSTILE: readonly (readonly [pattern: string, text: (chars: number) => string])[] = [
  ['[ab]*a[ab]{300}c', noise],
  ['a[ab]{16}c', noise],
  ['(?:a?){200}[ab]{200}c', noise],
  ['(?i)(?:[ab]|ab){0,300}[abk]{300}c', noise],
  ['(a|b|ab|ba|aba)*(a|b){60}cc', noise],
  [String.raw`(?:\w+\W+){3,24}\d{3}q`, repeated('abc def, ghi 12 jk; ')],
  [String.raw`(?:\pL+\s){5,60}\pN{50}`, repeated('straße über 12 ')],
  ['a.{0,200}b.{0,200}c', noise],
  ['(.*)(.*)(.*)(.*)x', noise],
  [String.raw`\b(?:a|b)+\b.{0,100}$q`, repeated('ab ba\n')],
]

describe('the work of an expression', () => {
  test('equals that of a simulation on a text that leads to a new state at each character', () => {
    const steps = stepsOf(() => compileRegex('[ab]*a[ab]{300}c').test(noise(16 * 1024)))
    // Some 160 of its 605 instructions are live at a time.
    expect(steps).toBeLessThan(16 * 1024 * 400)
  })

  test.each(HOSTILE)('of %s grows linearly with the text', (pattern, text) => {
    const [half, whole] = [4_096, 8_192].map((chars) => {
      const regex = compileRegex(pattern)
      return stepsOf(() => [regex.test(text(chars)), regex.find(text(chars))])
    })
    expect((whole ?? 0) / (half ?? 0)).toBeLessThanOrEqual(2.2)
  })

  test.each(HOSTILE)('of %s does not accumulate across uses', (pattern, text) => {
    const regex = compileRegex(pattern)
    const first = stepsOf(() => regex.test(text(4_096)))
    for (let round = 0; round < 3; round++) expect(stepsOf(() => regex.test(text(4_096)))).toBeLessThan(1.5 * first)
  })

  test('to find a match with many candidate starts is linear', () => {
    const [half, whole] = [8_192, 16_384].map((chars) => {
      const [regex] = compileAlternatives('a[ab]*c|[ab]{2,900}d', {})
      const where = `${'a'.repeat(chars)}bd`
      return stepsOf(() => expect(regex?.find(where)).toBeNull())
    })
    expect((whole ?? 0) / (half ?? 0)).toBeLessThanOrEqual(2.2)
    const late = compileRegex('a[ab]*c|ad')
    const found = [8_192, 16_384].map((chars) =>
      stepsOf(() => expect(late.find(`${'a'.repeat(chars)}d`)).toEqual({ start: chars - 1, end: chars + 1 })),
    )
    expect((found[1] ?? 0) / (found[0] ?? 0)).toBeLessThanOrEqual(2.2)
  })
})
