import type { ReportOut, Services } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { accept, type Outcome } from '../../ingest/accept.ts'
import type { Verb } from '../verb.ts'

/** Throws `store_busy`, `store_failed`; then nothing of the call is stored. */
export const report: Verb<Services['logs']['report']> = async ({ ingest }, principal, entries, { remoteAddress }) => {
  if (principal === null) throw new DomainError('unauthenticated')
  const sources = entries.map((value) => ({ value, text: null }))
  return toReport(
    await accept(ingest, { principal, action: 'logs.report', surface: 'trpc', remoteAddress }, sources, {
      lenient: false,
    }),
  )
}

/** One result an entry sent, in order; what was refused says why, under its index. */
export function toReport(outcomes: readonly Outcome[]): ReportOut {
  const results: ReportOut['results'] = []
  const rejected: ReportOut['rejected'] = []
  for (const [index, outcome] of outcomes.entries()) {
    if ('refused' in outcome) {
      rejected.push({ index, reason: outcome.refused.message })
      results.push(null)
      continue
    }
    const { id, risk, matches, duplicate } = outcome.accepted
    results.push({
      log_id: id,
      risk,
      matches: matches.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level })),
      ...(duplicate ? { duplicate: true as const } : {}),
    })
  }
  return { accepted: outcomes.length - rejected.length, rejected, results }
}
