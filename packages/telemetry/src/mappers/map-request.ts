import type { Turn } from '@sentinelmesh/rules'
import { systemNamed } from '@sentinelmesh/rules/views'
import type { LogRecord, TelemetryRecord } from '../otlp/telemetry.ts'
import { withBoundedTime } from './bound-time.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Dialect, NamedCall, ToolOfCall } from '../dialects/dialect.ts'
import { RecordTooLarge, tooLarge, withinRecordBudget } from './record-budget.ts'
import { dialectOf } from '../dialects/registry.ts'
import { sessionOf } from './session.ts'
import { unknownEntry } from './unknown-entry.ts'

/** Where a record comes from. */
export interface Origin {
  /** The name of its dialect; null if no dialect claims it. */
  readonly source: string | null
  readonly scope: string
}

/** The entries that one record of a request became. */
export interface MappedRecord extends Origin {
  readonly entries: readonly MappedEntry[]
  /** The error if mapping failed, which is a bug in this package. */
  readonly fault?: unknown
  /** A sentence that names the limit that the record exceeds, and what to do. */
  readonly refused?: string
}

export interface MapOptions {
  readonly nowMs: number
  /** Sessions of this org's traces, as learned from its requests. */
  readonly sessions: {
    get(traceId: string): string | null
    remember(traceId: string, session: string): void
  }
  /** Log records that no dialect claims become entries too. */
  readonly keepUnknown: boolean
  /** Awaited between records, because a request can hold very many. */
  readonly turn: Turn
}

/**
 * Maps the records of a request to entries, in the order in which things began, each with its session and without
 * duplicates. Yields every record, including those that make no entry.
 */
export async function* mapRequest(
  records: readonly TelemetryRecord[],
  options: MapOptions,
): AsyncGenerator<MappedRecord, void> {
  const { nowMs, turn } = options
  const { sessions, tools } = await lookAhead(records, options)
  const isNew = duplicateFilter()
  for (const record of inOrder(records)) {
    await turn()
    const dialect = dialectOf(record)
    const origin = originIn(record, dialect)
    try {
      const found = withinRecordBudget(() => entriesOf(record, dialect, tools, options.keepUnknown))
      const entries = found.map((entry) => withBoundedTime(withSystem(withSession(entry, record), record), nowMs))
      yield { ...origin, entries: entries.filter(isNew) }
    } catch (fault) {
      if (fault instanceof RecordTooLarge) yield { ...origin, entries: [], refused: tooLarge(record, fault) }
      else yield { ...origin, entries: [], fault }
    }
  }

  function withSession(entry: MappedEntry, { traceId, resource }: TelemetryRecord): MappedEntry {
    if (entry.session !== null) return entry
    const ofTrace = traceId === null ? null : (sessions.get(traceId) ?? options.sessions.get(traceId))
    return { ...entry, session: ofTrace ?? connectionOf(entry) ?? sessionOf(resource.attributes) ?? traceId }
  }
}

/** An MCP connection outlives a conversation, so the trace's session wins; a request without one falls back to this. */
function connectionOf({ attributes }: MappedEntry): string | null {
  const connection = attributes['mcp.session']
  return typeof connection === 'string' ? connection : null
}

/** Per trace, the session and the tool of each call, from all records, including those that make no entry. */
interface Ahead {
  readonly sessions: Map<string, string>
  readonly tools: Map<string, Map<string, string>>
}

async function lookAhead(records: readonly TelemetryRecord[], { sessions: known, turn }: MapOptions): Promise<Ahead> {
  const sessions: Ahead['sessions'] = new Map()
  const tools: Ahead['tools'] = new Map()
  for (const record of records) {
    await turn()
    const { traceId, attributes } = record
    if (traceId === null) continue
    const session = sessions.has(traceId) ? null : sessionOf(attributes)
    if (session !== null) {
      sessions.set(traceId, session)
      known.remember(traceId, session)
    }
    for (const { callId, tool } of callsOf(record)) {
      const ofTrace = tools.get(traceId) ?? new Map<string, string>()
      tools.set(traceId, ofTrace.set(callId, tool))
    }
  }
  return { sessions, tools }
}

function callsOf(record: TelemetryRecord): readonly NamedCall[] {
  // A span holds the whole call.
  const dialect = record.type === 'span' ? undefined : dialectOf(record)
  if (dialect?.calls === undefined) return []
  try {
    return withinRecordBudget(() => dialect.calls?.(record)) ?? []
  } catch (error) {
    // The record is refused later, when it is mapped.
    if (error instanceof RecordTooLarge) return []
    throw error
  }
}

export function originOf(record: TelemetryRecord): Origin {
  return originIn(record, dialectOf(record))
}

const originIn = ({ scope }: TelemetryRecord, dialect: Dialect | undefined): Origin => ({
  source: dialect?.name ?? null,
  scope: scope.name,
})

function entriesOf(
  record: TelemetryRecord,
  dialect: Dialect | undefined,
  tools: Ahead['tools'],
  keepUnknown: boolean,
): readonly MappedEntry[] {
  if (dialect === undefined) return keepUnknown && record.type === 'log' ? [unknownEntry(record)] : []
  return record.type === 'span' ? dialect.span(record) : dialect.log(record, toolOfCall(record, tools))
}

/** Rules target one operating system, and a call does not always reveal which one it runs on. */
function withSystem(entry: MappedEntry, { resource }: TelemetryRecord): MappedEntry {
  const name = resource.attributes.get('os.type')
  const system = typeof name === 'string' ? systemNamed(name) : null
  return system === null ? entry : { ...entry, system }
}

function toolOfCall({ traceId }: LogRecord, tools: Ahead['tools']): ToolOfCall {
  const ofTrace = traceId === null ? undefined : tools.get(traceId)
  return (callId) => ofTrace?.get(callId) ?? null
}

/** Spans are exported when they end, so a parent follows its children and needs sorting. Logs are already in order. */
function inOrder(records: readonly TelemetryRecord[]): readonly TelemetryRecord[] {
  const spans = records.filter((record) => record.type === 'span')
  if (spans.length < records.length) return records
  return (
    spans
      // Clocks are coarse, so a root can have the same start as its first child.
      .map((span) => ({ span, start: span.startNanos ?? 0n, depth: span.parentSpanId === null ? 0 : 1 }))
      .map((one) => ({ ...one, about: Number(one.start) }))
      .sort((one, other) => one.about - other.about || Number(one.start - other.start) || one.depth - other.depth)
      .map(({ span }) => span)
  )
}

/** Drops entries with the session, kind, call, and payload of an earlier one, except unclaimed log lines. */
function duplicateFilter(): (entry: MappedEntry) => boolean {
  const seen = new Map<string, Set<string>>()
  return ({ source, session, kind, attributes, payload }) => {
    if (source === 'other') return true
    const occurrence = JSON.stringify([session, kind, attributes['tool.call_id'] ?? null, payload.type])
    const before = seen.get(payload.text)
    if (before?.has(occurrence)) return false
    seen.set(payload.text, (before ?? new Set()).add(occurrence))
    return true
  }
}
