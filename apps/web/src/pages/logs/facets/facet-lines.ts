import type { AppRouter } from '@sentinelmesh/api'
import type { ChosenValues } from '@sentinelmesh/query'
import type { inferRouterOutputs } from '@trpc/server'
import { STACK } from '../../../components/charts/bands.ts'

export type FacetOut = inferRouterOutputs<AppRouter>['logs']['facets']['facets'][number]

/** Number of values shown per field, before and after “more”. */
export const FEW = 8
export const MANY = 100

export interface Line {
  readonly value: string
  readonly title: string | undefined
  /** Undefined if the value is chosen but was not counted. */
  readonly count: number | undefined
}

/** All bands, highest first; for other fields, the most frequent values and the chosen ones. */
export function linesOf(
  { field, values, distinct }: FacetOut,
  { included, excluded }: ChosenValues,
  { most, estimated }: { readonly most: number; readonly estimated: boolean },
): Line[] {
  const counted = new Map(values.map((each) => [each.value, each]))
  const lineOf = (value: string): Line => {
    const known = counted.get(value)
    // A sample can miss rare values.
    const none = values.length >= distinct && !estimated ? 0 : undefined
    return { value, title: known?.title, count: known?.count ?? none }
  }
  if (field === 'band') return STACK.toReversed().map(lineOf)
  const shown = values.slice(0, most).map(({ value }) => value)
  const chosen = [...included, ...excluded].filter((value) => !shown.includes(value))
  // A pattern in the query can choose more values than fit here.
  return [...shown, ...chosen.slice(0, most)].map(lineOf)
}
