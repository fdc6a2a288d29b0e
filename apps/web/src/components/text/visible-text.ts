/**
 * Makes untrusted text safe to read: control characters, bidirectional controls, invisible characters, and unpaired
 * surrogates become a name such as `U+202E`. Matches keep their place.
 */
export interface TextMark {
  /** In UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

export type Segment<Mark> =
  | { readonly type: 'text'; readonly text: string; readonly marks: readonly Mark[]; readonly start: number }
  | { readonly type: 'hidden'; readonly name: string; readonly marks: readonly Mark[]; readonly start: number }

const LINE_FEED = 0x0a
const TAB = 0x09
const CARRIAGE_RETURN = 0x0d
const ZERO_WIDTH_JOINER = 0x200d
const ZERO_WIDTH_NON_JOINER = 0x200c

/** Fast path: most texts contain nothing else. */
const PLAIN = /^[\n\t\x20-\x7e]*$/

/** Invisible and bidirectional characters, as first and last of each range. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad], // soft hyphen
  [0x034f, 0x034f],
  [0x061c, 0x061c], // Arabic letter mark
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200f], // zero-width characters and directional marks
  [0x2028, 0x202e], // line separators, embeddings, and overrides
  [0x2060, 0x206f], // isolates and deprecated controls
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xe0000, 0xe0fff], // tags and more variation selectors, which can carry hidden text
]

/** The same as a regular expression, for CodeMirror. */
export const HIDDEN_CHARACTERS = new RegExp(
  HIDDEN.map(([first, last]) => `[\\u{${first.toString(16)}}-\\u{${last.toString(16)}}]`).join('|'),
  'gu',
)

const PICTOGRAPH = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/u
/** Scripts whose spelling needs joiners. */
const JOINED_SCRIPT =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}]/u

function isHidden(text: string, at: number, code: number): boolean {
  if (code === LINE_FEED || code === TAB) return false
  if (code === CARRIAGE_RETURN) return text.charCodeAt(at + 1) !== LINE_FEED
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true
  if (code >= 0xd800 && code <= 0xdfff) return true // unpaired: a valid pair arrives as one code point
  if (code === ZERO_WIDTH_JOINER || code === ZERO_WIDTH_NON_JOINER) {
    const before = text.slice(Math.max(0, at - 2), at)
    const after = text.slice(at + 1, at + 3)
    const joins = (pattern: RegExp) => pattern.test(before) && pattern.test(after)
    return !(joins(JOINED_SCRIPT) || (code === ZERO_WIDTH_JOINER && joins(PICTOGRAPH)))
  }
  return HIDDEN.some(([first, last]) => code >= first && code <= last)
}

/** `U+202E` */
export function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** `marks` may overlap or touch. Each segment carries all marks that cover it, in their order. */
export function visibleSegments<Mark extends TextMark>(text: string, marks: readonly Mark[] = []): Segment<Mark>[] {
  const within = marks.filter(({ start, end }) => start < end && end > 0 && start < text.length)
  if (PLAIN.test(text) && within.length === 0) return text === '' ? [] : [{ type: 'text', text, marks: [], start: 0 }]

  const cuts = [...new Set(within.flatMap(({ start, end }) => [whole(text, start, -1), whole(text, end, 1)]))].sort(
    (a, b) => a - b,
  )
  const segments: Segment<Mark>[] = []
  let begin = 0
  for (const cut of [...cuts, text.length]) {
    if (cut <= begin || cut > text.length) continue
    const covering = within.filter(({ start, end }) => whole(text, start, -1) <= begin && whole(text, end, 1) >= cut)
    addPieces(segments, text, begin, cut, covering)
    begin = cut
  }
  return segments
}

/** Moves a boundary inside a surrogate pair to the edge of the pair, because half a character cannot be shown. */
function whole(text: string, at: number, direction: -1 | 1): number {
  const bounded = Math.min(Math.max(at, 0), text.length)
  const inside = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(bounded - 1, bounded + 1))
  return inside ? bounded + direction : bounded
}

function addPieces<Mark>(
  segments: Segment<Mark>[],
  text: string,
  from: number,
  to: number,
  marks: readonly Mark[],
): void {
  let plain = from
  for (let at = from; at < to;) {
    const code = text.codePointAt(at) ?? 0
    const width = code > 0xffff ? 2 : 1
    if (isHidden(text, at, code)) {
      if (at > plain) segments.push({ type: 'text', text: text.slice(plain, at), marks, start: plain })
      segments.push({ type: 'hidden', name: codePointName(code), marks, start: at })
      plain = at + width
    }
    at += width
  }
  if (to > plain) segments.push({ type: 'text', text: text.slice(plain, to), marks, start: plain })
}

/** For attributes that hold plain text, such as `title`: `<U+202E>`. */
export function visibleString(text: string): string {
  return visibleSegments(text)
    .map((segment) => (segment.type === 'text' ? segment.text : `<${segment.name}>`))
    .join('')
}
