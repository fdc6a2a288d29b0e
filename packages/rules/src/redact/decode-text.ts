/** A text with its escapes decoded, and a mapping of positions back to the original text. */
export interface DecodedText {
  readonly text: string
  /** The start, in the original text, of the character at this position. */
  startOf(position: number): number
  /** The end, in the original text, of the character before this position. */
  endOf(position: number): number
}

/** Maximum levels of nested escapes, such as JSON in a shell command in JSON in JSON. */
const MAX_ROUNDS = 4

/**
 * A cheap test for text that may encode a character of a secret, used to skip all other texts. Line breaks, tabs and
 * quotes are never part of a secret, so their escapes do not count.
 */
const ENCODED = /\\[ux/01]|\\e\[|%[2-7]|&(?:#|(?:amp|quot|apos|lt|gt);)|\u001b/i

/** Case-folded literals. Every text that `ENCODED` matches contains at least one. */
export const ENCODED_LITERALS: readonly string[] = [
  ...['u00', 'u{', 'x', '/', '0', '1', 'e['].map((escape) => `\\${escape}`),
  ...['2', '3', '4', '5', '6', '7'].map((digit) => `%${digit}`),
  ...['#', 'amp;', 'quot;', 'apos;', 'lt;', 'gt;'].map((entity) => `&${entity}`),
  '\u001b',
]

const CONTROL_SEQUENCE = String.raw`(?:\u001b|\\(?:u001b|x1b|033|e))(?:\[[\d;:?]{0,32}[@-~]|[()][AB0])`
const ESCAPE = new RegExp(
  [
    `(?<control>${CONTROL_SEQUENCE})`,
    String.raw`\\u(?<hex4>[\da-f]{4})`,
    String.raw`\\u\{(?<code>[\da-f]{1,6})\}`,
    String.raw`\\x(?<hex2>[\da-f]{2})`,
    String.raw`\\(?<octal>[01][0-7]{2})`,
    String.raw`\\(?<char>[abefnrtv"'\x60\\/])`,
    '%(?<percent>[2-7][0-9a-f]|0[9ad])',
    String.raw`&#x(?<entityHex>[\da-f]{1,6});`,
    String.raw`&#(?<entity>\d{1,7});`,
    '&(?<named>amp|quot|apos|lt|gt|nbsp);',
  ].join('|'),
  'gi',
)
const CONTROL_CHARS: Readonly<Partial<Record<string, string>>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ENTITIES: Readonly<Partial<Record<string, string>>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
}

/**
 * Decodes the escapes of JSON, JavaScript, C, shells, URLs and HTML, and removes terminal control sequences. The result
 * may contain escapes again, so it returns one text per level, outermost first. Takes time linear in the text.
 */
export function decodedTexts(text: string): readonly DecodedText[] {
  const rounds: DecodedText[] = []
  let latest: DecodedText = { text, startOf: (position) => position, endOf: (position) => position }
  while (rounds.length < MAX_ROUNDS && ENCODED.test(latest.text)) {
    const next = decodeOnce(latest)
    if (next === null) break
    rounds.push(next)
    latest = next
  }
  return rounds
}

function decodeOnce(before: DecodedText): DecodedText | null {
  const parts: string[] = []
  // For each escape: the start and end of its meaning in the new text, and its end in the previous text.
  const begins: number[] = []
  const ends: number[] = []
  const sources: number[] = []
  let kept = 0
  let length = 0
  for (const match of before.text.matchAll(ESCAPE)) {
    const meaning = meaningOf(match.groups ?? {})
    parts.push(before.text.slice(kept, match.index), meaning)
    length += match.index - kept
    kept = match.index + match[0].length
    begins.push(length)
    length += meaning.length
    ends.push(length)
    sources.push(kept)
  }
  if (begins.length === 0) return null
  parts.push(before.text.slice(kept))
  /** The last escape whose meaning ends at or before the position; -1 for none. */
  const escapeBefore = (position: number): number => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  const startOf = (position: number): number => {
    const escape = escapeBefore(position)
    const inside = begins[escape + 1] ?? Infinity
    // A position inside the meaning of the next escape maps to the start of that escape.
    const at = Math.min(position, inside)
    return escape < 0 ? at : (sources[escape] ?? 0) + at - (ends[escape] ?? 0)
  }
  const endOf = (position: number): number => {
    if (position === 0) return 0
    const start = startOf(position - 1)
    const escape = escapeBefore(position - 1) + 1
    return (begins[escape] ?? Infinity) < position ? (sources[escape] ?? 0) : start + 1
  }
  return {
    text: parts.join(''),
    startOf: (position) => before.startOf(startOf(position)),
    endOf: (position) => before.endOf(endOf(position)),
  }
}

function meaningOf(groups: Partial<Record<string, string>>): string {
  const { control, hex4, code, hex2, octal, char, percent, entityHex, entity, named } = groups
  if (control !== undefined) return ''
  if (char !== undefined) return CONTROL_CHARS[char.toLowerCase()] ?? char
  if (named !== undefined) return ENTITIES[named.toLowerCase()] ?? ''
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
  if (entity !== undefined) return codePoint(Number.parseInt(entity, 10))
  return codePoint(Number.parseInt(hex4 ?? code ?? hex2 ?? percent ?? entityHex ?? '20', 16))
}

const codePoint = (code: number) => (code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code))
