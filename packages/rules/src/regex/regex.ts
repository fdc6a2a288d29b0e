import { RE2JS } from 're2js'
import { createAutomaton, type Automaton } from './automaton.ts'
import type { Mode } from './simulation.ts'
import { insidePair } from '../inside-pair.ts'
import { LIMITS } from '../limits.ts'
import { sizeOfPlain } from './regex-check.ts'
import { literalsOf, splitAlternatives, type Literal } from './regex-literals.ts'
import { programOf, type RegexProgram } from './regex-program.ts'
import { regexRepeats } from './regex-repeats.ts'
import { createSimulation } from './simulation.ts'

export { metered, type WorkMeter } from '../work-meter.ts'
export type { Literal }

/**
 * A regular expression with RE2's syntax and semantics, which takes time linear in the text for any pattern. By default
 * it is case-sensitive and unanchored, `.` matches any character except `\n`, and `$` matches the end of the text.
 */
export interface Regex {
  readonly pattern: string
  /**
   * Every matching text contains, after `foldCase`, at least one literal of each list. Searching for these first avoids
   * most tests. Empty if no literal is required.
   */
  readonly requires: readonly (readonly Literal[])[]
  test(text: string): boolean
  /** The leftmost match that begins at or after `from`, in UTF-16 units. */
  find(text: string, from?: number): { start: number; end: number } | null
}

export interface RegexFlags {
  readonly ignoreCase?: boolean
  /** `^` and `$` also match at line breaks. */
  readonly multiline?: boolean
  /** `.` also matches line breaks. */
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

/** Throws `RegexError` for a pattern that `compileRegex` would reject. */
export function checkRegex(pattern: string, flags: RegexFlags = {}): void {
  checkSyntax(pattern)
  const size = sizeOfPlain(pattern)
  if (size === null || size > LIMITS.regexInstructions) compileRe2(pattern, flags)
}

/** A pattern compiled as one expression. */
export interface WholeRegex extends Regex {
  /** The most selective list of `requires`, as plain text; null if there is none. */
  readonly literals: readonly string[] | null
}

/** Throws `RegexError`. */
export function compileRegex(pattern: string, flags: RegexFlags = {}): WholeRegex {
  checkSyntax(pattern)
  const re = compileRe2(pattern, flags)
  const regex = expression(pattern, flags, () => re)
  const [best] = regex.requires
  return { ...regex, literals: best === undefined ? null : best.map(({ text }) => text) }
}

/** One top-level alternative of a pattern. */
export interface Alternative extends Regex {
  /** Every match begins with one of these; null if unknown. */
  readonly firsts: readonly Literal[] | null
  /**
   * The end of the match that begins at `start`, the place of a literal in `firsts`; otherwise `-1 - charactersRead`.
   * The caller must bound the total, because long tries at many places take quadratic time.
   */
  tryAt(text: string, start: number): number
  /** The leftmost match that begins at one of `starts`, at or after `from`. */
  findAt(text: string, starts: readonly number[], from: number): { start: number; end: number } | null
}

/**
 * Compiles each top-level alternative of a pattern as its own expression. Together they match what the pattern matches,
 * but each requires more literals. They are compiled on first use. The pattern must have passed `checkRegex`.
 */
export function compileAlternatives(pattern: string, flags: RegexFlags): Alternative[] {
  return splitAlternatives(pattern).map((part) => expression(part, flags, () => compileRe2(part, flags)))
}

function expression(pattern: string, flags: RegexFlags, compile: () => RE2JS): Alternative {
  const { search, find, tryAt, findAt } = automataOf(compile)
  return {
    pattern,
    ...literalsOf(pattern, flags.ignoreCase ?? false),
    test: (text) => search().run(text, 0) >= 0,
    find: (text, from = 0) => find(text, from),
    tryAt,
    findAt,
  }
}

/** Characters that tries at single places may read, beyond the text's length, before a full search takes over. */
export const FREE_READS = 256

/** The automata of one expression, each built on first use. */
function automataOf(compile: () => RE2JS) {
  let compiled: RegexProgram | null = null
  const program = () => (compiled ??= programOf(compile()))
  const made = new Map<Mode, Automaton>()
  const automaton = (mode: Mode) => {
    const there = made.get(mode)
    if (there !== undefined) return there
    const fresh = createAutomaton(program(), mode)
    made.set(mode, fresh)
    return fresh
  }
  const search = () => automaton('search')

  let prefix: Automaton | null = null
  const tryAt = (text: string, start: number): number => {
    if (insidePair(text, start)) return -1
    prefix ??= automaton('prefix')
    return prefix.run(text, start)
  }

  const findAt = (text: string, starts: readonly number[], from: number) => {
    const exact = automaton('end')
    let reads = FREE_READS + 2 * text.length
    for (const start of starts) {
      if (start < from) continue
      if (reads < 0) return find(text, start)
      if (insidePair(text, start)) continue
      const end = exact.run(text, start)
      if (end >= 0) return { start, end }
      reads += end
    }
    return null
  }

  /** Finds the leftmost match in one pass, regardless of the number of possible starts. */
  const leftmost = (text: string, from: number) => {
    const simulation = createSimulation(program(), 'leftmost')
    simulation.begin([program().start], from + (insidePair(text, from) ? 1 : 0), -1)
    simulation.run(text, text.length)
    const { start, last } = simulation
    return last < 0 ? null : { start, end: last }
  }

  const find = (text: string, from: number) => {
    // The leftmost match begins before the first match to end has ended.
    const known = search().run(text, from)
    if (known < 0) return null
    const exact = automaton('end')
    let reads = FREE_READS + 4 * text.length
    for (let start = from; start <= known && reads >= 0; start++) {
      if (insidePair(text, start)) continue
      const end = exact.run(text, start)
      if (end >= 0) return { start, end }
      reads += end
    }
    return leftmost(text, from)
  }
  return { search, find, tryAt, findAt }
}

function checkSyntax(pattern: string): void {
  if (pattern.length > LIMITS.regexChars)
    throw new RegexError(
      'too_large',
      `A regular expression has at most ${LIMITS.regexChars} characters (regexChars); this one has ${pattern.length}.`,
    )
  const copies = regexCopies(pattern)
  if (copies > LIMITS.regexInstructions)
    throw new RegexError(
      'too_large',
      `The repetitions and classes of this regular expression come to ${copies} copies; ${LIMITS.regexInstructions} are allowed (regexInstructions).`,
    )
  const repeats = regexRepeats(pattern)
  if (repeats > LIMITS.regexRepeats)
    throw new RegexError(
      'too_large',
      `The counted repetitions of this regular expression come to ${repeats} copies, nested ones multiplied; ${LIMITS.regexRepeats} are allowed (regexRepeats). Use smaller counts, or * and + where the count does not matter.`,
    )
  const unsupported = unsupportedIn(pattern)
  if (unsupported !== null)
    throw new RegexError(
      'unsupported',
      `${unsupported} cannot be matched in time linear in the text and is not supported.`,
    )
}

/**
 * Estimates the cost of compiling an expression: each copy of a repetition is at least one instruction, and a Unicode
 * class takes as long as about twenty.
 */
export function regexCopies(pattern: string): number {
  let copies = 0
  for (const [whole, least, most] of pattern.matchAll(/(?<!\\x)\{(\d{1,4})(?:,(\d{0,4}))?\}|\\[pP]/g))
    copies += whole.startsWith('{') ? Number(most || least) : UNICODE_CLASS_COPIES
  return copies
}
const UNICODE_CLASS_COPIES = 20

function compileRe2(pattern: string, { ignoreCase, multiline, dotAll }: RegexFlags): RE2JS {
  const flags =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  let re: RE2JS
  try {
    re = RE2JS.compile(pattern, flags)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RegexError('malformed', `This regular expression cannot be read: ${reason}.`)
  }
  const size = re.programSize()
  if (size > LIMITS.regexInstructions)
    throw new RegexError(
      'too_large',
      `This regular expression compiles to ${size} instructions; ${LIMITS.regexInstructions} are allowed (regexInstructions).`,
    )
  return re
}

/** The name of the first construct that no linear-time engine supports, or null. */
function unsupportedIn(pattern: string): string | null {
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '\\') {
      at++
      const reference = /^(?:[1-9]|[kg](?=[<{'\d-]))/.exec(pattern.slice(at, at + 2))?.[0]
      if (!inClass && reference !== undefined) return `The back-reference \\${reference}`
      if (pattern.charAt(at) === 'Q') at = Math.max(at, (pattern.indexOf('\\E', at) + 1 || pattern.length) - 1)
    } else if (inClass) inClass = char !== ']'
    else if (char === '[') {
      inClass = true
      // A closing bracket right after the opening one, or after its `^`, is a character of the class.
      if (pattern.charAt(at + 1) === '^') at++
      if (pattern.charAt(at + 1) === ']') at++
    } else if (char === '(' && pattern.charAt(at + 1) === '?') {
      const kind = /^\?(?:<?[=!]|>|\(|R|&|P[=>])/.exec(pattern.slice(at + 1, at + 4))?.[0]
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
  '?&': 'The recursion',
  '?P>': 'The recursion',
  '?P=': 'The back-reference',
}
