import type { ReportOut } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { accept, type Outcome } from '../../ingest/accept.ts'
import type { Verb } from '../verb.ts'

/** Throws `store_busy`, `store_failed`. Nothing of the call is stored then. */
export const report: Verb<'logs.report', 'ingest'> = async ({ ingest }, { principal, remoteAddress }, entries) => {
  const sources = entries.map((value) => ({ value, text: null }))
  return toReport(
    await accept(ingest, { principal, action: 'logs.report', surface: 'trpc', remoteAddress }, sources, {
      lenient: false,
    }),
  )
}

/**
 * Returns one result per entry, in order. Errors name the index of the refused entry. Matches are listed up to
 * `pageReplyBytes` in total. After that, only their number is returned.
 */
export function toReport(outcomes: readonly Outcome[]): ReportOut {
  const results: ReportOut['results'] = []
  const rejected: ReportOut['rejected'] = []
  let bytes = 0
  for (const [index, outcome] of outcomes.entries()) {
    if ('refused' in outcome) {
      rejected.push({ index, reason: outcome.refused.message })
      results.push(null)
      continue
    }
    const { id, risk, matches, matchesLeftOut, duplicate } = outcome.accepted
    const listed = matches.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level }))
    bytes += listed.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(listed))
    const fits = bytes <= LIMITS.pageReplyBytes
    const leftOut = matchesLeftOut + (fits ? 0 : listed.length)
    results.push({
      log_id: id,
      risk,
      matches: fits ? listed : [],
      ...(leftOut > 0 ? { matches_left_out: leftOut } : {}),
      ...(duplicate ? { duplicate: true as const } : {}),
    })
  }
  return { accepted: outcomes.length - rejected.length, rejected, results }
}
