/**
 * By the place of each parenthesis of the range where it is closed; of those that are not closed in it there is none. What
 * stands in single quotes and comments does not count.
 */
export function parenthesesIn(text: string, start: number, end: number): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  let quote = ''
  for (let at = start; at < end; at++) {
    const character = text.charAt(at)
    if (character === '\\' && quote !== "'") at++
    else if (character === "'" || character === '"') {
      if (quote === '') quote = character
      else if (quote === character) quote = ''
    } else if (quote === "'") continue
    else if (character === '#' && quote === '' && at > start && /\s/.test(text.charAt(at - 1))) {
      const line = text.indexOf('\n', at)
      at = line < 0 ? end : line
    } else if (character === '(') open.push(at)
    else if (character === ')') {
      const opened = open.pop()
      if (opened !== undefined) pairs.set(opened, at)
    }
  }
  return pairs
}
