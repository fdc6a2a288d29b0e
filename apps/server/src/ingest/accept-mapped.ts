import { LIMITS } from '@sentinelmesh/api/constants'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { boundEntry, boundEntryInSteps, STEP_CHARS, type BoundEntry } from '@sentinelmesh/telemetry/bound-entry'
import { EntryRefused } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'
import { drained } from './read-json.ts'
import type { Reporter } from './reporter.ts'
import { ingest, type IngestDeps, type OpenDecider, type Outcome } from './ingest.ts'

/**
 * Ingests entries that mappers read from telemetry, hooks and MCP. Returns one outcome per entry, in order. What is too long
 * is cut and marked; an entry is refused only for its time. Two reports of the same event become one entry. Resolves and
 * throws like `accept`.
 */
export function acceptMapped(
  deps: IngestDeps,
  reporter: Reporter,
  entries: readonly MappedEntry[],
  openDecider?: OpenDecider,
): Promise<readonly Outcome[]> {
  return ingest(deps, reporter, entries, {
    parse(mapped, nowMs, turn) {
      const at = instant(mapped.at, nowMs)
      const parsed = ({ entry, textRepaired, dropped, cut }: BoundEntry): ParsedEntry => ({
        entry,
        timestamp: { at, text: null },
        kindAssumed: false,
        sourceId: null,
        textRepaired,
        mapped: { anchor: mapped.anchor, dropped, cut },
      })
      return mapped.payload.text.length <= STEP_CHARS
        ? parsed(boundEntry(mapped))
        : drained(boundEntryInSteps(mapped), turn).then(parsed)
    },
    openDecider,
  })
}

/** Microseconds since 1970. Throws `EntryRefused` for a time before 1970 or too far in the future. */
export function instant(at: number | null, nowMs: number): number {
  if (at === null || !Number.isFinite(at)) return nowMs * 1000
  if (at < 0) throw refusedTime('timestamp lies before 1970.')
  if (at > (nowMs + LIMITS.aheadMs) * 1000) throw refusedTime('timestamp lies more than 24 h in the future.')
  return Math.floor(at)
}

function refusedTime(msg: string): EntryRefused {
  return new EntryRefused([{ loc: ['timestamp'], msg, type: 'timestamp' }])
}
