import type { HeldPart, HeldSelection, Match, Place } from './match.ts'
import type { LeafPlace } from './leaf-place.ts'
import type { Unit } from './unit.ts'
import { LIMITS } from '../limits.ts'
import type { Search } from '../parse/rule.ts'

/** One value of a search that matched. */
export interface FoundPart {
  readonly search: Search
  readonly value: number
  readonly places: readonly LeafPlace[]
}

export interface FoundSelection {
  readonly name: string
  readonly parts: readonly FoundPart[]
}

/** A unit that matched an event. */
export interface Found {
  readonly unit: Unit
  readonly selections: readonly FoundSelection[]
  /** The places that a custom evaluator returned. The places of a rule are in `selections`. */
  readonly places: readonly LeafPlace[]
  readonly filteredBy: string | null
  /** The index of the unit in the rule set. */
  readonly number: number
}

/** Builds the public match. `placeOf` maps a place to the entry as the caller has it. */
export function toMatch(found: Found, placeOf: (place: LeafPlace) => Place): Match {
  const { unit, selections, filteredBy } = found
  const { id, hash, title, level, points, family, contributes } = unit
  return {
    ruleId: id,
    ruleHash: hash,
    title,
    level,
    points,
    family,
    contributes: contributes && filteredBy === null,
    places: sortedPlaces(placesOf(found)).map(placeOf).filter(isShort),
    selections: heldSelections(selections, placeOf),
    filteredBy,
  }
}

export const placesOf = ({ places, selections }: Pick<Found, 'places' | 'selections'>): LeafPlace[] => [
  ...places,
  ...selections.flatMap(({ parts }) => parts.flatMap((part) => part.places)),
]

function heldSelections(
  selections: readonly FoundSelection[],
  placeOf: (place: LeafPlace) => Place,
): readonly HeldSelection[] {
  let left: number = LIMITS.partsPerMatch
  return selections.map(({ name, parts }) => {
    const kept = parts.slice(0, left)
    left -= kept.length
    return {
      name,
      parts: kept.map(({ search: { field, modifiers, values }, value, places }): HeldPart => {
        return {
          field,
          modifiers,
          value,
          pattern: values[value]?.pattern ?? '',
          places: places.map(placeOf).filter(isShort),
        }
      }),
    }
  })
}

const isShort = ({ pointer }: Place) => pointer === null || pointer.length <= LIMITS.pointerChars

/** Sorts places by event, then by view; drops duplicates; keeps at most `LIMITS.placesPerMatch`. */
function sortedPlaces(places: LeafPlace[]): LeafPlace[] {
  if (places.length < 2) return places
  places.sort((a, b) => a.leaf.base - b.leaf.base || a.start - b.start || a.end - b.end || viewOrder(a) - viewOrder(b))
  return places
    .filter(({ leaf, start, end }, index) => {
      const before = places[index - 1]
      return before === undefined || before.leaf !== leaf || before.start !== start || before.end !== end
    })
    .sort((a, b) => viewOrder(a) - viewOrder(b))
    .slice(0, LIMITS.placesPerMatch)
}

const viewOrder = ({ view }: LeafPlace) => view?.number ?? -1

/** The place in the entry as it was judged. */
export function toPlace({ leaf, start, end, view }: LeafPlace): Place {
  const pointer = leaf.pointers === null ? null : leaf.pointers(leaf.start)
  return { ...(view && { view: view.name }), field: leaf.field, pointer, start, end }
}
