import { parenthesesIn } from './parentheses.ts'
import { unquoted } from './unquoted.ts'
import { picked, slice, type Pick } from './view-text.ts'
import { VIEW_LIMITS } from './limits.ts'
import type { Range } from '../match/found.ts'
import type { Incomplete, ViewText } from '../match/view.ts'

/** A simple command: a program with its arguments, or redirections alone. */
export interface ShellCommand {
  /** What its words stand in. */
  readonly source: ViewText
  /** Without the assignments before it and without what belongs to redirections. */
  readonly words: readonly ShellWord[]
  readonly redirects: readonly Redirect[]
  /** The bodies of its here-documents. */
  readonly documents: readonly ViewText[]
}

/** Where a word stands, quotes included. */
export interface ShellWord extends Range {
  /** Its substitutions: quotes inside them are theirs. */
  readonly inner: readonly Range[]
}

export interface Redirect {
  readonly operator: string
  readonly target: ShellWord
}

/** What is shared by all scripts of an entry. */
export interface ShellWork {
  commandsLeft: number
  wordsLeft: number
  /** Characters that were looked at, those that are looked at twice twice. */
  steps: number
  incomplete: Incomplete | null
}

/**
 * The simple commands of a script for sh, bash or zsh, in the order in which they begin; those of substitutions are
 * behind the one that they are in. Reads each character a bounded number of times and never throws: what is no shell, or
 * more than the limits allow, ends the reading, and `work.incomplete` says why.
 */
export function readShell(source: ViewText, depth: number, work: ShellWork): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  new ShellReader(source, { depth, work, commands }).read()
  return commands
}

interface Draft extends ShellCommand {
  readonly words: ShellWord[]
  readonly redirects: Redirect[]
  readonly documents: ViewText[]
}

/** A here-document of which the body begins at the end of the line. */
interface Announced {
  readonly command: Draft
  readonly delimiter: ShellWord
  readonly tabs: boolean
}

interface Reading {
  readonly depth: number
  readonly work: ShellWork
  readonly commands: ShellCommand[]
}

class ShellReader {
  readonly #source: ViewText
  readonly #text: string
  readonly #work: ShellWork
  readonly #commands: ShellCommand[]
  readonly #announced: Announced[] = []
  #depth: number
  #at = 0
  #end: number
  #stopped = false
  #paired: { readonly start: number; readonly pairs: ReadonlyMap<number, number> } = { start: -WINDOW, pairs: NO_PAIRS }

  constructor(source: ViewText, { depth, work, commands }: Reading) {
    this.#source = source
    this.#text = source.text
    this.#end = source.text.length
    this.#work = work
    this.#commands = commands
    this.#depth = depth
  }

  read(): void {
    if (this.#work.steps > VIEW_LIMITS.steps) this.#stop('too_long')
    this.#list('')
  }

  #more(): boolean {
    this.#work.steps++
    return this.#at < this.#end
  }

  #stop(why: Incomplete): void {
    this.#work.incomplete ??= why
    this.#stopped = true
    this.#end = -1
  }

  /** Reads what is inside something; false where that is too deep. */
  #inside(read: () => void): void {
    if (this.#depth >= VIEW_LIMITS.depth) return this.#stop('too_deep')
    this.#depth++
    read()
    this.#depth--
  }

  /** Reads with an end before that of the text. */
  #within(end: number, read: () => void): void {
    const before = this.#end
    this.#end = Math.min(end, before)
    read()
    if (!this.#stopped) this.#end = before
  }

  /** Commands up to `close`, which stays; without one up to the end. */
  #list(close: '' | ')' | '}'): void {
    const open = { parentheses: 0, braces: 0, cases: 0 }
    while (this.#more()) {
      const character = this.#text.charAt(this.#at)
      switch (character) {
        case ' ':
        case '\t':
        case '\r':
          this.#at++
          break
        case '\n':
          this.#newline()
          break
        case '#':
          this.#comment()
          break
        case ';':
          if (/[;&]/.test(this.#text.charAt(this.#at + 1)) && open.cases > 0) this.#nextCase()
          else this.#at++
          break
        case '&':
          if (this.#text.charAt(this.#at + 1) === '>') this.#command()
          else this.#at++
          break
        case '|':
          this.#at++
          break
        case '(':
          if (this.#arithmetic(this.#at, this.#at + 2)) break
          open.parentheses++
          this.#at++
          break
        case ')':
          if (open.parentheses === 0 && close === ')') return
          open.parentheses = Math.max(0, open.parentheses - 1)
          this.#at++
          this.#tail()
          break
        default:
          if (this.#continuation()) break
          if (close === '}' && open.braces === 0 && this.#bareWord() === '}') return
          this.#reserved(open)
      }
    }
  }

  /** A command that begins with a reserved word, or another one. */
  #reserved(open: { braces: number; cases: number }): void {
    const word = this.#bareWord()
    switch (word) {
      case 'if':
      case 'then':
      case 'else':
      case 'elif':
      case 'while':
      case 'until':
      case 'do':
      case '!':
      case 'coproc':
        this.#at += word.length
        break
      case '{':
        open.braces++
        this.#at++
        break
      case 'time':
        this.#at += word.length
        this.#blanks()
        if (this.#bareWord() === '-p') this.#at += 2
        break
      case '}':
        open.braces--
        this.#at++
        this.#tail()
        break
      case 'esac':
        open.cases--
        this.#at += word.length
        this.#tail()
        break
      case 'fi':
      case 'done':
        this.#at += word.length
        this.#tail()
        break
      case 'for':
      case 'select':
        this.#at += word.length
        this.#loopHead()
        break
      case 'case':
        this.#at += word.length
        open.cases++
        this.#caseHead()
        break
      case 'function':
        this.#at += word.length
        this.#blanks()
        this.#word()
        this.#parameters()
        break
      case '[[':
        this.#test()
        break
      default:
        this.#command()
    }
  }

  /** What stands here up to a blank or an operator, where it may be a reserved word; else empty. */
  #bareWord(): string {
    let end = this.#at
    while (end < this.#end && end - this.#at <= LONGEST_RESERVED && !isMeta(this.#text.charCodeAt(end))) end++
    return this.#text.slice(this.#at, end)
  }

  #blanks(): void {
    while (this.#more()) {
      if (isBlank(this.#text.charCodeAt(this.#at))) this.#at++
      else if (!this.#continuation()) return
    }
  }

  #blankLines(): void {
    while (this.#more()) {
      const character = this.#text.charAt(this.#at)
      if (character === '\n') this.#newline()
      else if (character === '#') this.#comment()
      else if (isBlank(this.#text.charCodeAt(this.#at))) this.#at++
      else if (!this.#continuation()) return
    }
  }

  /** Passes over a line break that is none. */
  #continuation(): boolean {
    if (!this.#text.startsWith('\\\n', this.#at)) return false
    this.#at += 2
    return true
  }

  #comment(): void {
    const line = this.#text.indexOf('\n', this.#at)
    this.#jump(line < 0 ? this.#end : Math.min(line, this.#end))
  }

  #jump(to: number): void {
    this.#work.steps += Math.max(0, to - this.#at)
    this.#at = to
  }

  /** `NAME in words`, `((…;…;…))`. */
  #loopHead(): void {
    this.#blanks()
    if (this.#arithmetic(this.#at, this.#at + 2)) return
    this.#word()
    this.#blankLines()
    if (this.#bareWord() !== 'in') return
    this.#at += 2
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (isBlank(code)) this.#at++
      else if (isMeta(code)) return
      else if (!this.#continuation()) this.#word()
    }
  }

  /** `WORD in`, and the first pattern. */
  #caseHead(): void {
    this.#blanks()
    this.#word()
    this.#blankLines()
    if (this.#bareWord() === 'in') this.#at += 2
    this.#patterns()
  }

  /** `;;`, `;&`, `;;&`, and the next pattern. */
  #nextCase(): void {
    this.#at += this.#text.startsWith(';;&', this.#at) ? 3 : 2
    this.#patterns()
  }

  #patterns(): void {
    this.#blankLines()
    if (this.#bareWord() === 'esac') return
    if (this.#text.charAt(this.#at) === '(') this.#at++
    while (this.#more()) {
      const character = this.#text.charAt(this.#at)
      if (character === ')') {
        this.#at++
        return
      }
      if (character === '|' || isBlank(character.charCodeAt(0))) this.#at++
      else if (isMeta(character.charCodeAt(0))) return
      else if (!this.#continuation()) this.#word()
    }
  }

  /** `[[ … ]]`: what are operators elsewhere are parts of it. */
  #test(): void {
    this.#at += 2
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === NEWLINE) this.#newline()
      else if (isMeta(code)) this.#at++
      else if (this.#bareWord() === ']]') {
        this.#at += 2
        return this.#tail()
      } else if (!this.#continuation()) this.#word()
    }
  }

  /** The redirections behind what is no simple command. */
  #tail(): void {
    this.#simple(true)
  }

  #command(): void {
    this.#simple(false)
  }

  #simple(tail: boolean): void {
    const command: Draft = { source: this.#source, words: [], redirects: [], documents: [] }
    let kept = false
    const keep = () => {
      if (!kept) {
        kept = true
        if (this.#work.commandsLeft-- <= 0) this.#stop('too_many')
        else this.#commands.push(command)
      }
    }
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (isBlank(code)) this.#at++
      else if (this.#continuation()) continue
      else if (code === HASH) return this.#comment()
      else if (this.#redirects()) {
        keep()
        if (this.#work.wordsLeft-- <= 0) return this.#stop('too_long')
        this.#redirect(command)
      } else if (isMeta(code) && !this.#substitutes()) {
        if (code !== OPEN || !this.#parameters()) return
        // It was the name of a function: what follows is its body.
        if (command.words.length === 1 && this.#commands.at(-1) === command) {
          this.#commands.pop()
          this.#work.commandsLeft++
        }
        return
      } else if (tail) this.#word()
      else if (command.words.length === 0 && this.#assigns()) this.#word()
      else {
        keep()
        if (this.#work.wordsLeft-- <= 0) return this.#stop('too_long')
        const word = this.#word()
        if (word.end > word.start) command.words.push(word)
      }
    }
  }

  /** Passes over `()`. */
  #parameters(): boolean {
    PARAMETERS.lastIndex = this.#at
    const found = PARAMETERS.exec(this.#text)
    if (found === null || this.#at + found[0].length > this.#end) return false
    this.#jump(this.#at + found[0].length)
    return true
  }

  #assigns(): boolean {
    ASSIGNMENT.lastIndex = this.#at
    const found = ASSIGNMENT.exec(this.#text)
    this.#work.steps += found?.[0].length ?? 0
    return found !== null
  }

  /** Whether a process substitution begins here. */
  #substitutes(): boolean {
    const code = this.#text.charCodeAt(this.#at)
    return (code === LESS || code === GREATER) && this.#text.charCodeAt(this.#at + 1) === OPEN
  }

  #redirects(): boolean {
    REDIRECT.lastIndex = this.#at
    return !this.#substitutes() && REDIRECT.test(this.#text)
  }

  #redirect(command: Draft): void {
    REDIRECT.lastIndex = this.#at
    const [whole, operator = ''] = REDIRECT.exec(this.#text) ?? ['']
    this.#jump(this.#at + whole.length)
    this.#blanks()
    const target = this.#word()
    if (operator === '<<' || operator === '<<-')
      this.#announced.push({ command, delimiter: target, tabs: operator === '<<-' })
    else command.redirects.push({ operator, target })
  }

  #newline(): void {
    this.#at++
    for (const { command, delimiter, tabs } of this.#announced.splice(0)) {
      if (this.#stopped) return
      const quoted = unquoted(this.#source, delimiter).text
      const start = this.#at
      const end = this.#documentEnd(quoted, tabs)
      command.documents.push(slice(this.#source, start, end))
      if (quoted !== this.#text.slice(delimiter.start, delimiter.end)) continue
      const after = this.#at
      this.#at = start
      this.#within(end, () => this.#expansions())
      this.#at = after
    }
  }

  /** Where the body ends; the reading goes on behind the line of the delimiter. */
  #documentEnd(delimiter: string, tabs: boolean): number {
    while (this.#more()) {
      const start = this.#at
      const found = this.#text.indexOf('\n', start)
      const end = found < 0 ? this.#end : Math.min(found, this.#end)
      let from = start
      if (tabs) while (from < end && this.#text.charCodeAt(from) === TAB) from++
      this.#jump(Math.min(end + 1, this.#end))
      if (end - from === delimiter.length && this.#text.startsWith(delimiter, from)) return start
    }
    return this.#end
  }

  /** A word, which ends before the next blank or operator; a lone operator gives an empty one. */
  #word(): ShellWord {
    const start = this.#at
    const inner: Range[] = []
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      const from = this.#at
      if (code === BACKSLASH) this.#at += 2
      else if (code === QUOTE) this.#singleQuoted()
      else if (code === DOUBLE_QUOTE) this.#doubleQuoted(inner)
      else if (code === DOLLAR) this.#dollar(inner, false)
      else if (code === BACKTICK) this.#backticks(inner, false)
      else if (this.#substitutes()) {
        this.#at++
        this.#substitution(from, inner)
      } else if (code === OPEN && from > start) {
        if (!this.#grouped(this.#text.charAt(from - 1))) break
      } else if (isMeta(code)) break
      else this.#at++
    }
    return { start, end: Math.min(this.#at, this.#stopped ? this.#text.length : this.#end), inner }
  }

  /** `NAME=(…)`, `@(…)`: parentheses that belong to a word. */
  #grouped(before: string): boolean {
    if (before === '=') {
      this.#at++
      while (this.#more()) {
        const code = this.#text.charCodeAt(this.#at)
        if (code === CLOSE) {
          this.#at++
          return true
        }
        if (code === NEWLINE) this.#newline()
        else if (isMeta(code) && !this.#substitutes()) this.#at++
        else this.#element()
      }
      return true
    }
    const close = '@?*+!'.includes(before) ? this.#pair(this.#at) : -1
    if (close < 0 || close >= this.#end) return false
    this.#jump(close + 1)
    return true
  }

  /** A value of an array. It holds no other array. */
  #element(): void {
    const from = this.#at
    const inner: Range[] = []
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === BACKSLASH) this.#at += 2
      else if (code === QUOTE) this.#singleQuoted()
      else if (code === DOUBLE_QUOTE) this.#doubleQuoted(inner)
      else if (code === DOLLAR) this.#dollar(inner, false)
      else if (code === BACKTICK) this.#backticks(inner, false)
      else if (this.#substitutes()) {
        this.#at++
        this.#substitution(from, inner)
      } else if (isMeta(code)) return
      else this.#at++
    }
  }

  #singleQuoted(): void {
    const close = this.#text.indexOf("'", this.#at + 1)
    if (close < 0 || close >= this.#end) return this.#stop('unreadable')
    this.#jump(close + 1)
  }

  #doubleQuoted(inner: Range[]): void {
    this.#at++
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === DOUBLE_QUOTE) {
        this.#at++
        return
      }
      if (code === BACKSLASH) this.#at += 2
      else if (code === DOLLAR) this.#dollar(inner, true)
      else if (code === BACKTICK) this.#backticks(inner, true)
      else this.#at++
    }
    this.#stop('unreadable')
  }

  /** `$'…'`. */
  #ansiQuoted(): void {
    this.#at += 2
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      this.#at += code === BACKSLASH ? 2 : 1
      if (code === QUOTE) return
    }
    this.#stop('unreadable')
  }

  #dollar(inner: Range[], quoted: boolean): void {
    const from = this.#at
    const next = this.#text.charCodeAt(from + 1)
    if (next === QUOTE && !quoted) this.#ansiQuoted()
    else if (next === OPEN) {
      if (this.#arithmetic(from + 1, from + 3)) inner.push({ start: from, end: this.#at })
      else {
        this.#at++
        this.#substitution(from, inner)
      }
    } else if (next === OPEN_BRACE) {
      this.#inside(() => this.#parameter(quoted))
      inner.push({ start: from, end: this.#at })
    } else this.#at++
  }

  /** `(…)` of a substitution that began at `from`. */
  #substitution(from: number, inner: Range[]): void {
    this.#at++
    this.#inside(() => this.#list(')'))
    this.#closing(CLOSE)
    inner.push({ start: from, end: this.#at })
  }

  #closing(code: number): void {
    if (this.#at < this.#end && this.#text.charCodeAt(this.#at) === code) this.#at++
    else this.#stop('unreadable')
  }

  /** `${…}`; `${ …; }` runs commands. */
  #parameter(quoted: boolean): void {
    this.#at += 2
    if (/[\s|]/.test(this.#text.charAt(this.#at))) {
      this.#at++
      this.#list('}')
      return this.#closing(CLOSE_BRACE)
    }
    const inner: Range[] = []
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === CLOSE_BRACE) {
        this.#at++
        return
      }
      if (code === BACKSLASH) this.#at += 2
      else if (code === QUOTE && !quoted) this.#singleQuoted()
      else if (code === DOUBLE_QUOTE) this.#doubleQuoted(inner)
      else if (code === DOLLAR) this.#dollar(inner, quoted)
      else if (code === BACKTICK) this.#backticks(inner, quoted)
      else this.#at++
    }
    this.#stop('unreadable')
  }

  /** Passes over `((…))`, of which the inner part begins at `start`; false where it is something else. */
  #arithmetic(open: number, start: number): boolean {
    if (!this.#text.startsWith('((', open)) return false
    const close = this.#pair(open + 1)
    if (close < 0 || this.#pair(open) !== close + 1 || close + 2 > this.#end) return false
    this.#at = start
    this.#within(close, () => this.#inside(() => this.#expansions()))
    this.#at = close + 2
    return true
  }

  /** Substitutions in what is no command: arithmetic, a here-document. */
  #expansions(): void {
    const inner: Range[] = []
    while (this.#more()) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === BACKSLASH) this.#at += 2
      else if (code === DOLLAR) this.#dollar(inner, true)
      else if (code === BACKTICK) this.#backticks(inner, false)
      else this.#at++
    }
  }

  /** A command in backticks is a text of its own: backslashes before some characters are taken away first. */
  #backticks(inner: Range[], quoted: boolean): void {
    const from = this.#at++
    const parts: Pick[] = []
    let kept = this.#at
    while (this.#more() && this.#text.charCodeAt(this.#at) !== BACKTICK) {
      if (this.#text.charCodeAt(this.#at) !== BACKSLASH) {
        this.#at++
        continue
      }
      const next = this.#text.charAt(this.#at + 1)
      if ('$`\\'.includes(next) || (quoted && next === '"')) {
        parts.push({ start: kept, end: this.#at })
        kept = this.#at + 1
      }
      this.#at += 2
    }
    if (this.#at >= this.#end) return this.#stop('unreadable')
    parts.push({ start: kept, end: this.#at })
    this.#at++
    inner.push({ start: from, end: this.#at })
    this.#inside(() => {
      new ShellReader(picked(this.#source, parts), {
        depth: this.#depth,
        work: this.#work,
        commands: this.#commands,
      }).read()
    })
  }

  /** Where the parenthesis at `open` is closed; -1 for nowhere near. */
  #pair(open: number): number {
    if (open < this.#paired.start || open >= this.#paired.start + WINDOW / 2) {
      const end = Math.min(open + WINDOW, this.#text.length)
      this.#paired = { start: open, pairs: parenthesesIn(this.#text, open, end) }
      this.#work.steps += end - open
    }
    return this.#paired.pairs.get(open) ?? -1
  }
}

/** Arithmetic is shorter than half of it. What is read at once is read twice at most, however many parentheses there are. */
const WINDOW = 4_096
const NO_PAIRS: ReadonlyMap<number, number> = new Map()
const LONGEST_RESERVED = 8
const TAB = 0x09
const NEWLINE = 0x0a
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const DOLLAR = 0x24
const QUOTE = 0x27
const OPEN = 0x28
const CLOSE = 0x29
const LESS = 0x3c
const GREATER = 0x3e
const BACKSLASH = 0x5c
const BACKTICK = 0x60
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const isBlank = (code: number) => code === 0x20 || code === TAB || code === 0x0d

/** Blanks, line breaks and `;&|<>()` end a word. */
function isMeta(code: number): boolean {
  return (
    isBlank(code) ||
    code === NEWLINE ||
    code === 0x3b ||
    code === 0x26 ||
    code === 0x7c ||
    code === LESS ||
    code === GREATER ||
    code === OPEN ||
    code === CLOSE
  )
}

const PARAMETERS = /[ \t]{0,16}\([ \t]{0,16}\)/y
const ASSIGNMENT = /[A-Za-z_]\w{0,255}(?:\[(?:"[^"]{0,64}"|'[^']{0,64}'|[^\]\s"']){0,64}\])?\+?=/y
/** A descriptor, `{NAME}` among them, and the operator. */
const REDIRECT = /(?:\d{1,9}|\{[A-Za-z_]\w{0,63}\})?(&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[<>])/y
