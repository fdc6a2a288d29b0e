import type { AppRouter } from '@sentinelmesh/api'
import type { ChosenValues } from '@sentinelmesh/query'
import type { inferRouterOutputs } from '@trpc/server'
import { STACK } from '../../../components/charts/bands.ts'

export type FacetOut = inferRouterOutputs<AppRouter>['logs']['facets']['facets'][number]

/** Values that are shown of a field, until all are asked for. */
export const FEW = 8
export const MANY = 100

export interface Line {
  readonly value: string
  readonly title: string | undefined
  /** Undefined: chosen, and not among the values that were counted. */
  readonly count: number | undefined
}

/** All bands, the highest first; of other fields the most frequent values, and what is chosen beside them. */
export function linesOf(
  { field, values, distinct }: FacetOut,
  { included, excluded }: ChosenValues,
  { most, estimated }: { readonly most: number; readonly estimated: boolean },
): Line[] {
  const counted = new Map(values.map((each) => [each.value, each]))
  const lineOf = (value: string): Line => {
    const known = counted.get(value)
    // A sample misses what is rare.
    const none = values.length >= distinct && !estimated ? 0 : undefined
    return { value, title: known?.title, count: known?.count ?? none }
  }
  if (field === 'band') return STACK.toReversed().map(lineOf)
  const shown = values.slice(0, most).map(({ value }) => value)
  const chosen = [...included, ...excluded].filter((value) => !shown.includes(value))
  // A query may choose by a pattern more than anybody wants to see here.
  return [...shown, ...chosen.slice(0, most)].map(lineOf)
}
