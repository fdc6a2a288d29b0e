import type { HeldSelection } from '@sentinelmesh/api'
import type { Match } from '@sentinelmesh/rules'

/** The selections that matched, in the format of the API. */
export function toHeldSelections(selections: Match['selections']): HeldSelection[] {
  return selections.map(({ name, parts }) => ({
    name,
    parts: parts.map(({ field, modifiers, value, pattern, places }) => ({
      field,
      modifiers: [...modifiers],
      value,
      pattern,
      places: places.map((place) => ({ ...place })),
    })),
  }))
}
