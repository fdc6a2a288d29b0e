import type { HeldSelection, Place } from '@sentinelmesh/rules'
import { LIMITS } from '../../../limits.ts'

/** A selection's name and its parts: field, modifiers, index of the value, pattern, and indexes of its places. */
type Stored = readonly (readonly [
  name: string,
  parts: readonly (readonly [
    field: string | null,
    modifiers: readonly string[],
    value: number,
    pattern: string,
    places: readonly number[],
  ])[],
])[]

/** Stored instead of selections that did not fit; see `LIMITS.explanationChars`. */
export const UNEXPLAINED = '[]'

/**
 * Serializes why a rule matched, without the matched text. A place is stored as its index in `places`; one that is not
 * in `places`, which has a limit, is omitted. Null if there are no selections.
 */
export function writeSelections(selections: readonly HeldSelection[], places: readonly Place[]): string | null {
  if (selections.length === 0) return null
  const stored: Stored = selections.map(({ name, parts }) => [
    name,
    parts.map((part) => [
      part.field,
      part.modifiers,
      part.value,
      truncate(part.pattern),
      part.places.map((place) => indexOf(place, places)).filter((index) => index >= 0),
    ]),
  ])
  return JSON.stringify(stored)
}

/** The text is trusted, because it was validated when it was written. Null for matches older than the column. */
export function readSelections(text: string | null, places: readonly Place[]): HeldSelection[] {
  if (text === null) return []
  return (JSON.parse(text) as Stored).map(([name, parts]) => ({
    name,
    parts: parts.map(([field, modifiers, value, pattern, indexes]) => ({
      field,
      modifiers,
      value,
      pattern,
      places: indexes.map((index) => places[index]).filter((place) => place !== undefined),
    })),
  }))
}

function indexOf(wanted: Place, places: readonly Place[]): number {
  return places.findIndex(
    (place) =>
      place === wanted ||
      (place.field === wanted.field &&
        place.pointer === wanted.pointer &&
        place.start === wanted.start &&
        place.end === wanted.end &&
        place.view === wanted.view),
  )
}

/** Never splits a surrogate pair. The rule's version has the whole pattern. */
function truncate(pattern: string): string {
  const most = LIMITS.patternChars
  if (pattern.length <= most) return pattern
  const cut = pattern.slice(0, most)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
