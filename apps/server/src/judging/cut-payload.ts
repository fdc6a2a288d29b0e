import type { Payload } from '@sentinelmesh/rules'
import { scan } from '@sentinelmesh/text/json-text'

/** More than a payload may nest: the mappers see to that. */
const MOST_LEVELS = 256

/** A payload that has at most so many bytes: its beginning. Of JSON, what is left is JSON again, to the letter but for its end. */
export function beginning(payload: Payload, mostBytes: number): Payload {
  const { type, text } = payload
  if (Buffer.byteLength(text) <= mostBytes) return payload
  if (type === 'text') return { type, text: text.slice(0, unitsWithin(text, mostBytes)) }
  const closing = MOST_LEVELS + 1
  const part = jsonPart(text, places(text, [], [unitsWithin(text, mostBytes - closing)]), 0, 0)
  // The prefix of a single long number is not the same JSON value.
  return part === '' ? { type: 'text', text: text.slice(0, unitsWithin(text, mostBytes)) } : { type, text: part }
}

/** The number of UTF-16 units whose UTF-8 has at most this many bytes. Never splits a character. */
function unitsWithin(text: string, mostBytes: number): number {
  return new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, mostBytes))).read
}

/**
 * The whole payload in parts of `units`, each with the last `overlap` of the one before: what is looked for in them and is
 * no longer than that stands whole in one. A part of JSON is JSON, with its texts under the names that they had; it begins
 * with the beginning of the whole, `head` units of it, so that what is said there is known in every part. The first part
 * is the beginning itself.
 */
export function* partsOf(
  { type, text }: Payload,
  { units, overlap, head }: { readonly units: number; readonly overlap: number; readonly head: number },
): Generator<Payload, void> {
  const starts: number[] = []
  for (let at = units; at < text.length; at += units) starts.push(at - overlap)
  const ends = [...starts.map((start) => start + overlap), text.length]
  if (type === 'text') {
    for (const [index, end] of ends.entries()) {
      const start = index === 0 ? 0 : betweenCharacters(text, starts[index - 1] ?? 0)
      yield { type, text: text.slice(start, betweenCharacters(text, end)) }
    }
    return
  }
  const found = places(text, starts, [head, ...ends])
  const known = jsonPart(text, found, 0, 0)
  for (let index = 0; index < ends.length; index++) {
    const part = jsonPart(text, found, index, index + 1)
    const json = index === 0 ? part : joined(known, part)
    // Of one number that is longer than a part, none is JSON.
    yield json === '' ? { type: 'text', text: '' } : { type, text: json }
  }
}

function betweenCharacters(text: string, at: number): number {
  return isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)) ? at - 1 : at
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

/** Where JSON can be cut, and what is open there: the containers with the key under which each goes on. */
interface CutPlace {
  readonly at: number
  readonly inText: boolean
  readonly open: readonly Open[]
}

interface Open {
  readonly array: boolean
  /** As written, quotes included; '' in an array, or before the first key. */
  readonly key: string
}

interface Places {
  /** One more than asked for: the first is the beginning. */
  readonly starts: readonly CutPlace[]
  readonly ends: readonly CutPlace[]
}

/** For each position the nearest place at which a part can begin (there or after), or end (there or before). */
function places(text: string, startsAt: readonly number[], endsAt: readonly number[]): Places {
  const starts: CutPlace[] = [{ at: 0, inText: false, open: [] }]
  const ends: CutPlace[] = []
  // What is open now. Of a text of millions of values copies are made for cuts alone.
  const arrays: boolean[] = []
  const keys: (readonly [start: number, end: number] | undefined)[] = []
  const opened = (): Open[] =>
    arrays.map((array, level) => {
      const key = keys[level]
      return { array, key: key === undefined ? '' : text.slice(...key) }
    })
  /** Behind the last value, or the last opening. Until the next one what is open there is what is open now. */
  let safeEnd = 0
  const endBefore = (at: number) => {
    while ((endsAt[ends.length] ?? at) < at) ends.push({ at: safeEnd, inText: false, open: opened() })
  }
  scan(text, MOST_LEVELS, {
    open(array, at) {
      endBefore(at + 1)
      arrays.push(array)
      keys.push(undefined)
      safeEnd = at + 1
    },
    close(_array, end) {
      endBefore(end)
      arrays.pop()
      keys.pop()
      safeEnd = end
    },
    key(start, end) {
      keys[keys.length - 1] = [start, end]
    },
    leaf(type, start, end, escaped) {
      endBefore(start)
      if ((startsAt[starts.length - 1] ?? end) < end || (endsAt[ends.length] ?? end) < end) {
        const cut = cutsWithin(text, { isText: type === 'string', start, end, escaped })
        for (
          let next = startsAt[starts.length - 1];
          next !== undefined && next < end;
          next = startsAt[starts.length - 1]
        )
          starts.push({ ...(cut.start(next) ?? { at: start, inText: false }), open: opened() })
        for (let next = endsAt[ends.length]; next !== undefined && next < end; next = endsAt[ends.length])
          ends.push({ ...(cut.end(next) ?? { at: safeEnd, inText: false }), open: opened() })
      }
      safeEnd = end
    },
  })
  while (ends.length < endsAt.length) ends.push({ at: safeEnd, inText: false, open: opened() })
  return { starts, ends }
}

interface Leaf {
  readonly isText: boolean
  readonly start: number
  readonly end: number
  readonly escaped: boolean
}

/** Where a text can be cut, for ascending starts and ascending ends; undefined where it cannot: in front of it, or in a number. */
function cutsWithin(text: string, { isText, start, end, escaped }: Leaf) {
  const within = () => {
    const boundary = escaped ? betweenEscapes(text, start + 1) : (wanted: number) => betweenCharacters(text, wanted)
    return (wanted: number) =>
      isText && wanted > start ? { at: boundary(Math.min(wanted, end - 1)), inText: true } : undefined
  }
  return { start: within(), end: within() }
}

/** From the start of this number to the end of that one; nothing where no text is left behind the start. */
function jsonPart(text: string, { starts, ends }: Places, startIndex: number, endIndex: number): string {
  const start = starts[startIndex]
  const end = ends[endIndex]
  if (start === undefined || end === undefined || end.at < start.at) return ''
  const opening = start.open.map(({ array, key }) => (array ? '[' : `{${key}:`)).join('')
  const closing = end.open
    .map(({ array }) => (array ? ']' : '}'))
    .toReversed()
    .join('')
  const kept = text.slice(start.at, end.at)
  return `${opening}${start.inText ? '"' : ''}${kept}${end.inText ? '"' : ''}${closing}`
}

/** Two objects, or two arrays, as one: of equal keys both are seen. */
function joined(one: string, other: string): string {
  if (other === '') return one
  const isEmpty = one.length <= 2
  return isEmpty || !/^[[{]/.test(one) || one[0] !== other[0] ? other : `${one.slice(0, -1)},${other.slice(1)}`
}

/**
 * The nearest place there or before that is neither within an escape nor between the halves of a character. To be asked for
 * ascending positions: what was passed is not read again. `from` is where the text begins.
 */
function betweenEscapes(text: string, from: number): (wanted: number) => number {
  let passed = from
  return (wanted) => {
    for (let begin = text.indexOf('\\', passed); begin >= 0 && begin < wanted; begin = text.indexOf('\\', passed)) {
      const end = begin + escapeUnits(text, begin)
      if (end > wanted) return begin
      passed = end
    }
    return betweenCharacters(text, wanted)
  }
}

const UNICODE_ESCAPE_UNITS = 6

/** Two escapes that are one character count as one. */
function escapeUnits(text: string, begin: number): number {
  if (text[begin + 1] !== 'u') return 2
  const [high, low] = [escapedUnit(text, begin), escapedUnit(text, begin + UNICODE_ESCAPE_UNITS)]
  return isHigh(high) && isLow(low) ? 2 * UNICODE_ESCAPE_UNITS : UNICODE_ESCAPE_UNITS
}

/** NaN where no such escape begins. */
function escapedUnit(text: string, at: number): number {
  return text.startsWith('\\u', at) ? Number.parseInt(text.slice(at + 2, at + UNICODE_ESCAPE_UNITS), 16) : Number.NaN
}
