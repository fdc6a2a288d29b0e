import { RE2JS } from 're2js'
import { LIMITS } from './limits.ts'
import { firstLiterals, requiredLiterals, splitAlternatives, type Literal } from './regex-literals.ts'

export type { Literal }

/**
 * Regular expressions in time linear in the text, whatever the pattern: RE2's syntax and meaning. Case-sensitive and
 * unanchored; `.` is any character but `\n`; `$` is the end of the text.
 */
export interface Regex {
  readonly pattern: string
  /**
   * Each text that matches holds, in the form of `foldCase`, at least one literal of each of these lists. Looking for
   * them first is what makes most tests free. Empty where nothing can be said.
   */
  readonly requires: readonly (readonly Literal[])[]
  /** The list of them that says most, as plain text; null where nothing can be said. */
  readonly literals: readonly string[] | null
  test(text: string): boolean
  /** The leftmost match that begins at `from` or later, in UTF-16 units. */
  find(text: string, from?: number): { start: number; end: number } | null
}

export interface RegexFlags {
  readonly ignoreCase?: boolean
  /** `^` and `$` at line breaks too. */
  readonly multiline?: boolean
  /** `.` is any character, line breaks included. */
  readonly dotAll?: boolean
}

export class RegexError extends Error {
  override readonly name = 'RegexError'
  constructor(
    readonly code: 'unsupported' | 'malformed' | 'too_large',
    message: string,
  ) {
    super(message)
  }
}

/** Throws `RegexError`. */
export function compileRegex(pattern: string, flags: RegexFlags = {}): Regex {
  checkRegex(pattern)
  return uncheckedRegex(pattern, flags)
}

function uncheckedRegex(pattern: string, flags: RegexFlags): Regex {
  const re = compileRe2(pattern, flags)
  const requires = requiredLiterals(pattern, flags.ignoreCase ?? false)
  return {
    pattern,
    requires,
    literals: literalsOf(requires),
    test: (text) => re.test(text),
    find(text, from = 0) {
      const matcher = re.matcher(text)
      return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null
    },
  }
}

/** One alternative of a pattern. */
export interface Alternative extends Regex {
  /** Each match begins with one of these; null where that is not known. */
  readonly firsts: readonly Literal[] | null
  /** Whether it can run on over any text; if not, it gives up soon where it does not match. */
  readonly gappy: boolean
  /** Whether a match begins exactly at `at`, where one of `firsts` must stand. */
  testAt(text: string, at: number): boolean
  /** The end of the match that begins at `at`; -1 where none does. */
  endAt(text: string, at: number): number
}

/**
 * A pattern as one expression for each of its alternatives at the top: together they match where the pattern does, and
 * each requires more. They are compiled when first used. The pattern must have passed `compileRegex`.
 */
export function compileAlternatives(pattern: string, flags: RegexFlags): Alternative[] {
  return splitAlternatives(pattern).map((part) => {
    let free: Regex | null = null
    let anchored: Regex | null = null
    const compiled = () => (free ??= compileRegex(part, flags))
    const fixed = () => (anchored ??= uncheckedRegex(`\\A(?:${part})`, flags))
    const requires = requiredLiterals(part, flags.ignoreCase ?? false)
    return {
      pattern: part,
      requires,
      literals: literalsOf(requires),
      firsts: firstLiterals(part, flags.ignoreCase ?? false),
      gappy: /(?:\.|\]|\\[A-Zw])[*+]/.test(part.replaceAll('[\\s', 'x')) || /\[\^[^\]]*\]\{/.test(part),
      test: (text) => compiled().test(text),
      find: (text, from) => compiled().find(text, from),
      testAt: (text, at) => fixed().test(text.slice(at)),
      endAt(text, at) {
        const found = fixed().find(text.slice(at))
        return found === null ? -1 : at + found.end
      },
    }
  })
}

function literalsOf([best]: readonly (readonly Literal[])[]): string[] | null {
  return best === undefined ? null : best.map(({ text }) => text)
}

function checkRegex(pattern: string): void {
  if (pattern.length > LIMITS.regexChars)
    throw new RegexError(
      'too_large',
      `A regular expression has at most ${LIMITS.regexChars} characters (regexChars); this one has ${pattern.length}.`,
    )
  const unsupported = unsupportedIn(pattern)
  if (unsupported !== null)
    throw new RegexError(
      'unsupported',
      `${unsupported} cannot be matched in time linear in the text and is not supported.`,
    )
}

function compileRe2(pattern: string, { ignoreCase, multiline, dotAll }: RegexFlags): RE2JS {
  const flags =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  let re: RE2JS
  try {
    re = RE2JS.compile(pattern, flags)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new RegexError('malformed', `This regular expression cannot be read: ${said}.`)
  }
  const size = re.programSize()
  if (size > LIMITS.regexInstructions)
    throw new RegexError(
      'too_large',
      `This regular expression compiles to ${size} instructions; ${LIMITS.regexInstructions} are allowed (regexInstructions).`,
    )
  return re
}

/** The name of the first construct that no linear-time engine has, or null. */
function unsupportedIn(pattern: string): string | null {
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '\\') {
      at++
      if (!inClass && /[1-9]/.test(pattern.charAt(at))) return `The back-reference \\${pattern.charAt(at)}`
      if (!inClass && /^k[<{']/.test(pattern.slice(at, at + 2))) return 'The back-reference \\k'
      if (pattern.charAt(at) === 'Q') at = Math.max(at, (pattern.indexOf('\\E', at) + 1 || pattern.length) - 1)
    } else if (inClass) inClass = char !== ']'
    else if (char === '[') {
      inClass = true
      // A bracket right behind the opening one, or behind its `^`, is a character of the class.
      if (pattern.charAt(at + 1) === '^') at++
      if (pattern.charAt(at + 1) === ']') at++
    } else if (char === '(' && pattern.charAt(at + 1) === '?') {
      const kind = /^\?(?:<?[=!]|>|\(|R|&)/.exec(pattern.slice(at + 1, at + 4))?.[0]
      if (kind !== undefined) return `${GROUP_NAMES[kind] ?? 'The group'} (${kind}…)`
    }
  }
  return null
}

const GROUP_NAMES: Readonly<Partial<Record<string, string>>> = {
  '?=': 'The look-ahead',
  '?!': 'The look-ahead',
  '?<=': 'The look-behind',
  '?<!': 'The look-behind',
  '?>': 'The atomic group',
  '?(': 'The conditional group',
  '?R': 'The recursion',
}
