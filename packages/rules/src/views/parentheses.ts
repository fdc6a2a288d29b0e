export interface Parentheses {
  /** By the place of each that is closed in the range, where that is. */
  readonly pairs: ReadonlyMap<number, number>
  /** Behind the last character that was looked at. */
  readonly end: number
}

/** What is open: its first character, and where that stands. */
interface Open {
  readonly character: string
  readonly at: number
  /** Whether commands are in it, so that there may be comments. */
  readonly hasCommands: boolean
}

/**
 * The parentheses within the one at `start` as a shell pairs them when it looks whether they are arithmetic: those in
 * quotes, in backticks and in `${…}` do not count, but for those of substitutions. Reads on until that one is closed, up to
 * `end` at most.
 */
export function parenthesesIn(text: string, start: number, end: number): Parentheses {
  const pairs = new Map<number, number>()
  const open: Open[] = []
  for (let at = start; at < end; at++) {
    const character = text.charAt(at)
    const top = open.at(-1)
    const inside = top?.character ?? '('
    const substitutes = character === '$' && /[({]/.test(text.charAt(at + 1))
    if (character === '\\') at++
    else if (character === inside && character !== '(' && character !== '{') open.pop()
    else if (inside === '`') continue
    else if (character === '`' || (character === '"' && inside !== '"'))
      open.push({ character, at, hasCommands: false })
    else if (substitutes || (character === '(' && inside === '(')) {
      if (substitutes) at++
      const hasCommands = top?.hasCommands === true || (/[$<>]/.test(text.charAt(at - 1)) && !text.startsWith('((', at))
      open.push({ character: text.charAt(at), at, hasCommands })
    } else if (inside === '"') continue
    else if (character === ')' && inside === '(') {
      const closed = open.pop()
      if (closed !== undefined) pairs.set(closed.at, at)
      if (open.length === 0) return { pairs, end: at + 1 }
    } else if (character === '}' && inside === '{') open.pop()
    else if (character === "'") at = quoteEnd(text, at, end)
    else if (character === '#' && top?.hasCommands === true && /\s/.test(text.charAt(at - 1))) {
      const line = text.indexOf('\n', at)
      at = line < 0 ? end : line
    }
  }
  return { pairs, end }
}

/** Where the quotation that begins here is closed: `'…'`, or `$'…'` in which a backslash takes the next character along. */
function quoteEnd(text: string, start: number, end: number): number {
  const isAnsi = text.charAt(start - 1) === '$'
  let at = start + 1
  while (at < end && text.charAt(at) !== "'") at += isAnsi && text.charAt(at) === '\\' ? 2 : 1
  return at
}
