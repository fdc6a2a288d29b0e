import type { Explanation, PartExplanation } from '../explain/explanation.ts'
import type { Condition, Rule, Search, Selection } from '../parse/rule.ts'

/** The part of a selection that matched in at least one event of the cases. */
export interface SelectionCoverage {
  readonly name: string
  /** `excluded` under a `not`: then the events that must not match have to cover it. */
  readonly polarity: Polarity
  readonly held: boolean
  /** The number of its alternative values. Values that must all match count as one. */
  readonly alternatives: number
  readonly missed: readonly MissedAlternative[]
}

export type Polarity = 'wanted' | 'excluded' | 'both'

export interface MissedAlternative {
  /** Null for keywords. */
  readonly field: string | null
  readonly modifiers: readonly string[]
  /** Its index in the rule's list of values; null for a whole list of which every value must match. */
  readonly value: number | null
  /** The value as the rule writes it. */
  readonly pattern: string
}

/** The explanation of one event, and whether the rule must match the event. */
export interface Tried {
  readonly must: boolean
  readonly explanation: Explanation
}

/** The coverage of each selection, in the order of the condition. Lint reports the selections that it does not name. */
export function coverageOf(rule: Rule, tried: readonly Tried[]): readonly SelectionCoverage[] {
  return [...polarities(rule.condition)].flatMap(([name, polarity]) => {
    const selection = rule.selections.get(name)
    if (selection === undefined) return []
    const bodies = tried
      .filter(({ must }) => polarity === 'both' || must === (polarity === 'wanted'))
      .flatMap(({ explanation }) => explanation.selections.filter((one) => one.name === name))
      .map(({ body }) => body)
    const alternatives = alternativesOf(selection, bodies)
    return [
      {
        name,
        polarity,
        held: bodies.some(({ held }) => held),
        alternatives: alternatives.length,
        missed: alternatives.filter(({ held }) => !held).map(({ missed }) => missed),
      },
    ]
  })
}

function polarities(condition: Condition): ReadonlyMap<string, Polarity> {
  const found = new Map<string, Polarity>()
  const walk = (part: Condition, polarity: 'wanted' | 'excluded'): void => {
    switch (part.kind) {
      case 'not':
        return walk(part.part, polarity === 'wanted' ? 'excluded' : 'wanted')
      case 'and':
      case 'or':
        for (const inner of part.parts) walk(inner, polarity)
        return
      case 'selection': {
        const before = found.get(part.name) ?? polarity
        found.set(part.name, before === polarity ? polarity : 'both')
      }
    }
  }
  walk(condition, 'wanted')
  return found
}

interface Alternative {
  readonly held: boolean
  readonly missed: MissedAlternative
}

/** Walks the selection and its explanations in parallel, because they have the same structure. */
function alternativesOf(selection: Selection, bodies: readonly PartExplanation[]): readonly Alternative[] {
  if (selection.kind === 'search') return searchAlternatives(selection.search, bodies)
  return selection.parts.flatMap((part, index) =>
    alternativesOf(
      part,
      bodies.flatMap((body) => (body.kind === 'search' ? [] : body.parts.slice(index, index + 1))),
    ),
  )
}

function searchAlternatives(search: Search, bodies: readonly PartExplanation[]): readonly Alternative[] {
  const { field, modifiers, all, negated, values } = search
  const searches = bodies.filter((body) => body.kind === 'search')
  if (all || negated) {
    const pattern = values.map((value) => value.pattern).join(', ')
    return [{ held: searches.some(({ held }) => held), missed: { field, modifiers, value: null, pattern } }]
  }
  const held = new Set(searches.flatMap((one) => one.values.filter((value) => value.held).map(({ value }) => value)))
  return values.map(({ pattern }, value) => ({ held: held.has(value), missed: { field, modifiers, value, pattern } }))
}
