import type { HeldPart, HeldSelection, Match, Place } from './match.ts'
import type { LeafPlace } from './leaf-place.ts'
import type { Unit } from './unit.ts'
import { LIMITS } from '../limits.ts'
import type { Search } from '../parse/rule.ts'

/** One value of a search that held. */
export interface FoundPart {
  readonly search: Search
  readonly value: number
  readonly places: readonly LeafPlace[]
}

export interface FoundSelection {
  readonly name: string
  readonly parts: readonly FoundPart[]
}

/** A unit that held for an event. */
export interface Found {
  readonly unit: Unit
  readonly selections: readonly FoundSelection[]
  /** Those of a custom evaluator; what selections found is in them. */
  readonly places: readonly LeafPlace[]
  readonly filteredBy: string | null
  /** The place of the unit in the rule set. */
  readonly number: number
}

/** What a caller sees of it. `placeOf` says where a place is in the entry as the caller has it. */
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
    places: tidy(placesOf(found)).map(placeOf).filter(isShort),
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

/** In the order of the event and then of its views, each once, at most so many. */
function tidy(places: LeafPlace[]): LeafPlace[] {
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

/** Where it is in the entry as it was judged. */
export function toPlace({ leaf, start, end, view }: LeafPlace): Place {
  const pointer = leaf.pointers === null ? null : leaf.pointers(leaf.start)
  return { ...(view && { view: view.name }), field: leaf.field, pointer, start, end }
}
