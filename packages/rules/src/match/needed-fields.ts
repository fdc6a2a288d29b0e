import type { Unit } from './unit.ts'
import type { View } from './view.ts'
import type { Condition, Search, Selection } from '../parse/rule.ts'

/** Fields that an event must have. */
type Fields = readonly string[]
/** Any event that matches has all fields of at least one alternative. */
type Alternatives = readonly Fields[]

/** A rule with more combinations of selections than this counts as one that needs no field. */
const MAX_ALTERNATIVES = 64
const NO_NEEDS: Alternatives = [[]]

/**
 * Returns a test that tells from the names of a view's fields whether any of the units can match it. It is true for
 * every view that one of them matches, and cheap: most views of a text lack the fields that rules ask for.
 */
export function fieldTest(units: readonly Unit[]): (view: Pick<View, 'has'>) => boolean {
  const alternatives = units.flatMap(({ does }) =>
    'evaluate' in does ? NO_NEEDS : neededBy(does.condition, does.selections),
  )
  return (view) => alternatives.some((fields) => fields.every((field) => view.has(field)))
}

function neededBy(condition: Condition, selections: ReadonlyMap<string, Selection>): Alternatives {
  if (condition.kind === 'not') return NO_NEEDS
  if (condition.kind !== 'selection')
    return joined(
      condition.kind === 'and',
      condition.parts.map((part) => neededBy(part, selections)),
    )
  const selection = selections.get(condition.name)
  return selection === undefined ? NO_NEEDS : bySelection(selection)
}

function bySelection(selection: Selection): Alternatives {
  if (selection.kind === 'search') return bySearch(selection.search)
  return joined(selection.kind === 'all', selection.parts.map(bySelection))
}

function bySearch({ field, negated, values }: Search): Alternatives {
  const mayBeAbsent = negated || values.some(({ kind }) => kind === 'null' || kind === 'exists')
  return field === null || mayBeAbsent ? NO_NEEDS : [[field]]
}

/** The alternatives of all parts together, or of any of them. */
function joined(all: boolean, parts: readonly Alternatives[]): Alternatives {
  const whole = all
    ? parts.reduce((before, part) => {
        const both = before.flatMap((one) => part.map((other) => [...new Set([...one, ...other])]))
        // Leaving a part out only weakens the test.
        return both.length > MAX_ALTERNATIVES ? before : both
      }, NO_NEEDS)
    : parts.flat()
  return whole.length > MAX_ALTERNATIVES ? NO_NEEDS : whole
}
