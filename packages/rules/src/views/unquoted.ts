import type { ShellWord } from './shell-word.ts'
import { picked, slice, type Pick } from './view-text.ts'
import type { Range } from '../match/leaf-place.ts'
import type { ViewText } from '../match/view.ts'

/** The word as the program receives it. Expansions stay as written. */
export function unquoted(source: ViewText, { start, end, inner }: ShellWord): ViewText {
  const { text } = source
  if (!/['"\\]/.test(text.slice(start, end))) return slice(source, start, end)
  const parts: Pick[] = []
  let kept = start
  let at = start
  let next = 0
  let isQuoted = false
  /** Keeps the text before the position, and skips `count` characters. */
  const leaveOut = (count: number) => {
    if (at > kept) parts.push({ start: kept, end: at })
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
      parts.push(...ansi(text, at, close))
      kept = at = close
      leaveOut(1)
    } else if (character === '$' && !isQuoted && text.charAt(at + 1) === '"') leaveOut(1)
    else at++
  }
  at = Math.min(at, end)
  leaveOut(0)
  return picked(source, parts)
}

/** Removes backslashes before the given characters; for a line break, also removes the line break. */
export function unescaped(source: ViewText, { start, end }: Range, before: string): ViewText {
  const own = slice(source, start, end)
  const parts: Pick[] = []
  let kept = 0
  for (let at = own.text.indexOf('\\'); at >= 0; at = own.text.indexOf('\\', at + 2)) {
    const character = own.text.charAt(at + 1)
    if (character === '' || !before.includes(character)) continue
    if (at > kept) parts.push({ start: kept, end: at })
    kept = character === '\n' ? at + 2 : at + 1
  }
  if (own.text.length > kept) parts.push({ start: kept, end: own.text.length })
  return picked(own, parts)
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

/** Decodes the escapes of `$'…'`. */
function ansi(text: string, start: number, end: number): Pick[] {
  const parts: Pick[] = []
  let kept = start
  for (const found of text.slice(start, end).matchAll(ANSI)) {
    const at = start + found.index
    if (at > kept) parts.push({ start: kept, end: at })
    kept = at + found[0].length
    parts.push({ start: at, end: kept, as: escaped(found) })
  }
  if (end > kept) parts.push({ start: kept, end })
  return parts
}

function escaped([, hex, short, long, octal, control, letter = '']: RegExpExecArray): string {
  const digits = hex ?? short ?? long
  if (digits !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(digits, 16), 0x10ffff))
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8) & 0xff)
  if (control !== undefined) return String.fromCodePoint(control.charCodeAt(0) & 0x1f)
  return ANSI_LETTERS[letter] ?? letter
}
