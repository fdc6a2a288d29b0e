/**
 * The number of copies from the counted repetitions of a pattern, multiplied when nested: `(?:a{10}b){20}` has 200. On
 * adversarial text, any engine has to follow each of them at every character.
 */
export function regexRepeats(pattern: string): number {
  const sums = [0]
  /** The copies of the last part, whose repetition may follow. */
  let last = 0
  const close = () => {
    sums.push((sums.pop() ?? 0) + last)
    last = 0
  }
  for (let at = 0; at < pattern.length;) {
    REPETITION.lastIndex = at
    const [repetition, least = '', most = ''] = REPETITION.exec(pattern) ?? []
    if (repetition !== undefined) {
      last = Math.max(1, last) * Number(most === '' ? least : most)
      at += repetition.length
      continue
    }
    const char = pattern.charAt(at)
    if (char === ')' && sums.length > 1) {
      close()
      last = sums.pop() ?? 0
      at++
      continue
    }
    close()
    if (char === '(') sums.push(0)
    PART.lastIndex = at
    at += PART.exec(pattern)?.[0].length ?? 1
  }
  close()
  return sums.reduce((sum, one) => sum + one, 0)
}

const REPETITION = /\{(\d{1,9})(?:,(\d{0,9}))?\}\??/y
/** Matches text in which a brace is not a repetition: quoted text, an escape, a class. */
const PART = /\\Q[^]*?(?:\\E|$)|\\[xpP]\{[^}]*\}|\\[^]|\[\^?\]?(?:\\[^]|\[:[^\]]*:\]|[^\\\]])*\]?/y
