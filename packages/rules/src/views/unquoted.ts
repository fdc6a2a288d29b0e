import type { ShellWord } from './read-shell.ts'
import { decoded, joined, slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

/** The word as the program gets it, its expansions as they are written. */
export function unquoted(source: ViewText, { start, end, inner }: ShellWord): ViewText {
  const { text } = source
  if (!/['"\\]/.test(text.slice(start, end))) return slice(source, start, end)
  const parts: ViewText[] = []
  let kept = start
  let at = start
  let next = 0
  let isQuoted = false
  /** Keeps what stands before, and leaves out so many characters. */
  const leaveOut = (count: number) => {
    if (at > kept) parts.push(slice(source, kept, at))
    at = Math.min(at + count, end)
    kept = at
  }
  while (at < end) {
    while ((inner[next]?.end ?? Infinity) <= at) next++
    const substitution = inner[next]
    const character = text.charAt(at)
    if (substitution !== undefined && substitution.start <= at) at = Math.min(substitution.end, end)
    else if (character === '"') {
      isQuoted = !isQuoted
      leaveOut(1)
    } else if (character === '\\') {
      const escaped = text.charAt(at + 1)
      if (escaped === '\n') leaveOut(2)
      else {
        if (!isQuoted || '$`"\\'.includes(escaped)) leaveOut(1)
        at += isQuoted && kept !== at ? 2 : 1
      }
    } else if (character === "'" && !isQuoted) {
      leaveOut(1)
      at = closing(text, at, end)
      leaveOut(1)
    } else if (character === '$' && !isQuoted && text.charAt(at + 1) === "'") {
      leaveOut(2)
      const close = ansiEnd(text, at, end)
      parts.push(...ansi(source, at, close))
      kept = at = close
      leaveOut(1)
    } else if (character === '$' && !isQuoted && text.charAt(at + 1) === '"') leaveOut(1)
    else at++
  }
  at = Math.min(at, end)
  leaveOut(0)
  return joined(parts)
}

function closing(text: string, from: number, end: number): number {
  const found = text.indexOf("'", from)
  return found < 0 || found > end ? end : found
}

function ansiEnd(text: string, from: number, end: number): number {
  let at = from
  while (at < end && text.charAt(at) !== "'") at += text.charAt(at) === '\\' ? 2 : 1
  return Math.min(at, end)
}

const ANSI = /\\(?:x([\da-f]{1,2})|u([\da-f]{1,4})|U([\da-f]{1,8})|([0-7]{1,3})|c(.)|(.))/gis
const ANSI_LETTERS: Readonly<Partial<Record<string, string>>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** What `$'…'` means. */
function ansi(source: ViewText, start: number, end: number): ViewText[] {
  const parts: ViewText[] = []
  let kept = start
  for (const found of source.text.slice(start, end).matchAll(ANSI)) {
    const [whole, hex, short, long, octal, control, letter = ''] = found
    const at = start + found.index
    if (at > kept) parts.push(slice(source, kept, at))
    kept = at + whole.length
    const digits = hex ?? short ?? long
    const code =
      digits === undefined
        ? octal === undefined
          ? null
          : Number.parseInt(octal, 8) & 0xff
        : Number.parseInt(digits, 16)
    const character =
      control !== undefined
        ? String.fromCharCode(control.charCodeAt(0) & 0x1f)
        : code === null
          ? (ANSI_LETTERS[letter] ?? letter)
          : String.fromCodePoint(Math.min(code, 0x10ffff))
    parts.push(decoded(character, slice(source, at, kept)))
  }
  if (end > kept) parts.push(slice(source, kept, end))
  return parts
}
