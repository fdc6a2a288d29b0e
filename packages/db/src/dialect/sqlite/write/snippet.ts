import { LIMITS } from '@sentinelmesh/api/constants'
import type { Match, Payload } from '@sentinelmesh/rules'
import { compact, leaves, sourcePositions } from '@sentinelmesh/text/json-text'

type Mark = readonly [start: number, end: number]

export interface Snippet {
  /** Null if it is the whole payload as stored. */
  readonly snippet: string | null
  /** Ascending and disjoint, in UTF-16 units of the snippet. */
  readonly marks: readonly Mark[]
}

/** Context before the first mark. */
const LEAD_CHARS = 120

/**
 * The part of a payload that lists show: at most `LIMITS.snippetChars` around its first place, without splitting a
 * surrogate pair. JSON is shown without whitespace between tokens. A place in a JSON leaf is marked where the JSON text
 * has its characters, including escapes.
 */
export function snippetOf(payload: Payload, matches: readonly Match[]): Snippet {
  const { text, type } = payload
  const payloadMarks = matches.length === 0 ? NO_MARKS : merged(marksIn(payload, matches))
  if (type === 'text') return cut(text, text, payloadMarks)
  // Without a mark, only the beginning is compacted: 400 characters do not need 256 KiB of JSON.
  if (payloadMarks.length === 0) {
    const beginning = text.length <= UNMARKED_JSON_CHARS ? text : text.slice(0, UNMARKED_JSON_CHARS)
    return cut(compact(beginning), text, payloadMarks)
  }
  const shown = compact(text)
  if (shown.length === text.length) return cut(text, text, payloadMarks)
  const toShown = (position: number) => compact(text.slice(0, position)).length
  return cut(
    shown,
    text,
    payloadMarks.map(([start, end]) => [toShown(start), toShown(end)] as const),
  )
}

/** Enough in most cases, because programs write little whitespace. */
const UNMARKED_JSON_CHARS = 4 * LIMITS.snippetChars
const NO_MARKS: readonly Mark[] = []

function cut(shown: string, stored: string, marks: readonly Mark[]): Snippet {
  const most = LIMITS.snippetChars
  if (shown.length <= most) return { snippet: shown.length === stored.length ? null : shown, marks }

  const [first = [0, 0] as const] = marks
  let start = 0
  if (first[1] > most) {
    const lead = Math.max(0, Math.min(LEAD_CHARS, most - (first[1] - first[0])))
    start = Math.min(first[0] - lead, shown.length - most)
  }
  let end = start + most
  if (splitsPair(shown, start)) start++
  if (end < shown.length && splitsPair(shown, end)) end--
  return {
    snippet: shown.slice(start, end),
    marks: marks.flatMap(([from, to]) => {
      const inside = [Math.max(from, start) - start, Math.min(to, end) - start] as const
      return inside[0] < inside[1] ? [inside] : []
    }),
  }
}

/** Returns whether a cut at this index would split a surrogate pair. */
function splitsPair(text: string, at: number): boolean {
  return at > 0 && (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
}

/** Places in the payload, in UTF-16 units of the stored text. */
function marksIn({ text, type }: Payload, matches: readonly Match[]): Mark[] {
  const places = matches.flatMap((match) =>
    match.places.filter((place) => place.field === 'payload' && place.end > place.start),
  )
  if (type === 'text') return places.map(({ start, end }) => [start, end] as const)
  if (places.length === 0) return []
  const byPointer = new Map(
    leaves(text, { depth: Number.POSITIVE_INFINITY }).map((leaf) => [leaf.pointer, leaf] as const),
  )
  return places.flatMap((place) => {
    const leaf = byPointer.get(place.pointer ?? '')
    if (leaf === undefined) return []
    if (leaf.type !== 'string') return [[leaf.start + place.start, leaf.start + place.end] as const]
    const [start, end] = sourcePositions(text, leaf.start, [place.start, place.end])
    return start === undefined || end === undefined ? [] : [[start, end] as const]
  })
}

function merged(marks: readonly Mark[]): readonly Mark[] {
  const out: [number, number][] = []
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else out.push([start, end])
  }
  return out
}
