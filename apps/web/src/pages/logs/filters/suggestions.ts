import { FIELDS, fieldNamed } from '@sentinelmesh/query'

/** A completion at the cursor of the search bar. */
export interface Suggestion {
  /** Replaces the text from `start` to `end`. */
  readonly insert: string
  readonly start: number
  readonly end: number
  readonly about: string
  /** More text follows: a value after the colon. */
  readonly open: boolean
}

/** Values in the stored entries, most frequent first. */
export type KnownValues = Partial<Record<string, readonly { readonly value: string; readonly about: string }[]>>

const MAX_SUGGESTIONS = 8
const RISKS = [
  { value: '>=80', about: 'critical' },
  { value: '>=60', about: 'high and above' },
  { value: '>=30', about: 'medium and above' },
  { value: '>=1', about: 'any risk' },
]

/** The word before the cursor: an optional minus, a field, a colon, an operator, and the start of a value. */
const WORD = /(?:^|[\s(])(-?)([\w.]*)(?:(:)(>=|<=|>|<|=)?([^\s"()]*))?$/

export function suggest(text: string, caret: number, known: KnownValues = {}): readonly Suggestion[] {
  const before = text.slice(0, caret)
  // Inside quotation marks, everything is text.
  if ((before.match(/"/g)?.length ?? 0) % 2 === 1) return []
  const word = WORD.exec(before)
  if (word === null) return []
  const [, , name = '', colon, order = '', value = ''] = word

  if (colon === undefined) {
    const wanted = name.toLowerCase()
    return FIELDS.filter((field) => field.name.startsWith(wanted))
      .slice(0, MAX_SUGGESTIONS)
      .map((field) => ({
        insert: field.name === 'attributes' ? 'attributes.' : `${field.name}:`,
        start: caret - name.length,
        end: caret,
        about: `${field.about}, such as ${field.example}`,
        open: true,
      }))
  }

  const field = fieldNamed(name)
  if (field === undefined) return []
  const written = order + value
  const values =
    field.name === 'risk'
      ? RISKS
      : [...(field.values ?? []).map((each) => ({ value: each, about: '' })), ...(known[field.name] ?? [])]
  const inserted = (each: { readonly value: string }) => (field.name === 'risk' ? each.value : order + each.value)
  return values
    .filter((each) => inserted(each).toLowerCase().startsWith(written.toLowerCase()) && inserted(each) !== written)
    .slice(0, MAX_SUGGESTIONS)
    .map((each) => ({
      insert: inserted(each),
      start: caret - written.length,
      end: caret,
      about: each.about,
      open: false,
    }))
}

export function applySuggestion(
  text: string,
  suggestion: Suggestion,
): { readonly text: string; readonly caret: number } {
  const inserted =
    suggestion.open || text.slice(suggestion.end).startsWith(' ') ? suggestion.insert : `${suggestion.insert} `
  return {
    text: text.slice(0, suggestion.start) + inserted + text.slice(suggestion.end),
    caret: suggestion.start + inserted.length,
  }
}
