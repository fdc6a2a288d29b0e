import type { HeldSelection } from '@sentinelmesh/api'
import type { Match } from '@sentinelmesh/rules'

/** Why a match held, as everyone outside sees it. */
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
