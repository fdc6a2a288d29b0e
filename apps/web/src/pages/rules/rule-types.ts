import type { AppRouter } from '@sentinelmesh/api'
import type { Explanation } from '@sentinelmesh/rules'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'

type Out = inferRouterOutputs<AppRouter>['rules']
type In = inferRouterInputs<AppRouter>['rules']

export type { RuleProblem } from '@sentinelmesh/api'
export type RuleDetail = Out['get']
export type RuleRow = Out['list']['items'][number]
export type ListInput = In['list']
export type CreateInput = In['create']
export type UpdateInput = In['update']
export type TryInput = In['try']
export type TryOutput = Out['try']
export type Tried = Omit<TryOutput['results'][number], 'explanation'> & { readonly explanation: Explanation }
export type ImportOutput = Out['import']
export type PreviewInput = In['previewFilter']
export type FilterPreview = Out['previewFilter']

/** The server passes on the engine's explanation, and its schema does not repeat that type. */
export function toTried(result: TryOutput['results'][number]): Tried {
  return result as Tried
}
