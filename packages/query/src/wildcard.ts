import { spend } from '@sentinelmesh/rules/work-meter'

/**
 * Whether all of a text is as the pattern says: `*` any text, `?` one character (an emoji is one), a backslash before
 * `*`, `?` or a backslash takes their meaning away. With case. Takes at most pattern × text steps: it goes back to the
 * last `*` only, since an earlier one could gain nothing. The steps are reported to the meter in force.
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
      // Native search skips to where the literal after `*` stands next.
      const next = parts[part]
      if (typeof next === 'string') {
        const found = text.indexOf(next, at)
        if (found < 0) return false
        at = starAt = found
      }
    }
  }
}

/** What every text that the pattern matches begins with; an index can seek to it. */
export function wildcardPrefix(pattern: string): string {
  const [first] = partsOf(pattern)
  return typeof first === 'string' ? first : ''
}

/** What stands in every text that the pattern matches, in this order. */
export function wildcardLiterals(pattern: string): string[] {
  return partsOf(pattern).filter((part) => typeof part === 'string')
}

/** Far fewer than what a meter looks at the clock for, and far more than most patterns take. */
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
