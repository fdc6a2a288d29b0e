import type { HeldSelection, Place } from '@sentinelmesh/rules'
import { LIMITS } from '../../../limits.ts'

/** A selection's name, then for each part: field, modifiers, index of the value, pattern, indexes of its places. */
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

/** Kept instead of selections that did not fit, see `LIMITS.explanationChars`. */
export const UNEXPLAINED = '[]'

/**
 * Why a match held, as kept beside its places: a place is named by its index among those, and the text that matched is
 * nowhere. A place that is not among them (a match keeps so many) is left out. Null where nothing is to be said.
 */
export function writeSelections(selections: readonly HeldSelection[], places: readonly Place[]): string | null {
  if (selections.length === 0) return null
  const stored: Stored = selections.map(({ name, parts }) => [
    name,
    parts.map((part) => [
      part.field,
      part.modifiers,
      part.value,
      shortened(part.pattern),
      part.places.map((place) => indexOf(place, places)).filter((index) => index >= 0),
    ]),
  ])
  return JSON.stringify(stored)
}

/** What is in the column was checked when it was written; null for matches from before there was such a column. */
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

/** Between characters. The whole pattern stands in the rule's version. */
function shortened(pattern: string): string {
  const most = LIMITS.patternChars
  if (pattern.length <= most) return pattern
  const cut = pattern.slice(0, most)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
