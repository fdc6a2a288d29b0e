import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import type { Sources } from '../sources-seen.ts'
import type { IngestDeps, Reporter } from '../accept.ts'
import { acceptMapped } from '../accept-mapped.ts'
import { mapRequest, originOf, type MappedRecord } from '@sentinelmesh/telemetry'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import type { TraceSessions } from '@sentinelmesh/telemetry'
import { tally, type Refused } from './tally.ts'
import type { TelemetryRequest } from '@sentinelmesh/telemetry'

export interface TelemetryDeps {
  readonly ingest: IngestDeps
  readonly traceSessions: TraceSessions
  readonly sources: Sources
  /** A record that could not be mapped is refused by itself. */
  readonly onFault: (fault: unknown) => void
}

const FAULT = 'A record could not be read, which is a fault of this server. Its log says more.'

/**
 * The way of a request of telemetry, once it is read: map, bound, judge, keep, count. Resolves after everything is
 * durable, with the records that were refused. Throws as `accept` does; of a large request parts may be stored then, and
 * are known again when it is sent anew.
 */
export async function acceptTelemetry(
  deps: TelemetryDeps,
  reporter: Reporter,
  { records, leftOut }: TelemetryRequest,
): Promise<Refused> {
  const { ingest, traceSessions, sources } = deps
  const org = authorise(reporter.principal, reporter.action)
  const tallied = tally()
  for (const { record, records: left, reason } of leftOut) {
    const origin = originOf(record)
    tallied.record(origin, left)
    tallied.refuse(origin, reason, left)
  }
  const mapped = mapRequest(records, {
    nowMs: ingest.clock.now(),
    sessions: traceSessions.ofOrg(org),
    keepUnknown: reporter.principal?.type === 'key' && reporter.principal.keepUnknown,
    turn: async () => ingest.turns.next(org),
  })
  let parts = 0
  let slice: { readonly entry: MappedEntry; readonly of: MappedRecord }[] = []
  for await (const of of mapped) {
    if ('fault' in of) {
      deps.onFault(of.fault)
      tallied.refuse(of, FAULT)
    }
    if (of.refused !== undefined) tallied.refuse(of, of.refused)
    tallied.record(of)
    for (const entry of of.entries) {
      slice.push({ entry, of })
      if (slice.length === LIMITS.requestEntries) await keep()
    }
  }
  await keep()
  // Not counted after an error, because the client then sends the request again.
  sources.count(org, reporter.surface, tallied.counts())
  return tallied.refused()

  async function keep(): Promise<void> {
    const taken = slice
    slice = []
    // Refused in the middle, a large request would store its beginning again and again and never come to its end.
    const outcomes = await acceptMapped(
      ingest,
      { ...reporter, isAdmitted: parts++ > 0 },
      taken.map(({ entry }) => entry),
    )
    for (const [index, { of }] of taken.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) throw new Error('an entry was left without an outcome')
      if ('refused' in outcome) tallied.refuse(of, outcome.refused.message)
      else tallied.stored(of)
    }
  }
}
