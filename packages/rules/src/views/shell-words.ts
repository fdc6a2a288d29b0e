import { VIEW_LIMITS } from './limits.ts'
import { parenthesesIn, type Parentheses } from './parentheses.ts'
import {
  NEWLINE,
  DOUBLE_QUOTE,
  DOLLAR,
  QUOTE,
  OPEN,
  CLOSE,
  LESS,
  GREATER,
  BACKSLASH,
  BACKTICK,
  OPEN_BRACE,
  CLOSE_BRACE,
  isMeta,
} from './shell-characters.ts'
import type { ShellWord } from './shell-word.ts'
import { unescaped } from './unquoted.ts'
import type { Range } from '../match/leaf-place.ts'
import type { Incomplete, ViewText } from '../match/view.ts'

/** The work budget shared by all scripts of an entry. */
export interface ShellWork {
  commandsLeft: number
  wordsLeft: number
  /** Pipelines read so far. */
  pipelines: number
  /** UTF-16 units of the commands whose actions were read. */
  actionChars: number
  /** Characters read; a character that is read twice counts twice. */
  steps: number
  incomplete: Incomplete | null
}

export const newShellWork = (): ShellWork => ({
  commandsLeft: VIEW_LIMITS.commands,
  wordsLeft: VIEW_LIMITS.words,
  pipelines: 0,
  actionChars: 0,
  steps: 0,
  incomplete: null,
})

/** Lookahead to pair parentheses; arithmetic is shorter than half of it. Each character is looked at twice at most. */
const WINDOW = 4_096

/** Reads the words of a script. `substituted` reads the commands in them. */
export abstract class ShellWords {
  protected readonly source: ViewText
  protected readonly text: string
  protected readonly work: ShellWork
  protected depth: number
  protected at = 0
  protected end: number
  protected stopped = false
  private paired: Parentheses & { readonly start: number } = { start: 0, end: 0, pairs: new Map() }

  constructor(source: ViewText, depth: number, work: ShellWork) {
    this.source = source
    this.text = source.text
    this.end = source.text.length
    this.work = work
    this.depth = depth
  }

  /** Reads the commands of a substitution up to `close`, which it does not consume. */
  protected abstract substituted(close: ')' | '}'): void
  /** Skips a line break and the here-documents that follow it. */
  protected abstract newline(): void
  /** Reads a script that is a separate text. */
  protected abstract script(source: ViewText): void

  protected more(): boolean {
    this.work.steps++
    return this.at < this.end
  }

  protected stop(why: Incomplete): void {
    this.work.incomplete ??= why
    this.stopped = true
    this.end = -1
  }

  /** Reads a nested construct; false if the nesting is too deep. */
  protected inside(read: () => void): void {
    if (this.depth >= VIEW_LIMITS.depth) return this.stop('too_deep')
    this.depth++
    read()
    this.depth--
  }

  /** Reads with a temporary end of the text. */
  protected within(end: number, read: () => void): void {
    const before = this.end
    this.end = Math.min(end, before)
    read()
    if (!this.stopped) this.end = before
  }

  protected jump(to: number): void {
    this.work.steps += Math.max(0, to - this.at)
    this.at = to
  }

  /** Reads a word up to the next blank or operator; the word is empty at an operator. */
  protected word(mayGroup = true): ShellWord {
    const start = this.at
    const inner: Range[] = []
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      const from = this.at
      if (code === BACKSLASH) this.at += 2
      else if (code === QUOTE) this.singleQuoted()
      else if (code === DOUBLE_QUOTE) this.doubleQuoted(inner)
      else if (code === DOLLAR) this.dollar(inner, false)
      else if (code === BACKTICK) this.backticks(inner, false)
      else if (this.substitutes()) {
        this.at++
        this.substitution(from, inner)
      } else if (code === OPEN && from > start && mayGroup) {
        if (!this.grouped(this.text.charAt(from - 1))) break
      } else if (isMeta(code)) break
      else this.at++
    }
    return { start, end: Math.min(this.at, this.stopped ? this.text.length : this.end), inner }
  }

  /** Reads parentheses that belong to a word: `NAME=(…)`, `@(…)`. */
  private grouped(before: string): boolean {
    if (before === '=') {
      this.at++
      while (this.more()) {
        const code = this.text.charCodeAt(this.at)
        if (code === CLOSE) {
          this.at++
          return true
        }
        if (code === NEWLINE) this.newline()
        else if (isMeta(code) && !this.substitutes()) this.at++
        else this.word(false)
      }
      return true
    }
    const close = '@?*+!'.includes(before) ? this.pair(this.at) : -1
    if (close < 0 || close >= this.end) return false
    this.jump(close + 1)
    return true
  }

  private singleQuoted(): void {
    const close = this.text.indexOf("'", this.at + 1)
    if (close < 0 || close >= this.end) return this.stop('unreadable')
    this.jump(close + 1)
  }

  /** Reads `'…'` in `"${…}"`: quotes and braces in it are literal, but some substitutions are performed. */
  private quotedTwice(): void {
    const close = this.text.indexOf("'", ++this.at)
    if (close < 0 || close >= this.end || !/[}"`]/.test(this.text.slice(this.at, close))) return
    this.within(close, () => this.expansions())
    if (!this.stopped) this.jump(close + 1)
  }

  private doubleQuoted(inner: Range[]): void {
    this.at++
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (code === DOUBLE_QUOTE) {
        this.at++
        return
      }
      if (code === BACKSLASH) this.at += 2
      else if (code === DOLLAR) this.dollar(inner, true)
      else if (code === BACKTICK) this.backticks(inner, true)
      else this.at++
    }
    this.stop('unreadable')
  }

  /** Reads `$'…'`. */
  private ansiQuoted(): void {
    this.at += 2
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      this.at += code === BACKSLASH ? 2 : 1
      if (code === QUOTE) return
    }
    this.stop('unreadable')
  }

  private dollar(inner: Range[], quoted: boolean): void {
    const from = this.at
    const next = this.text.charCodeAt(from + 1)
    if (next === QUOTE && !quoted) this.ansiQuoted()
    else if (next === OPEN) {
      if (this.arithmetic(from + 1, from + 3)) inner.push({ start: from, end: this.at })
      else {
        this.at++
        this.substitution(from, inner)
      }
    } else if (next === OPEN_BRACE) {
      this.inside(() => this.parameter(quoted))
      inner.push({ start: from, end: this.at })
    } else this.at++
  }

  /** Reads the `(…)` of a substitution that began at `from`. */
  private substitution(from: number, inner: Range[]): void {
    this.at++
    this.inside(() => this.substituted(')'))
    this.closing(CLOSE)
    inner.push({ start: from, end: this.at })
  }

  private closing(code: number): void {
    if (this.at < this.end && this.text.charCodeAt(this.at) === code) this.at++
    else this.stop('unreadable')
  }

  /** Reads `${…}`, or `${ …; }`, which runs commands. */
  private parameter(quoted: boolean): void {
    this.at += 2
    if (/[\s|]/.test(this.text.charAt(this.at))) {
      this.at++
      this.substituted('}')
      return this.closing(CLOSE_BRACE)
    }
    const inner: Range[] = []
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (code === CLOSE_BRACE) {
        this.at++
        return
      }
      if (code === BACKSLASH) this.at += 2
      else if (code === QUOTE && quoted) this.quotedTwice()
      else if (code === QUOTE) this.singleQuoted()
      else if (code === DOUBLE_QUOTE) this.doubleQuoted(inner)
      else if (code === DOLLAR) this.dollar(inner, quoted)
      else if (code === BACKTICK) this.backticks(inner, quoted)
      else this.at++
    }
    this.stop('unreadable')
  }

  /** Skips `((…))`, whose inner part begins at `start`; false if it is something else. */
  protected arithmetic(open: number, start: number): boolean {
    if (!this.text.startsWith('((', open)) return false
    const close = this.pair(open + 1)
    if (close < 0 || this.pair(open) !== close + 1 || close + 2 > this.end) return false
    this.at = start
    this.within(close, () => this.inside(() => this.expansions()))
    this.at = close + 2
    return true
  }

  /** Reads the substitutions in arithmetic or in a here-document. */
  protected expansions(): void {
    const inner: Range[] = []
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (code === BACKSLASH) this.at += 2
      else if (code === DOLLAR) this.dollar(inner, true)
      else if (code === BACKTICK) this.backticks(inner, false)
      else this.at++
    }
  }

  /** Reads a command in backticks as a separate text, after removing the backslashes before some characters. */
  private backticks(inner: Range[], quoted: boolean): void {
    const from = this.at++
    while (this.more() && this.text.charCodeAt(this.at) !== BACKTICK)
      this.at += this.text.charCodeAt(this.at) === BACKSLASH ? 2 : 1
    if (this.at >= this.end) return this.stop('unreadable')
    const script = unescaped(this.source, { start: from + 1, end: this.at }, quoted ? '$`\\"' : '$`\\')
    this.at++
    inner.push({ start: from, end: this.at })
    this.inside(() => this.script(script))
  }

  /** The offset that closes the parenthesis at `open`; -1 if it is not within `WINDOW`. */
  private pair(open: number): number {
    const { start, end } = this.paired
    if (open < start || open >= Math.min(start + WINDOW / 2, end)) {
      this.paired = { start: open, ...parenthesesIn(this.text, open, Math.min(open + WINDOW, this.text.length)) }
      this.work.steps += this.paired.end - open
    }
    return this.paired.pairs.get(open) ?? -1
  }

  /** Whether a process substitution begins here. */
  protected substitutes(): boolean {
    const code = this.text.charCodeAt(this.at)
    return (code === LESS || code === GREATER) && this.text.charCodeAt(this.at + 1) === OPEN
  }
}
