import type { EventLeaf } from '../match/event.ts'
import { partAt, type LeafPlace, type Range } from '../match/leaf-place.ts'
import type { Piece, ViewText } from '../match/view.ts'

export const NOTHING: ViewText = { text: '', pieces: [] }

/** The unchanged text of a leaf. */
export function copied(leaf: EventLeaf): ViewText {
  const { length } = leaf.text
  return { text: leaf.text, pieces: [{ start: 0, end: length, how: 'copied', leaf, from: 0, to: length }] }
}

/** Text that is not in the entry, generated because of `about`; null if nothing in the entry caused it. */
export function made(text: string, about: ViewText | null): ViewText {
  const origin = { leaf: about?.pieces[0]?.leaf ?? null, from: Infinity, to: 0 }
  // The parts of a text may be in another order than in the entry.
  for (const { leaf, from, to } of about?.pieces ?? []) {
    if (leaf !== origin.leaf) continue
    origin.from = Math.min(origin.from, from)
    origin.to = Math.max(origin.to, to)
  }
  if (origin.from > origin.to) origin.from = origin.to
  return { text, pieces: text === '' ? [] : [{ start: 0, end: text.length, how: 'made', ...origin }] }
}

export function joined(parts: readonly ViewText[]): ViewText {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const pieces: Piece[] = []
  let at = 0
  for (const part of parts) {
    // Copied property by property: there may be hundreds of thousands, and a spread takes five times as long.
    for (const { start, end, how, leaf, from, to } of part.pieces)
      pieces.push({ start: start + at, end: end + at, how, leaf, from, to })
    at += part.text.length
  }
  return { text: parts.map(({ text }) => text).join(''), pieces }
}

export function slice({ text, pieces }: ViewText, start: number, end: number): ViewText {
  if (end <= start) return NOTHING
  const found: Piece[] = []
  for (let number = partAt(pieces, start); number < pieces.length; number++) {
    const piece = pieces[number]
    if (piece === undefined || piece.start >= end) break
    found.push(partOf(piece, { start, end }, -start))
  }
  return { text: text.slice(start, end), pieces: found }
}

/** A range of a text, optionally with a replacement. */
export interface Pick extends Range {
  readonly as?: string
}

/** Concatenates the ranges, which must ascend. */
export function picked({ text, pieces }: ViewText, ranges: readonly Pick[]): ViewText {
  const [only] = ranges
  if (ranges.length === 1 && only !== undefined && only.as === undefined)
    return slice({ text, pieces }, only.start, only.end)
  const found: Piece[] = []
  const texts: string[] = []
  let length = 0
  let number = partAt(pieces, only?.start ?? 0)
  for (const { start, end, as } of ranges) {
    while (number < pieces.length && (pieces[number]?.end ?? 0) <= start) number++
    if (as !== undefined) {
      const from = pieces[number]
      const { leaf, from: place = 0 } = from ?? { leaf: null }
      const offset = from?.how === 'copied' ? start - from.start : 0
      const to = from?.how === 'copied' ? place + end - from.start : (from?.to ?? 0)
      found.push({
        start: length,
        end: length + as.length,
        how: 'decoded',
        leaf,
        from: place + offset,
        to: Math.min(to, from?.to ?? 0),
      })
      texts.push(as)
      length += as.length
      continue
    }
    for (let next = number; next < pieces.length; next++) {
      const piece = pieces[next]
      if (piece === undefined || piece.start >= end) break
      found.push(partOf(piece, { start, end }, length - start))
    }
    texts.push(text.slice(start, end))
    length += end - start
  }
  return { text: texts.join(''), pieces: found }
}

/** The part of the piece within the range, moved by `by`. */
function partOf({ start, end, how, leaf, from, to }: Piece, range: Range, by: number): Piece {
  const [first, last] = [Math.max(start, range.start), Math.min(end, range.end)]
  const own = how === 'copied' ? { from: from + first - start, to: from + last - start } : { from, to }
  return { start: first + by, end: last + by, how, leaf, from: own.from, to: own.to }
}

export function trimmed(source: ViewText): ViewText {
  const { text } = source
  const start = text.length - text.trimStart().length
  return start === text.length ? NOTHING : slice(source, start, text.trimEnd().length)
}

const BLANK = made(' ', null)

/** Joins the parts with a separator. */
export const spaced = (parts: readonly ViewText[], between = BLANK) =>
  joined(parts.flatMap((part, index) => (index === 0 ? [part] : [between, part])))

/** The place in the entry that a range comes from, or null. Generated pieces count only if there are no others. */
export function originOf({ pieces }: ViewText, { start, end }: Range): LeafPlace | null {
  let found: { readonly leaf: EventLeaf; readonly isMade: boolean; from: number; to: number } | null = null
  for (let number = partAt(pieces, start); number < pieces.length; number++) {
    const piece = pieces[number]
    if (piece === undefined || piece.start >= Math.max(end, start + 1)) break
    const { leaf } = piece
    if (leaf === null) continue
    const isMade = piece.how === 'made'
    const { from, to } = partOf(piece, { start, end }, 0)
    if (found === null || (found.isMade && !isMade)) found = { leaf, isMade, from, to }
    else if (leaf === found.leaf && isMade === found.isMade) {
      found.from = Math.min(found.from, from)
      found.to = Math.max(found.to, to)
    }
  }
  return found && { leaf: found.leaf, start: found.from, end: found.to }
}
