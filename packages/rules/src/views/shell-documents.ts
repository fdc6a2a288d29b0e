import { BACKSLASH, TAB } from './shell-characters.ts'
import type { ShellWord } from './shell-word.ts'
import { ShellWords } from './shell-words.ts'
import { unescaped, unquoted } from './unquoted.ts'
import { slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

/** A here-document whose body begins on the next line. */
interface Announced {
  readonly delimiter: ShellWord
  /** Whether leading tabs are removed from its lines (`<<-`). */
  readonly tabs: boolean
  readonly documents: ViewText[]
}

/** Reads here-documents: the bodies of those announced on a line follow that line. */
export abstract class ShellDocuments extends ShellWords {
  private announced: Announced[] = []

  /** Registers a here-document. Its body will be added to `documents`. */
  protected announce(delimiter: ShellWord, tabs: boolean, documents: ViewText[]): void {
    this.announced.push({ delimiter, tabs, documents })
  }

  /** Reads a substitution. Here-documents announced in it end in it; those announced before it follow it. */
  protected apart(read: () => void): void {
    const { announced } = this
    this.announced = []
    read()
    this.announced = announced
  }

  protected override newline(): void {
    this.at++
    for (const { delimiter, tabs, documents } of this.announced.splice(0)) {
      if (this.stopped) return
      const wanted = unquoted(this.source, delimiter).text
      // If any part of the delimiter is quoted, the body is literal.
      const expands = wanted === this.text.slice(delimiter.start, delimiter.end)
      const start = this.at
      const end = this.bodyEnd(wanted, tabs, expands)
      documents.push(expands ? unescaped(this.source, { start, end }, '$`\\\n') : slice(this.source, start, end))
      if (!expands) continue
      const after = this.at
      this.at = start
      this.within(end, () => this.expansions())
      this.at = after
    }
  }

  /** The end of the body. Moves the position after the line with the delimiter. */
  private bodyEnd(delimiter: string, tabs: boolean, expands: boolean): number {
    let isContinued = false
    while (this.more()) {
      const start = this.at
      const found = this.text.indexOf('\n', start)
      const end = found < 0 ? this.end : Math.min(found, this.end)
      let from = start
      if (tabs) while (from < end && this.text.charCodeAt(from) === TAB) from++
      this.jump(Math.min(end + 1, this.end))
      if (!isContinued && end - from === delimiter.length && this.text.startsWith(delimiter, from)) return start
      isContinued = expands && this.backslashes(from, end) % 2 === 1
    }
    return this.end
  }

  /** The number of backslashes at the end of a range. */
  private backslashes(start: number, end: number): number {
    let count = 0
    while (end - count > start && this.text.charCodeAt(end - count - 1) === BACKSLASH) count++
    return count
  }
}
