/** A snippet and its matches, in UTF-16 units. */
export interface Snippet {
  readonly text: string
  readonly places: readonly { readonly start: number; readonly end: number }[]
}

/** A match that starts further right may be cut off at the end of the row. */
const VISIBLE_CHARS = 14
const BEFORE_CHARS = 8
const ELLIPSIS = '\u2026 '

/** Cuts the start of the snippet, if needed, so that its first match is visible. */
export function cutToFirstPlace(text: string, marks: readonly (readonly [number, number])[]): Snippet {
  const first = marks[0]?.[0] ?? 0
  const cut = first > VISIBLE_CHARS ? wholeCharacter(text, first - BEFORE_CHARS) : 0
  const shift = cut === 0 ? 0 : cut - ELLIPSIS.length
  return {
    text: cut === 0 ? text : ELLIPSIS + text.slice(cut),
    places: marks.map(([start, end]) => ({ start: start - shift, end: end - shift })),
  }
}

function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
