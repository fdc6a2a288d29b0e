import { VIEW_LIMITS } from './limits.ts'
import { NEWLINE, HASH, OPEN, isBlank, isMeta } from './shell-characters.ts'
import { ShellDocuments } from './shell-documents.ts'
import type { ShellWord } from './shell-word.ts'
import type { ShellWork } from './shell-words.ts'
import type { ViewText } from '../match/view.ts'

/** A simple command: a program with its arguments, or only redirections. */
export interface ShellCommand {
  /** The text that contains its words. */
  readonly source: ViewText
  /** Commands that a pipe or a substitution connects have the same number. */
  readonly pipeline: number
  /** The assignments before its words, such as `NAME=value`. */
  readonly assignments: readonly ShellWord[]
  /** Without the assignments before it and without the words of redirections. */
  readonly words: readonly ShellWord[]
  readonly redirects: readonly Redirect[]
  /** The bodies of its here-documents. */
  readonly documents: readonly ViewText[]
}

export interface Redirect {
  readonly operator: string
  readonly target: ShellWord
}

/**
 * Parses a script for sh, bash or zsh into its simple commands, in the order in which they begin; those in a
 * substitution follow the command that contains it. Reads each character a bounded number of times and never throws:
 * text that is not shell or exceeds a limit ends the parse, and `work.incomplete` has the reason.
 */
export function readShell(source: ViewText, depth: number, work: ShellWork): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  new ShellReader(source, { depth, work, commands }).read()
  return commands
}

interface Draft extends ShellCommand {
  readonly assignments: ShellWord[]
  readonly words: ShellWord[]
  readonly redirects: Redirect[]
  readonly documents: ViewText[]
}

interface Reading {
  readonly depth: number
  readonly work: ShellWork
  readonly commands: ShellCommand[]
}

class ShellReader extends ShellDocuments {
  private readonly commands: ShellCommand[]
  /** The number of the pipeline that the last command belongs to. */
  private pipeline = 0
  /** Whether the next command belongs to it, too. */
  private isPiped = false
  /** Whether it reads a substitution, whose commands belong to the pipeline of the command that contains it. */
  private isSubstituted = false

  constructor(source: ViewText, { depth, work, commands }: Reading) {
    super(source, depth, work)
    this.commands = commands
  }

  read(): void {
    if (this.work.steps > VIEW_LIMITS.steps) this.stop('too_long')
    this.list('')
  }

  protected override substituted(close: ')' | '}'): void {
    const { pipeline, isSubstituted } = this
    this.isSubstituted = true
    this.apart(() => this.list(close))
    this.isSubstituted = isSubstituted
    this.pipeline = pipeline
    this.isPiped = false
  }

  /** Reads commands up to `close`, which it does not consume, or up to the end. */
  private list(close: '' | ')' | '}'): void {
    const open = { parentheses: 0, braces: 0, cases: 0 }
    while (this.more()) {
      const character = this.text.charAt(this.at)
      switch (character) {
        case ' ':
        case '\t':
          this.at++
          break
        case '\n':
          this.newline()
          break
        case '#':
          this.comment()
          break
        case ';':
          if (/[;&]/.test(this.text.charAt(this.at + 1)) && open.cases > 0) this.nextCase()
          else this.at++
          break
        case '&':
          if (this.text.charAt(this.at + 1) === '>') this.command()
          else this.at++
          break
        case '|':
          this.isPiped = this.text.charAt(this.at + 1) !== '|'
          this.at += /[|&]/.test(this.text.charAt(this.at + 1)) ? 2 : 1
          break
        case '(':
          if (this.arithmetic(this.at, this.at + 2)) break
          open.parentheses++
          this.at++
          break
        case ')':
          if (open.parentheses === 0 && close === ')') return
          open.parentheses = Math.max(0, open.parentheses - 1)
          this.at++
          this.tail()
          break
        default:
          if (this.continuation()) break
          if (close === '}' && open.braces === 0 && this.bareWord() === '}') return
          this.reserved(open)
      }
    }
  }

  /** Reads a command, which may begin with a reserved word. */
  private reserved(open: { braces: number; cases: number }): void {
    const word = this.bareWord()
    switch (word) {
      case 'if':
      case 'then':
      case 'else':
      case 'elif':
      case 'while':
      case 'until':
      case 'do':
      case '!':
        this.at += word.length
        break
      case 'coproc':
        this.at += word.length
        COPROC_NAME.lastIndex = this.at
        this.jump(this.at + (COPROC_NAME.exec(this.text)?.[0].length ?? 0))
        break
      case '{':
        open.braces++
        this.at++
        break
      case 'time':
        this.at += word.length
        this.blanks()
        while (/^(?:-p|--)$/.test(this.bareWord())) {
          this.at += 2
          this.blanks()
        }
        break
      case '}':
        open.braces--
        this.at++
        this.tail()
        break
      case 'esac':
        open.cases--
        this.at += word.length
        this.tail()
        break
      case 'fi':
      case 'done':
        this.at += word.length
        this.tail()
        break
      case 'for':
      case 'select':
        this.at += word.length
        this.loopHead()
        break
      case 'case':
        this.at += word.length
        open.cases++
        this.caseHead()
        break
      case 'function':
        this.at += word.length
        this.blanks()
        this.word()
        this.parameters()
        break
      case '[[':
        this.test()
        break
      default:
        this.command()
    }
  }

  /** The word up to the next blank or operator, if it may be a reserved word; otherwise empty. */
  private bareWord(): string {
    let end = this.at
    while (end < this.end && end - this.at <= LONGEST_RESERVED && !isMeta(this.text.charCodeAt(end))) end++
    return this.text.slice(this.at, end)
  }

  private blanks(): void {
    while (this.more()) {
      if (isBlank(this.text.charCodeAt(this.at))) this.at++
      else if (!this.continuation()) return
    }
  }

  private blankLines(): void {
    while (this.more()) {
      const character = this.text.charAt(this.at)
      if (character === '\n') this.newline()
      else if (character === '#') this.comment()
      else if (isBlank(this.text.charCodeAt(this.at))) this.at++
      else if (!this.continuation()) return
    }
  }

  /** Skips an escaped line break. */
  private continuation(): boolean {
    if (!this.text.startsWith('\\\n', this.at)) return false
    this.at += 2
    return true
  }

  private comment(): void {
    const line = this.text.indexOf('\n', this.at)
    this.jump(line < 0 ? this.end : Math.min(line, this.end))
  }

  /** Reads the head of a loop: `NAME in words` or `((…;…;…))`. */
  private loopHead(): void {
    this.blanks()
    if (this.arithmetic(this.at, this.at + 2)) return
    this.word()
    this.blankLines()
    if (this.bareWord() !== 'in') return
    this.at += 2
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (isBlank(code)) this.at++
      else if (isMeta(code)) return
      else if (!this.continuation()) this.word()
    }
  }

  /** Reads `WORD in` and the first pattern. */
  private caseHead(): void {
    this.blanks()
    this.word()
    this.blankLines()
    if (this.bareWord() === 'in') this.at += 2
    this.patterns()
  }

  /** Reads `;;`, `;&` or `;;&`, and the next pattern. */
  private nextCase(): void {
    this.at += this.text.startsWith(';;&', this.at) ? 3 : 2
    this.patterns()
  }

  private patterns(): void {
    this.blankLines()
    if (this.bareWord() === 'esac') return
    if (this.text.charAt(this.at) === '(') this.at++
    while (this.more()) {
      const character = this.text.charAt(this.at)
      if (character === ')') {
        this.at++
        return
      }
      if (character === '|' || isBlank(character.charCodeAt(0))) this.at++
      else if (isMeta(character.charCodeAt(0))) return
      else if (!this.continuation()) this.word()
    }
  }

  /** Reads `[[ … ]]`, in which operators have another meaning. */
  private test(): void {
    this.at += 2
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (code === NEWLINE) this.newline()
      else if (isMeta(code) && !this.substitutes()) this.at++
      else if (this.bareWord() === ']]') {
        this.at += 2
        return this.tail()
      } else if (!this.continuation()) this.word()
    }
  }

  /** Reads the redirections after a compound command. */
  private tail(): void {
    this.simple(true)
  }

  private command(): void {
    this.simple(false)
  }

  private simple(tail: boolean): void {
    const command: Draft = {
      source: this.source,
      pipeline: tail ? this.pipeline : this.nextPipeline(),
      assignments: [],
      words: [],
      redirects: [],
      documents: [],
    }
    let kept = false
    const keep = () => {
      if (!kept) {
        kept = true
        if (this.work.commandsLeft-- <= 0) this.stop('too_many')
        else this.commands.push(command)
      }
    }
    while (this.more()) {
      const code = this.text.charCodeAt(this.at)
      if (isBlank(code)) this.at++
      else if (this.continuation()) continue
      else if (code === HASH) return this.comment()
      else if (this.redirects()) {
        keep()
        if (this.work.wordsLeft-- <= 0) return this.stop('too_long')
        this.redirect(command)
      } else if (isMeta(code) && !this.substitutes()) {
        if (code !== OPEN || !this.parameters()) return
        // The word was the name of a function, and its body follows.
        if (command.words.length === 1 && this.commands.at(-1) === command) {
          this.commands.pop()
          this.work.commandsLeft++
        }
        return
      } else if (tail) return
      else if (command.words.length === 0 && this.assigns()) {
        if (this.work.wordsLeft-- <= 0) return this.stop('too_long')
        command.assignments.push(this.word())
      } else {
        keep()
        if (this.work.wordsLeft-- <= 0) return this.stop('too_long')
        const word = this.word()
        if (word.end > word.start) command.words.push(word)
      }
    }
  }

  private nextPipeline(): number {
    if (!this.isPiped && !this.isSubstituted) this.pipeline = ++this.work.pipelines
    this.isPiped = false
    return this.pipeline
  }

  /** Skips `()`. */
  private parameters(): boolean {
    PARAMETERS.lastIndex = this.at
    const found = PARAMETERS.exec(this.text)
    if (found === null || this.at + found[0].length > this.end) return false
    this.jump(this.at + found[0].length)
    return true
  }

  private assigns(): boolean {
    const found = ASSIGNMENT.exec(this.text.slice(this.at, Math.min(this.at + NAME_CHARS, this.end)))
    this.work.steps += found?.[0].length ?? 0
    return found !== null
  }

  private redirects(): boolean {
    REDIRECT.lastIndex = this.at
    return !this.substitutes() && REDIRECT.test(this.text)
  }

  private redirect(command: Draft): void {
    REDIRECT.lastIndex = this.at
    const [whole, operator = ''] = REDIRECT.exec(this.text) ?? ['']
    this.jump(this.at + whole.length)
    this.blanks()
    const target = this.word()
    command.redirects.push({ operator, target })
    if (operator === '<<' || operator === '<<-') this.announce(target, operator === '<<-', command.documents)
  }

  protected override script(source: ViewText): void {
    new ShellReader(source, { depth: this.depth, work: this.work, commands: this.commands }).read()
  }
}

/** The length of the longest reserved word. */
const LONGEST_RESERVED = 8
const PARAMETERS = /[ \t]{0,16}\([ \t]{0,16}\)/y
/** The name of a coprocess, which only a compound command has. */
const COPROC_NAME = /[ \t]+\w+(?=[ \t]+(?:[{(]|\[\[|(?:if|case|for|select|while|until)\s))/y
const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[(?:"[^"]*"|'[^']*'|[^\]\s"'])*\])?\+?=/
/** Maximum length of a variable's name with its subscript; bounds the search for one that is not closed. */
const NAME_CHARS = 4_096
/** Matches an optional descriptor (a number or `{NAME}`) and the redirection operator. */
const REDIRECT = /(?:\d{1,9}|\{[A-Za-z_]\w{0,63}\})?(&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[<>])/y
