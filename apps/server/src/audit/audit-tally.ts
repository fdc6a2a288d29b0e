import type { OrgId } from '@sentinelmesh/api'
import { auditStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** A record without its time, which the clock adds. */
export interface Occurrence {
  readonly principal: string
  readonly action: string
  readonly target?: string | null
  readonly remoteAddress?: string | null
  readonly details?: Readonly<Record<string, unknown>> | null
}

/** Repetitions within a minute become one record. */
const WINDOW_MS = 60_000
/** Distinct events per organization and window. Further events are counted by action only. */
const DISTINCT = 100

/**
 * Writes audit records of events that anyone can cause without limit, such as failed sign-ins, so that an attacker
 * cannot fill the audit. The first event is written immediately. Events that differ only in their time are counted, and
 * one record with `details.repeated` follows at the end of the minute.
 */
export interface AuditTally {
  /** `org` may be null. Resolves when the first of equal events is written. Reports faults and never rejects. */
  note(org: OrgId | null, occurrence: Occurrence): Promise<void>
  /** Writes the pending counts. */
  flush(): Promise<void>
  stop(): Promise<void>
}

interface Counted {
  readonly org: OrgId | null
  readonly occurrence: Occurrence
  repeated: number
}

export function auditTally({ database, clock, jobs }: { database: Database; clock: Clock; jobs: Jobs }): AuditTally {
  const counted = new Map<string, Counted>()
  const distinct = new Map<OrgId | null, number>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function write(records: readonly { org: OrgId | null; occurrence: Occurrence }[]): Promise<void> {
    const at = clock.now() * 1000
    const store = () =>
      database.transaction(async (tx) => {
        for (const { org, occurrence } of records) await auditStore(tx).append(org, { ...occurrence, at })
      })
    writing = writing.then(async () => void (await jobs.attempt('audit_tally', store)))
    return writing
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const repeats = [...counted.values()].filter(({ repeated }) => repeated > 0)
    counted.clear()
    distinct.clear()
    if (repeats.length === 0) return writing
    return write(
      repeats.map(({ org, occurrence, repeated }) => ({
        org,
        occurrence: { ...occurrence, details: { ...occurrence.details, repeated } },
      })),
    )
  }

  return {
    note(org, occurrence) {
      timer ??= setTimeout(() => void flush(), WINDOW_MS).unref()
      const exact = JSON.stringify([org, occurrence])
      const known = counted.get(exact)
      if (known !== undefined) {
        known.repeated += 1
        return Promise.resolve()
      }
      const others = distinct.get(org) ?? 0
      if (others < DISTINCT) {
        distinct.set(org, others + 1)
        counted.set(exact, { org, occurrence, repeated: 0 })
        return write([{ org, occurrence }])
      }
      const { action } = occurrence
      const rest = `others\n${org}\n${action}`
      const sum = counted.get(rest) ?? { org, occurrence: { principal: 'several', action }, repeated: 0 }
      sum.repeated += 1
      counted.set(rest, sum)
      return Promise.resolve()
    },
    flush,
    stop: flush,
  }
}
