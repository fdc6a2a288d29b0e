import { LIMITS } from '@sentinelmesh/api/constants'
import type { Match } from '@sentinelmesh/rules'
import { weightiestFirst } from '@sentinelmesh/rules/risk'

/** The matches that a reply lists, as reads of the stored entry do, without those that a filter held back. */
export function listedMatches(matches: readonly Match[]): {
  readonly listed: readonly Match[]
  readonly leftOut: number
} {
  const counted = matches.filter(({ filteredBy }) => filteredBy === null)
  if (counted.length <= LIMITS.entryMatches) return { listed: counted, leftOut: 0 }
  const listed = weightiestFirst(counted).slice(0, LIMITS.entryMatches)
  return { listed, leftOut: counted.length - listed.length }
}
