import { LIMITS } from '@sentinelmesh/api/constants'
import type { LogRecord, Span, TelemetryRecord } from '../otlp/telemetry.ts'
import { toIso } from '../timestamp.ts'
import type { MappedEntry, SourceName } from './mapped-entry.ts'
import type { ToldCall, ToolOfCall } from './mapper.ts'
import { MAPPERS } from './registry.ts'
import { sessionOf } from './session.ts'
import { sourceOf } from './source.ts'

/** Where a record comes from. */
export interface Origin {
  /** Null: no mapper knows it. */
  readonly source: SourceName | null
  readonly scope: string
}

/** What one record of a request became. */
export interface MappedRecord extends Origin {
  readonly entries: readonly MappedEntry[]
  /** Its mapper failed, which is a fault of ours. */
  readonly fault?: unknown
}

export interface MapOptions {
  readonly nowMs: number
  /** The session that an earlier request told for a trace. */
  readonly sessionOfTrace: (traceId: string) => string | null
}

/**
 * The records of a request as entries: in the order in which things began, each with its session, what is told twice once.
 * Nothing is left out: a record that makes no entry comes with none.
 */
export function* mapRequest(records: readonly TelemetryRecord[], options: MapOptions): Generator<MappedRecord, void> {
  const sessions = sessionsOf(records)
  const tools = toolsOf(records)
  const isNew = toldOnce()
  for (const record of inOrder(records)) {
    const origin = originOf(record)
    try {
      const entries = entriesOf(record, origin.source, tools).map((entry) =>
        inTime(withSession(entry, record), options.nowMs),
      )
      yield { ...origin, entries: entries.filter(isNew) }
    } catch (fault) {
      yield { ...origin, entries: [], fault }
    }
  }

  function withSession(entry: MappedEntry, { traceId, resource }: TelemetryRecord): MappedEntry {
    if (entry.session !== null) return entry
    const ofTrace = traceId === null ? null : (sessions.get(traceId) ?? options.sessionOfTrace(traceId))
    return { ...entry, session: ofTrace ?? connectionOf(entry) ?? sessionOf(resource.attributes) ?? traceId }
  }
}

/** An MCP connection outlives a conversation and is left to its trace; requests of their own traces have nothing else. */
function connectionOf({ attributes }: MappedEntry): string | null {
  const connection = attributes['mcp.session']
  return typeof connection === 'string' ? connection : null
}

/** The sessions that records name for their traces, whether they make an entry or not. */
export function sessionsOf(records: readonly TelemetryRecord[]): ReadonlyMap<string, string> {
  const sessions = new Map<string, string>()
  for (const { traceId, attributes } of records) {
    if (traceId === null || sessions.has(traceId)) continue
    const session = sessionOf(attributes)
    if (session !== null) sessions.set(traceId, session)
  }
  return sessions
}

export function originOf(record: TelemetryRecord): Origin {
  return { source: sourceOf(record), scope: record.scope.name }
}

function entriesOf(record: TelemetryRecord, source: SourceName | null, tools: ToolsOfTraces): readonly MappedEntry[] {
  if (source === null) return []
  const mapper = MAPPERS[source]
  return record.type === 'span' ? mapper.span(record) : mapper.log(record, toolOfCall(record, tools))
}

type ToolsOfTraces = ReadonlyMap<string, ReadonlyMap<string, string>>

function toolOfCall({ traceId }: LogRecord, tools: ToolsOfTraces): ToolOfCall {
  const ofTrace = traceId === null ? undefined : tools.get(traceId)
  return (callId) => ofTrace?.get(callId) ?? null
}

/** The tool of each call that some record tells of, by trace. */
function toolsOf(records: readonly TelemetryRecord[]): ToolsOfTraces {
  const tools = new Map<string, Map<string, string>>()
  for (const record of records) {
    if (record.type === 'span' || record.traceId === null) continue
    for (const { callId, tool } of callsOf(record)) {
      const ofTrace = tools.get(record.traceId) ?? new Map<string, string>()
      tools.set(record.traceId, ofTrace.set(callId, tool))
    }
  }
  return tools
}

function callsOf(record: TelemetryRecord): readonly ToldCall[] {
  const source = sourceOf(record)
  return (source === null ? undefined : MAPPERS[source].calls?.(record)) ?? []
}

/** Spans are exported when they end, so a parent comes after its children; logs come as they were written. */
function inOrder(records: readonly TelemetryRecord[]): readonly TelemetryRecord[] {
  if (!records.some(isSpan)) return records
  return records.toSorted((one, other) => compare(startOf(one), startOf(other)))
}

const isSpan = (record: TelemetryRecord): record is Span => record.type === 'span'
const startOf = (record: TelemetryRecord) => (isSpan(record) ? record.startNanos : record.timeNanos) ?? 0n
const compare = (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0)

/** A clock that is far ahead would put an entry after all that is to come. What it said is kept beside it. */
function inTime(entry: MappedEntry, nowMs: number): MappedEntry {
  if (entry.at === null || entry.at <= (nowMs + LIMITS.aheadMs) * 1000) return entry
  return { ...entry, at: null, attributes: { ...entry.attributes, skewed_time: toIso(entry.at) } }
}

/** False for an entry whose session, kind, call and payload are those of an earlier one. */
function toldOnce(): (entry: MappedEntry) => boolean {
  const told = new Map<string, Set<string>>()
  return ({ session, kind, attributes, payload }) => {
    const occurrence = JSON.stringify([session, kind, attributes['tool.call_id'] ?? null, payload.type])
    const before = told.get(payload.text)
    if (before?.has(occurrence)) return false
    told.set(payload.text, (before ?? new Set()).add(occurrence))
    return true
  }
}
