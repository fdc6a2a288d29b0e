import type { SeqRange } from '../../../log-store.ts'

/** A part of an org's log that has a table of the index to itself: it covers every position of its range. */
export interface Segment extends SeqRange {
  readonly id: number
  /** Entries in the table. */
  readonly entries: number
}

/** The positions from `range.from` to `range.to` that no segment covers; segments are given in their order. */
export function uncovered(segments: readonly SeqRange[], range: SeqRange): SeqRange[] {
  const gaps: SeqRange[] = []
  let next = range.from
  for (const { from, to } of segments) {
    if (from > range.to) break
    if (from > next) gaps.push({ from: next, to: from - 1 })
    next = Math.max(next, to + 1)
  }
  if (next <= range.to) gaps.push({ from: next, to: range.to })
  return gaps
}

export function lengthOf(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}
