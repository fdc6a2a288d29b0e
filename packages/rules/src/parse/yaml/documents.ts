import { LIMITS } from '../../limits.ts'
import { RuleError, type SourceRange } from '../rule-error.ts'

/** The YAML of one document, and its position in the source. */
export interface DocumentText {
  readonly text: string
  /** Offset in the source, in UTF-16 units. */
  readonly offset: number
  readonly places: Places
}

/** Converts offsets in a source to lines and columns. Lines are indexed on first use. */
export interface Places {
  range(start: number, end: number): SourceRange
}

/** `---` or `...` at the start of a line ends a document, even within a scalar (YAML 1.2.2, section 9.1.2). */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm

/**
 * Splits a source into its documents, so that each is parsed on its own. Documents with only comments are left out.
 * Throws `RuleError` if the source is too large or has too many documents.
 */
export function splitDocuments(source: string): readonly DocumentText[] {
  if (source.length > LIMITS.sourceChars)
    throw new RuleError(
      'too_large',
      START,
      `A file of rules has at most ${LIMITS.sourceChars} characters (sourceChars); this one has ${source.length}. Split it.`,
    )
  const places = placesOf(source)
  const documents: DocumentText[] = []
  const add = (from: number, to: number) => {
    const text = source.slice(from, to)
    if (isEmpty(text)) return
    if (documents.length >= LIMITS.documentsPerSource)
      throw new RuleError(
        'too_large',
        places.range(from, from),
        `A file holds at most ${LIMITS.documentsPerSource} documents (documentsPerSource). Split it.`,
      )
    documents.push({ text, offset: from, places })
  }
  let from = 0
  for (const { index } of source.matchAll(MARKER)) {
    add(from, index)
    from = index + 3
  }
  add(from, source.length)
  return documents
}

/** Returns whether the text contains only blank lines, comments and directives. */
function isEmpty(text: string): boolean {
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at++) {
    const first = text.charAt(at)
    while (BLANK.has(text.charAt(at))) at++
    const char = text.charAt(at)
    if (char !== '' && char !== '\n' && char !== '#' && first !== '%') return false
    const end = text.indexOf('\n', at)
    if (end < 0) return true
    at = end
  }
  return true
}
const BLANK: ReadonlySet<string> = new Set([' ', '\t', '\r'])

export const START: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 }

function placesOf(source: string): Places {
  let starts: number[] | null = null
  const lineStarts = () => {
    const found = [0]
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) found.push(at + 1)
    return found
  }
  const place = (offset: number) => {
    starts ??= lineStarts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
  return {
    range(start, end) {
      const from = place(start)
      const to = place(end)
      return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
    },
  }
}
