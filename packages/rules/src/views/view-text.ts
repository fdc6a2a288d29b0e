import type { EventLeaf } from '../match/event.ts'
import type { LeafPlace, Range } from '../match/found.ts'
import type { Piece, ViewText } from '../match/view.ts'

export const NOTHING: ViewText = { text: '', pieces: [] }

/** A text of the entry as it stands there. */
export function copied(leaf: EventLeaf): ViewText {
  const { length } = leaf.text
  return { text: leaf.text, pieces: [{ start: 0, end: length, how: 'copied', leaf, from: 0, to: length }] }
}

/** What nobody wrote, because of what stands in `about`; of null nothing in the entry is the cause. */
export function made(text: string, about: ViewText | null): ViewText {
  const [first] = about?.pieces ?? []
  const last = about?.pieces.findLast(({ leaf }) => leaf === first?.leaf)
  const origin = { leaf: first?.leaf ?? null, from: first?.from ?? 0, to: last?.to ?? 0 }
  return { text, pieces: text === '' ? [] : [{ start: 0, end: text.length, how: 'made', ...origin }] }
}

/** The same, for what is read from `about`: an escape, an entity. */
export function decoded(text: string, about: ViewText): ViewText {
  return { text, pieces: made(text, about).pieces.map((piece) => ({ ...piece, how: 'decoded' })) }
}

export function joined(parts: readonly ViewText[]): ViewText {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const pieces: Piece[] = []
  let at = 0
  for (const part of parts) {
    for (const piece of part.pieces) pieces.push({ ...piece, start: piece.start + at, end: piece.end + at })
    at += part.text.length
  }
  return { text: parts.map(({ text }) => text).join(''), pieces }
}

export function slice({ text, pieces }: ViewText, start: number, end: number): ViewText {
  const found: Piece[] = []
  for (let number = pieceAt(pieces, start); number < pieces.length; number++) {
    const piece = pieces[number]
    if (piece === undefined || piece.start >= end) break
    const [from, to] = [Math.max(piece.start, start), Math.min(piece.end, end)]
    const place = { start: from - start, end: to - start }
    found.push(
      piece.how === 'copied'
        ? { ...piece, ...place, from: piece.from + from - piece.start, to: piece.from + to - piece.start }
        : { ...piece, ...place },
    )
  }
  return { text: text.slice(start, end), pieces: found }
}

export function trimmed(source: ViewText): ViewText {
  const { text } = source
  const start = text.length - text.trimStart().length
  return start === text.length ? NOTHING : slice(source, start, text.trimEnd().length)
}

/** The number of the piece that has the place; a text with many escapes has many. */
function pieceAt(pieces: readonly Piece[], at: number): number {
  let [low, high] = [0, pieces.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pieces[middle]?.end ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

export const BLANK = made(' ', null)

/** Where in the entry a range of the text came from; null where it came from nowhere. What was made up counts only where nothing else is in the range. */
export function originOf({ pieces }: ViewText, { start, end }: Range): LeafPlace | null {
  const touched = pieces.filter(
    (piece) => piece.leaf !== null && piece.start < Math.max(end, start + 1) && piece.end > start,
  )
  const written = touched.filter(({ how }) => how !== 'made')
  const [first, ...more] = (written.length > 0 ? written : touched).map(({ how, leaf, from, to, ...piece }) =>
    how === 'copied'
      ? { leaf, from: from + Math.max(0, start - piece.start), to: to - Math.max(0, piece.end - end) }
      : { leaf, from, to },
  )
  if (first === undefined || first.leaf === null) return null
  const same = [first, ...more.filter(({ leaf }) => leaf === first.leaf)]
  return {
    leaf: first.leaf,
    start: Math.min(...same.map(({ from }) => from)),
    end: Math.max(...same.map(({ to }) => to)),
  }
}
