import type { OrgId, Surface } from '@sentinelmesh/api'
import { OTHER_SCOPES, sourcesSeenStore, sumOfSeen, type Database, type SourceSeen } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { maskText } from './mask-text.ts'
import { repairText } from '@sentinelmesh/text/repair-text'
import { SomeFailed, type Jobs } from '../jobs/jobs.ts'

/** The entries of one request from one source, or from a scope that no mapper knows. */
export interface SourceCount {
  readonly source: MappedEntry['source'] | null
  /** Of the instrumentation; looked at where there is no source. */
  readonly scope: string
  readonly records: number
  readonly entries: number
  readonly refused: number
}

/**
 * Counts what comes from where, beside the entries themselves: written once a while and not with each request. A
 * program that is killed loses the counts of the last `WRITE_MS`.
 */
export interface Sources {
  count(org: OrgId, surface: Surface, counts: readonly SourceCount[]): void
  /** Resolves when all that was counted is stored. */
  write(): Promise<void>
  stop(): Promise<void>
}

export interface SourcesDeps {
  readonly database: Database
  readonly clock: Clock
  readonly jobs: Jobs
}

const WRITE_MS = 2_000
const SCOPE_CHARS = 200
/** Of an org, until they are written: more are counted as one. */
const SCOPES_WAITING = 400
const MINUTE_MS = 60_000

export function sources({ database, clock, jobs }: SourcesDeps): Sources {
  let waiting = new Map<OrgId, Map<string, SourceSeen>>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let stopped = false

  function add(org: OrgId, seen: SourceSeen): void {
    const ofOrg = waiting.get(org) ?? new Map<string, SourceSeen>()
    waiting.set(org, ofOrg)
    const hasRoom = ofOrg.has(keyOf(seen)) || seen.source !== null || ofOrg.size < SCOPES_WAITING
    const counted = hasRoom ? seen : { ...seen, scope: OTHER_SCOPES }
    const key = keyOf(counted)
    ofOrg.set(key, sumOfSeen(ofOrg.get(key), counted))
  }

  async function writeAll(): Promise<void> {
    const taken = waiting
    const failures: unknown[] = []
    waiting = new Map()
    for (const [org, seen] of taken) {
      try {
        await database.transaction((tx) => sourcesSeenStore(tx).add(org, [...seen.values()]))
      } catch (fault) {
        failures.push(fault)
        for (const one of seen.values()) add(org, one)
      }
    }
    if (failures.length > 0) throw new SomeFailed(failures, taken.size, 'organizations')
  }

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(attempt)
    return writing
  }
  const attempt = async () => {
    const done = await jobs.attempt('source_counts', writeAll)
    // Counts that could not be written are retried even if nothing new is counted.
    if (!done && !stopped) timer ??= writeSoon()
  }
  const writeSoon = () => setTimeout(() => void write(), WRITE_MS).unref()
  jobs.register('source_counts', write)

  return {
    count(org, surface, counts) {
      const nowMs = clock.now()
      for (const one of counts) add(org, toSeen(surface, one, nowMs))
      if (counts.length > 0) timer ??= writeSoon()
    },
    write,
    stop() {
      stopped = true
      return write()
    },
  }
}

const keyOf = ({ surface, source, scope }: SourceSeen) => JSON.stringify([surface, source, scope])

function toSeen(
  surface: Surface,
  { source, scope, records, entries, refused }: SourceCount,
  nowMs: number,
): SourceSeen {
  const at = nowMs * 1000
  return {
    surface,
    source,
    scope: source === null ? scopeName(scope) : '',
    firstSeen: at,
    lastSeen: at,
    records,
    entries,
    refused,
    recent: entries === 0 ? [] : [[Math.floor(nowMs / MINUTE_MS), entries]],
  }
}

/** Whatever a reporter sends may be a secret. */
function scopeName(scope: string): string {
  return maskText(repairText(scope.replaceAll('\0', '')).slice(0, SCOPE_CHARS))
}
