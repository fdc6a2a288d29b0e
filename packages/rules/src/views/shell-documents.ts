import { BACKSLASH, TAB } from './shell-characters.ts'
import type { ShellWord } from './shell-word.ts'
import { ShellWords } from './shell-words.ts'
import { unescaped, unquoted } from './unquoted.ts'
import { slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

/** A here-document of which the body begins at the end of the line. */
interface Announced {
  readonly delimiter: ShellWord
  /** Whether tabs before its lines do not count. */
  readonly tabs: boolean
  readonly documents: ViewText[]
}

/** Reads here-documents: what is announced in a line stands behind it. */
export abstract class ShellDocuments extends ShellWords {
  private announced: Announced[] = []

  /** The body is added to `documents`. */
  protected announce(delimiter: ShellWord, tabs: boolean, documents: ViewText[]): void {
    this.announced.push({ delimiter, tabs, documents })
  }

  /** Reads a substitution: what it announces stands in it, and what was announced before it stands behind it. */
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
      // With any quote in the delimiter nothing in the body has a meaning.
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

  /** Where the body ends; the reading goes on behind the line of the delimiter. */
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

  /** How many of them stand at the end of a range. */
  private backslashes(start: number, end: number): number {
    let count = 0
    while (end - count > start && this.text.charCodeAt(end - count - 1) === BACKSLASH) count++
    return count
  }
}
