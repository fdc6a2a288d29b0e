import type { Payload } from '@sentinelmesh/rules'
import { scan } from '@sentinelmesh/rules/json-text'

/** More than a payload may nest: the mappers see to that. */
const MOST_LEVELS = 256

/** A payload that has at most so many bytes: its beginning. Of JSON, what is left is JSON again, to the letter but for its end. */
export function beginning(payload: Payload, mostBytes: number): Payload {
  const { type, text } = payload
  if (Buffer.byteLength(text) <= mostBytes) return payload
  if (type === 'text') return { type, text: text.slice(0, unitsWithin(text, mostBytes)) }
  const closing = MOST_LEVELS + 1
  const part = jsonPart(text, places(text, [], [unitsWithin(text, mostBytes - closing)]), 0, 0)
  // One number of so many digits has no beginning that is JSON.
  return part === '' ? { type: 'text', text: text.slice(0, unitsWithin(text, mostBytes)) } : { type, text: part }
}

/** How many UTF-16 units of the text have at most so many bytes; no character is cut in two. */
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
  let open: readonly Open[] = []
  let safeEnd: CutPlace = { at: 0, inText: false, open }
  const after = (at: number) => {
    safeEnd = { at, inText: false, open }
  }
  const endBefore = (at: number) => {
    for (let next = endsAt[ends.length]; next !== undefined && next < at; next = endsAt[ends.length]) ends.push(safeEnd)
  }
  scan(text, MOST_LEVELS, {
    open(array, at) {
      endBefore(at + 1)
      open = [...open, { array, key: '' }]
      after(at + 1)
    },
    close(_array, end) {
      endBefore(end)
      open = open.slice(0, -1)
      after(end)
    },
    key(start, end) {
      open = [...open.slice(0, -1), { array: false, key: text.slice(start, end) }]
    },
    leaf(type, start, end) {
      endBefore(start)
      const inside = (at: number): CutPlace | undefined => {
        if (type !== 'string' || at <= start || at >= end) return undefined
        const between = betweenEscapes(text, start + 1, Math.min(at, end - 1))
        return { at: between, inText: true, open }
      }
      for (let next = startsAt[starts.length - 1]; next !== undefined && next < end; next = startsAt[starts.length - 1])
        starts.push(inside(next) ?? { at: start, inText: false, open })
      for (let next = endsAt[ends.length]; next !== undefined && next < end; next = endsAt[ends.length])
        ends.push(inside(next) ?? safeEnd)
      after(end)
    },
  })
  while (ends.length < endsAt.length) ends.push(safeEnd)
  return { starts, ends }
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

/** Not within an escape, nor between the halves of a character. `from` is where the text begins. */
function betweenEscapes(text: string, from: number, wanted: number): number {
  let at = betweenCharacters(text, wanted)
  const begun = escapeBefore(text, from, at)
  if (begun !== undefined) at = begun
  const before = at - LONGEST_ESCAPE
  const [high, low] = [escapedUnit(text, before), escapedUnit(text, at)]
  const isPair = high !== undefined && low !== undefined && isHigh(high) && isLow(low)
  return isPair && before >= from && escapeBefore(text, from, before) === undefined ? before : at
}

const LONGEST_ESCAPE = 6

/** Where an escape begins that ends behind `at`. */
function escapeBefore(text: string, from: number, at: number): number | undefined {
  for (let begin = at - 1; begin >= Math.max(from, at - LONGEST_ESCAPE + 1); begin--) {
    if (text[begin] !== '\\') continue
    let run = begin
    while (run > from && text[run - 1] === '\\') run--
    const isEscaped = (begin - run) % 2 === 1
    if (!isEscaped) return begin + (text[begin + 1] === 'u' ? LONGEST_ESCAPE : 2) > at ? begin : undefined
  }
  return undefined
}

function escapedUnit(text: string, at: number): number | undefined {
  const found = /^\\u([\da-f]{4})$/i.exec(text.slice(Math.max(0, at), at + LONGEST_ESCAPE))
  return found?.[1] === undefined ? undefined : Number.parseInt(found[1], 16)
}
