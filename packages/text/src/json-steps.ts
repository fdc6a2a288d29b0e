import { JsonTextError } from './json-text.ts'
import { NotJson } from './not-json.ts'

/** `JSON.parse` takes about a millisecond for this many characters of the densest JSON. */
const PIECE_CHARS = 32 * 1024

export interface JsonSteps {
  /** The value that `JSON.parse` would return, or `NotJson` if the text is malformed. */
  readonly value: unknown
  /** The ranges of the first `mostElements` elements of an array. Empty for any other value. */
  readonly elements: readonly { readonly start: number; readonly end: number }[]
}

export interface JsonStepsOptions {
  /** Maximum nesting of objects and arrays. */
  readonly depth: number
  readonly mostElements?: number
  readonly pieceChars?: number
}

/**
 * `JSON.parse` for bodies of megabytes. Yields after each piece, so that the caller can release the event loop. The
 * scanner only finds where containers begin and end and where members can be split; `JSON.parse` parses, and so
 * validates, every piece. Throws `JsonTextError` (`too_deep`).
 */
export function* jsonSteps(text: string, options: JsonStepsOptions): Generator<undefined, JsonSteps> {
  try {
    return yield* steps(text, options)
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { value: new NotJson(error.message), elements: [] }
  }
}

class NotReadable extends Error {}

/** An object or array that is not closed yet. */
interface Open {
  readonly isArray: boolean
  readonly start: number
  /** Members from here on are not parsed yet. */
  from: number
  /** The start of the current member, including its key. */
  member: number
  /** Whether the current member is in `built` already, so that only whitespace may precede the next comma. */
  isTaken: boolean
  /** The members before `from`; undefined while there are none. */
  built: unknown[] | Record<string, unknown> | undefined
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const LOWER_U = 0x75
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

function* steps(
  text: string,
  { depth, mostElements = 0, pieceChars = PIECE_CHARS }: JsonStepsOptions,
): Generator<undefined, JsonSteps> {
  const elements: { start: number; end: number }[] = []
  const open: Open[] = []
  let pausedAt = 0
  for (let at = 0; at < text.length; at++) {
    if (at - pausedAt >= pieceChars) {
      pausedAt = at
      yield
    }
    const code = text.charCodeAt(at)
    const top = open.at(-1)
    if (code === QUOTE) {
      const start = at
      at = yield* closingQuote(text, start, pieceChars)
      if (at - start < LONG_STRING_PIECES * pieceChars || top === undefined || !isValueAt(text, top, start)) continue
      adopt(text, top, { start, built: yield* longString(text, { start, end: at + 1, pieceChars }) })
      top.from = at + 1
      pausedAt = at
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (open.length >= depth) {
        throw new JsonTextError('too_deep', at, `Nested more than ${depth} deep at position ${at}.`)
      }
      const next = at + 1
      open.push({ isArray: code === OPEN_ARRAY, start: at, from: next, member: next, isTaken: false, built: undefined })
    } else if (code === COMMA && top !== undefined) {
      if (top.isArray && open.length === 1 && elements.length < mostElements)
        elements.push(trimmed(text, top.member, at))
      if (top.isTaken) {
        refuseText(text, top.from, at)
        top.from = at + 1
        top.isTaken = false
      } else if (at - top.from >= pieceChars) {
        take(text, top, at)
        top.from = at + 1
        yield
      }
      top.member = at + 1
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      if (top === undefined || top.isArray !== (code === CLOSE_ARRAY)) throw wrongAt(at)
      open.pop()
      if (top.isArray && open.length === 0 && elements.length < mostElements) {
        const last = trimmed(text, top.member, at)
        if (last.end > last.start) elements.push(last)
      }
      if (top.built === undefined) {
        if (open.length > 0) continue
        refuseText(text, 0, top.start)
        refuseText(text, at + 1, text.length)
        return { value: parsed(text, top.start, at + 1, '', ''), elements }
      }
      if (top.isTaken) refuseText(text, top.from, at)
      else take(text, top, at)
      const parent = open.at(-1)
      if (parent === undefined) {
        refuseText(text, 0, top.start)
        refuseText(text, at + 1, text.length)
        return { value: top.built, elements }
      }
      adopt(text, parent, top)
      parent.from = at + 1
      yield
    }
  }
  if (open.length > 0) throw new NotReadable('it ends too early')
  return { value: parsed(text, 0, text.length, '', ''), elements: [] }
}

/** Parses the members that are not parsed yet, up to `end`. There must be at least one. */
function take(text: string, into: Open, end: number): void {
  const { isArray, from } = into
  if (isBlank(text, from, end)) throw wrongAt(end)
  merge(into, isArray ? parsed(text, from, end, '[', ']') : parsed(text, from, end, '{', '}'))
}

/** Adds a container or string that was parsed in pieces to its parent. */
function adopt(
  text: string,
  parent: Open,
  { start, built }: { readonly start: number; readonly built: unknown },
): void {
  // There is no comma between two values.
  if (parent.isTaken) throw wrongAt(start)
  if (parent.member > parent.from) {
    take(text, parent, parent.member - 1)
    parent.from = parent.member
  }
  if (parent.isArray) {
    refuseText(text, parent.from, start)
    merge(parent, [built])
  } else {
    const [key] = Object.keys(parsed(text, parent.from, start, '{', 'null}') as object)
    if (key === undefined) throw wrongAt(start)
    merge(parent, Object.fromEntries([[key, built]]))
  }
  parent.isTaken = true
}

function merge(into: Open, members: unknown): void {
  if (Array.isArray(members)) {
    const built = into.built as unknown[] | undefined
    if (built === undefined) into.built = members
    else for (const member of members) built.push(member)
    return
  }
  if (into.built === undefined) {
    into.built = members as Record<string, unknown>
    return
  }
  // Not by assignment, because `__proto__` is an ordinary name here.
  for (const [name, value] of Object.entries(members as object))
    Object.defineProperty(into.built, name, { value, writable: true, enumerable: true, configurable: true })
}

function parsed(text: string, start: number, end: number, before: string, after: string): unknown {
  try {
    return JSON.parse(`${before}${text.slice(start, end)}${after}`)
  } catch (error) {
    throw new NotReadable(reasonOf(error, start - before.length), { cause: error })
  }
}

/** The error's reason without the excerpt that V8 quotes, which may contain a secret. */
export function reasonOf(error: unknown, offset = 0): string {
  const message = error instanceof Error ? error.message : ''
  const position = /position (\d+)/.exec(message)?.[1]
  if (message.startsWith('Unexpected end')) return 'it ends too early'
  return position === undefined ? 'it is not well formed' : `it goes wrong at character ${Number(position) + offset}`
}

/** Finds the end of a string: the first quote after an even number of backslashes. */
function* closingQuote(text: string, start: number, pieceChars: number): Generator<undefined, number> {
  let pausedAt = start
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end
    while (text.charCodeAt(before - 1) === BACKSLASH) before--
    if ((end - before) % 2 === 0) return end
    if (end - pausedAt < pieceChars) continue
    pausedAt = end
    yield
  }
  throw new NotReadable('it ends too early')
}

/** Longer strings are parsed in pieces, because `JSON.parse` takes ten times as long for escapes as for other text. */
const LONG_STRING_PIECES = 4

/** Returns whether the string is a value, and not the name of a member. */
function isValueAt(text: string, { isArray, isTaken, member }: Open, start: number): boolean {
  return !isTaken && isBlank(text, member, start) === isArray
}

/** Parses the string at `[start, end)`, including quotes, in pieces. */
function* longString(
  text: string,
  { start, end, pieceChars }: { readonly start: number; readonly end: number; readonly pieceChars: number },
): Generator<undefined, string> {
  let out = ''
  for (let from = start + 1; from < end - 1;) {
    const to = Math.min(end - 1, betweenEscapes(text, from, from + pieceChars))
    out += parsed(text, from, to, '"', '"') as string
    from = to
    yield
  }
  return out
}

/** The first offset at or after `at` that is not inside an escape. `from` must not be inside one. */
function betweenEscapes(text: string, from: number, at: number): number {
  let slash = at
  // Finds the run of backslashes before `at`, or the backslash of a `\uXXXX` that extends to `at`.
  for (let back = at - 1; back >= Math.max(from, at - 5); back--) if (text.charCodeAt(back) === BACKSLASH) slash = back
  if (slash === at) return at
  while (slash > from && text.charCodeAt(slash - 1) === BACKSLASH) slash--
  let next = slash
  while (next < at) next += text.charCodeAt(next) !== BACKSLASH ? 1 : text.charCodeAt(next + 1) === LOWER_U ? 6 : 2
  return next
}

function trimmed(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to]
  while (start < end && BLANK.has(text.charCodeAt(start))) start++
  while (end > start && BLANK.has(text.charCodeAt(end - 1))) end--
  return { start, end }
}

const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

function isBlank(text: string, from: number, to: number): boolean {
  const { start, end } = trimmed(text, from, to)
  return start === end
}

function refuseText(text: string, from: number, to: number): void {
  if (!isBlank(text, from, to)) throw wrongAt(from)
}

function wrongAt(position: number): NotReadable {
  return new NotReadable(`it goes wrong at character ${position}`)
}
