import { foldCase } from '@sentinelmesh/text/fold-case'
import { jsonStrings } from './json-leaves.ts'

export interface QueryablePayload {
  readonly type: 'text' | 'json'
  /** JSON as it was sent. */
  readonly text: string
}

/**
 * What of a payload is searched: a text as it is; of JSON each string in it, unescaped, and neither keys nor
 * punctuation, as for rules. So `"say \"hi\""` is found by `say "hi"`, and a search does not depend on how JSON was
 * written. Each is searched on its own: no match spans two.
 */
export function payloadTexts(payload: QueryablePayload): readonly string[] {
  return payload.type === 'json' ? jsonStrings(payload.text) : [payload.text]
}

/** The same in one piece, for a text index; it can hold a match that spans two strings, which `payloadTexts` has not. */
export function payloadText(payload: QueryablePayload): string {
  return payloadTexts(payload).join('\n')
}

/** Whether a payload holds a text that was folded before. */
export function payloadContains(payload: QueryablePayload, folded: string): boolean {
  if (payload.type === 'json') {
    // Most entries end here: where nothing is escaped, what is not in the text is in none of its strings.
    const { text } = payload
    if (!text.includes('\\') && !foldCase(text).includes(folded)) return false
    return jsonStrings(text).some((string) => foldCase(string).includes(folded))
  }
  return foldCase(payload.text).includes(folded)
}
