import { DISGUISES, type Disguise, type Disguised } from './disguise.ts'
import { partAt, type Range } from '../match/leaf-place.ts'

/** A text after decoding, and the places of the source that each part was decoded from. */
export interface Reading {
  readonly text: string
  /** In order, without gaps. */
  readonly parts: readonly ReadingPart[]
}

export interface ReadingPart extends Range {
  /** The place in the source. */
  readonly from: number
  readonly to: number
  /** Empty for text that is as written. */
  readonly disguises: readonly Disguise[]
}

/** Where a part of a reading comes from. */
export type Source = Omit<ReadingPart, 'start' | 'end'>

const AS_WRITTEN: readonly Disguise[] = []

export const asWritten = (text: string): Reading => ({
  text,
  parts: [{ start: 0, end: text.length, from: 0, to: text.length, disguises: AS_WRITTEN }],
})

const ONLY: ReadonlyMap<Disguise, readonly Disguise[]> = new Map(DISGUISES.map((disguise) => [disguise, [disguise]]))

/** Replaces the disguised runs of a reading with what they say. */
export function decoded({ text, parts }: Reading, runs: readonly Disguised[]): Reading {
  const texts: string[] = []
  const made: ReadingPart[] = []
  let length = 0
  const put = (written: string, { from, to, disguises }: Source) => {
    if (written === '') return
    made.push({ start: length, end: length + written.length, from, to, disguises })
    texts.push(written)
    length += written.length
  }
  let number = 0
  const copy = (start: number, end: number) => {
    for (; number < parts.length; number++) {
      const part = parts[number]
      if (part === undefined || part.start >= end) return
      const [first, last] = [Math.max(start, part.start), Math.min(end, part.end)]
      if (first < last) put(text.slice(first, last), within(part, { start: first, end: last }))
      if (part.end > end) return
    }
  }
  let at = 0
  for (const run of runs) {
    copy(at, run.start)
    for (const part of run.parts) put(part.text, originOf(parts, part, run.by))
    at = run.end
  }
  copy(at, text.length)
  return { text: texts.join(''), parts: made }
}

/** The source of a range of a part. A decoded part cannot be divided. */
function within({ start, from, to, disguises }: ReadingPart, range: Range): Source {
  if (disguises.length > 0) return { from, to, disguises }
  return { from: from + range.start - start, to: from + range.end - start, disguises }
}

function originOf(
  parts: readonly ReadingPart[],
  { from: start, to: end }: { readonly from: number; readonly to: number },
  by: Disguise,
): Source {
  const first = partAt(parts, start)
  const only = parts[first]
  // Most runs are in text that is as written.
  if (only !== undefined && only.end >= end && only.disguises.length === 0)
    return { from: only.from + start - only.start, to: only.from + end - only.start, disguises: ONLY.get(by) ?? [by] }
  let [from, to] = [Infinity, 0]
  const disguises = new Set<Disguise>([by])
  for (let number = first; number < parts.length; number++) {
    const part = parts[number]
    if (part === undefined || part.start >= Math.max(end, start + 1)) break
    const source = within(part, { start: Math.max(start, part.start), end: Math.min(end, part.end) })
    from = Math.min(from, source.from)
    to = Math.max(to, source.to)
    for (const disguise of part.disguises) disguises.add(disguise)
  }
  return { from: Math.min(from, to), to, disguises: [...disguises] }
}

/** The disguises of a range of a reading. */
export function disguisesIn({ parts }: Reading, { start, end }: Range): ReadonlySet<Disguise> {
  const found = new Set<Disguise>()
  for (let number = partAt(parts, start); number < parts.length; number++) {
    const part = parts[number]
    if (part === undefined || part.start >= end) break
    for (const disguise of part.disguises) found.add(disguise)
  }
  return found
}

/** The index of the part at the offset, by binary search. */
