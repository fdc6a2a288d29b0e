import type { Unit } from './unit.ts'
import type { View } from './view.ts'
import type { Condition, Search, Selection } from '../parse/rule.ts'

/** Fields that an event must have. */
type Fields = ReadonlySet<string>
/** Any event that matches has all fields of at least one alternative. */
type Alternatives = readonly Fields[]

/** A rule with more combinations of selections than this counts as one that needs no field. */
const MAX_ALTERNATIVES = 64
const NO_NEEDS: Alternatives = [new Set()]

/**
 * Returns a test that tells from the names of a view's fields whether any of the units can match it. It is true for
 * every view that one of them matches, and cheap: most views of a text lack the fields that rules ask for.
 */
export function fieldTest(units: readonly Unit[]): (view: Pick<View, 'has'>) => boolean {
  const alternatives = withoutSupersets(
    units.flatMap(({ does }) => ('evaluate' in does ? NO_NEEDS : neededBy(does.condition, does.selections))),
  ).map((fields) => [...fields])
  return (view) => alternatives.some((fields) => fields.every((field) => view.has(field)))
}

function neededBy(condition: Condition, selections: ReadonlyMap<string, Selection>): Alternatives {
  switch (condition.kind) {
    case 'selection': {
      const selection = selections.get(condition.name)
      return selection === undefined ? NO_NEEDS : bySelection(selection)
    }
    case 'not':
      return NO_NEEDS
    case 'and':
      return together(condition.parts.map((part) => neededBy(part, selections)))
    case 'or':
      return either(condition.parts.map((part) => neededBy(part, selections)))
  }
}

function bySelection(selection: Selection): Alternatives {
  if (selection.kind === 'search') return bySearch(selection.search)
  const parts = selection.parts.map(bySelection)
  return selection.kind === 'all' ? together(parts) : either(parts)
}

function bySearch({ field, negated, values }: Search): Alternatives {
  const mayBeAbsent = values.some((value) => value.kind === 'null' || (value.kind === 'exists' && !value.wanted))
  return field === null || negated || mayBeAbsent ? NO_NEEDS : [new Set([field])]
}

function together(parts: readonly Alternatives[]): Alternatives {
  let all: Alternatives = NO_NEEDS
  for (const part of parts) {
    const joined = withoutSupersets(all.flatMap((one) => part.map((other) => new Set([...one, ...other]))))
    // Leaving a part out only weakens the test.
    if (joined.length <= MAX_ALTERNATIVES) all = joined
  }
  return all
}

function either(parts: readonly Alternatives[]): Alternatives {
  const all = withoutSupersets(parts.flat())
  return all.length > MAX_ALTERNATIVES ? NO_NEEDS : all
}

/** An alternative that has all fields of another one adds nothing. */
function withoutSupersets(alternatives: Alternatives): Alternatives {
  const kept: Fields[] = []
  for (const fields of alternatives.toSorted((a, b) => a.size - b.size))
    if (!kept.some((smaller) => [...smaller].every((field) => fields.has(field)))) kept.push(fields)
  return kept
}
