import type { Rule, Selection } from '../../packages/rules/src/index.ts'

/** The density of a rule set. */
export interface Shape {
  /** `field|modifier: values` in a rule, on average. */
  readonly fieldsPerRule: number
  /** Values of such a field, on average. */
  readonly valuesPerField: number
}

export function shapeOf(rules: readonly Rule[]): Shape {
  const searches = rules.flatMap(({ selections }) => [...selections.values()].flatMap(searchesIn))
  const values = searches.reduce((sum, search) => sum + search.values.length, 0)
  return { fieldsPerRule: searches.length / rules.length, valuesPerField: values / searches.length }
}

/** Leaves out keywords, which have no field. */
function searchesIn(selection: Selection): (Selection & { kind: 'search' })['search'][] {
  if (selection.kind !== 'search') return selection.parts.flatMap(searchesIn)
  return selection.search.field === null ? [] : [selection.search]
}
