import { foldCase } from '@sentinelmesh/text/fold-case'
import { jsonStrings } from './json-leaves.ts'

export interface QueryablePayload {
  readonly type: 'text' | 'json'
  /** JSON as sent. */
  readonly text: string
}

/**
 * The texts of a payload that are searched: plain text as is, or every unescaped string in JSON, without keys and
 * punctuation, as for rules. So `say "hi"` finds `"say \"hi\""`, and results do not depend on how JSON was formatted.
 * Each text is searched separately: no match spans two.
 */
export function payloadTexts(payload: QueryablePayload): readonly string[] {
  return payload.type === 'json' ? jsonStrings(payload.text) : [payload.text]
}

/** The same texts joined, for a full-text index. Unlike `payloadTexts`, it can have matches across two strings. */
export function payloadText(payload: QueryablePayload): string {
  return payloadTexts(payload).join('\n')
}

/** Returns whether a payload contains a text that is already case-folded. */
export function payloadContains(payload: QueryablePayload, folded: string): boolean {
  if (payload.type === 'json') {
    // Decides most entries: without escapes, a text that is not in the JSON is in none of its strings.
    const { text } = payload
    if (!text.includes('\\') && !foldCase(text).includes(folded)) return false
    return jsonStrings(text).some((string) => foldCase(string).includes(folded))
  }
  return foldCase(payload.text).includes(folded)
}
