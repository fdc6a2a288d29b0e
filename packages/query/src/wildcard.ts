import { spend } from '@sentinelmesh/rules/work-meter'

/**
 * Returns a case-sensitive test of whether the pattern matches a whole text. `*` matches any text, `?` one character
 * (an emoji is one), and a backslash escapes `*`, `?` or a backslash. Takes at most pattern × text steps, because it
 * only backtracks to the last `*`; an earlier one cannot help. Reports the steps to the current meter.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern)
  return (text) => {
    let steps = 0
    let at = 0
    let part = 0
    let starPart = -1
    let starAt = 0
    for (;;) {
      const wanted = parts[part]
      steps += typeof wanted === 'string' ? 1 + (wanted.length >> 4) : 1
      if (steps > STEPS_PER_REPORT) {
        spend(steps)
        steps = 0
      }
      if (wanted === STAR) {
        starPart = part++
        starAt = at
        continue
      }
      if (wanted === undefined && at === text.length) return true
      if (wanted === ONE && at < text.length) {
        at += isPair(text, at) ? 2 : 1
        part++
        continue
      }
      if (typeof wanted === 'string' && text.startsWith(wanted, at)) {
        at += wanted.length
        part++
        continue
      }
      if (starPart < 0 || starAt >= text.length) return false
      part = starPart + 1
      at = ++starAt
      // `indexOf` skips to the next occurrence of the literal after `*`.
      const next = parts[part]
      if (typeof next === 'string') {
        const found = text.indexOf(next, at)
        if (found < 0) return false
        at = starAt = found
      }
    }
  }
}

/** The literal prefix of all matching texts, which an index can seek to. */
export function wildcardPrefix(pattern: string): string {
  const [first] = partsOf(pattern)
  return typeof first === 'string' ? first : ''
}

/** The literals that every matching text contains, in this order. */
export function wildcardLiterals(pattern: string): string[] {
  return partsOf(pattern).filter((part) => typeof part === 'string')
}

/** Far fewer steps than between a meter's checks of the clock, and far more than most patterns take. */
const STEPS_PER_REPORT = 4_096

const STAR = 0
const ONE = 1
type Part = string | typeof STAR | typeof ONE

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  let literal = ''
  const end = () => {
    if (literal !== '') parts.push(literal)
    literal = ''
  }
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '*' || char === '?') {
      end()
      if (char === '?') parts.push(ONE)
      else if (parts.at(-1) !== STAR) parts.push(STAR)
    } else if (char === '\\' && /^[*?\\]/.test(pattern.charAt(at + 1))) {
      literal += pattern.charAt(++at)
    } else literal += char
  }
  end()
  return parts
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xff_ff
}
