/** By the place of each parenthesis where it is closed; -1 for nowhere. Those in quotes do not count. */
export function parenthesesIn(text: string): Int32Array {
  const pairs = new Int32Array(text.length).fill(-1)
  const open: number[] = []
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\' && quote !== "'") at++
    else if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(') open.push(at)
    else if (character === ')') {
      const start = open.pop()
      if (start !== undefined) pairs[start] = at
    }
  }
  return pairs
}
