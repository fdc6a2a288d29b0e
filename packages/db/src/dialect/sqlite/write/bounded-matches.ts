import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import type { Match, Place } from '@sentinelmesh/rules'
import { weightiestFirst } from '@sentinelmesh/rules/risk'
import { LIMITS } from '../../../limits.ts'

interface BoundedMatch {
  readonly match: Match
  /** False if its places and selections did not fit. */
  readonly explained: boolean
}

/**
 * All matches of an entry in storage order; reads list the first `entryMatches`. Their explanations have at most
 * `explanationChars` in total.
 */
export function boundedMatches(matches: readonly Match[]): readonly BoundedMatch[] {
  const ordered = matches.length <= API_LIMITS.entryMatches ? matches : weightiestFirst(matches)
  let left: number = LIMITS.explanationChars
  return ordered.map((match) => {
    const chars = explanationChars(match)
    const explained = chars <= left
    if (explained) left -= chars
    return { match: explained ? match : { ...match, places: [], selections: [] }, explained }
  })
}

/** Names, quotes, and numbers in the JSON around the strings. */
const JSON_OVERHEAD_CHARS = 80

function explanationChars({ places, selections }: Match): number {
  let chars = charsOf(places)
  for (const { name, parts } of selections) {
    chars += JSON_OVERHEAD_CHARS + name.length
    for (const { field, modifiers, pattern, places: own } of parts) {
      chars += JSON_OVERHEAD_CHARS + (field?.length ?? 0) + Math.min(pattern.length, LIMITS.patternChars) + charsOf(own)
      for (const modifier of modifiers) chars += modifier.length
    }
  }
  return chars
}

function charsOf(places: readonly Place[]): number {
  let chars = 0
  for (const { view = '', field, pointer } of places)
    chars += JSON_OVERHEAD_CHARS + view.length + field.length + (pointer?.length ?? 0)
  return chars
}
