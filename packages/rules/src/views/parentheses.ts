export interface Parentheses {
  /** Maps the offset of each opening parenthesis to that of its closing one, if that is in the range. */
  readonly pairs: ReadonlyMap<number, number>
  /** The offset after the last character that was read. */
  readonly end: number
}

/** An open bracket or quote: its first character and its offset. */
interface Open {
  readonly character: string
  readonly at: number
  /** Whether it contains commands, and so may contain comments. */
  readonly hasCommands: boolean
}

/**
 * Pairs the parentheses within the one at `start`, as a shell does to detect arithmetic. Ignores those in quotes, in
 * backticks and in `${…}`, except for substitutions. Reads until the first one is closed, or up to `end`.
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

/** The offset at which the quotation that begins here is closed: `'…'`, or `$'…'`, in which a backslash escapes. */
function quoteEnd(text: string, start: number, end: number): number {
  const isAnsi = text.charAt(start - 1) === '$'
  let at = start + 1
  while (at < end && text.charAt(at) !== "'") at += isAnsi && text.charAt(at) === '\\' ? 2 : 1
  return at
}
