import type { Turn } from '@sentinelmesh/rules'
import { systemNamed } from '@sentinelmesh/rules/views'
import type { LogRecord, TelemetryRecord } from '../otlp/telemetry.ts'
import { withBoundedTime } from './bound-time.ts'
import type { MappedEntry, SourceName } from './mapped-entry.ts'
import type { ToldCall, ToolOfCall } from './mapper.ts'
import { RecordTooLarge, tooLarge, withinRecordBudget } from './record-budget.ts'
import { MAPPERS } from './registry.ts'
import { sessionOf } from './session.ts'
import { sourceOf } from './source.ts'
import { unknownEntry } from './unknown-entry.ts'

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
  /** A sentence that says which limit the record exceeds, and what to do. */
  readonly refused?: string
}

export interface MapOptions {
  readonly nowMs: number
  /** The sessions that traces of this org belong to, as far as requests told them. */
  readonly sessions: {
    of(traceId: string): string | null
    told(traceId: string, session: string): void
  }
  /** Log records that no mapper knows become entries, too. */
  readonly keepUnknown: boolean
  /** Awaited between records: a request may hold very many. */
  readonly turn: Turn
}

/**
 * The records of a request as entries: in the order in which things began, each with its session, what is told twice once.
 * Nothing is left out: a record that makes no entry comes with none.
 */
export async function* mapRequest(
  records: readonly TelemetryRecord[],
  options: MapOptions,
): AsyncGenerator<MappedRecord, void> {
  const { nowMs, turn } = options
  const { sessions, tools } = await lookAhead(records, options)
  const isNew = toldOnce()
  for (const record of inOrder(records)) {
    await turn()
    const origin = originOf(record)
    try {
      const found = withinRecordBudget(() => entriesOf(record, origin.source, tools, options.keepUnknown))
      const entries = found.map((entry) => withBoundedTime(withSystem(withSession(entry, record), record), nowMs))
      yield { ...origin, entries: entries.filter(isNew) }
    } catch (fault) {
      if (fault instanceof RecordTooLarge) yield { ...origin, entries: [], refused: tooLarge(record, fault) }
      else yield { ...origin, entries: [], fault }
    }
  }

  function withSession(entry: MappedEntry, { traceId, resource }: TelemetryRecord): MappedEntry {
    if (entry.session !== null) return entry
    const ofTrace = traceId === null ? null : (sessions.get(traceId) ?? options.sessions.of(traceId))
    return { ...entry, session: ofTrace ?? connectionOf(entry) ?? sessionOf(resource.attributes) ?? traceId }
  }
}

/** An MCP connection outlives a conversation and is left to its trace; requests of their own traces have nothing else. */
function connectionOf({ attributes }: MappedEntry): string | null {
  const connection = attributes['mcp.session']
  return typeof connection === 'string' ? connection : null
}

/** By trace: the session, and the tool of each call, that some record tells, whether it makes an entry or not. */
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
      known.told(traceId, session)
    }
    for (const { callId, tool } of callsOf(record)) {
      const ofTrace = tools.get(traceId) ?? new Map<string, string>()
      tools.set(traceId, ofTrace.set(callId, tool))
    }
  }
  return { sessions, tools }
}

function callsOf(record: TelemetryRecord): readonly ToldCall[] {
  // Spans hold the whole of a call.
  const source = record.type === 'span' ? null : sourceOf(record)
  if (source === null) return []
  try {
    return withinRecordBudget(() => MAPPERS[source].calls?.(record)) ?? []
  } catch (error) {
    // It is refused when it is mapped.
    if (error instanceof RecordTooLarge) return []
    throw error
  }
}

export function originOf(record: TelemetryRecord): Origin {
  return { source: sourceOf(record), scope: record.scope.name }
}

function entriesOf(
  record: TelemetryRecord,
  source: SourceName | null,
  tools: Ahead['tools'],
  keepUnknown: boolean,
): readonly MappedEntry[] {
  if (source === null) return keepUnknown && record.type === 'log' ? [unknownEntry(record)] : []
  const mapper = MAPPERS[source]
  return record.type === 'span' ? mapper.span(record) : mapper.log(record, toolOfCall(record, tools))
}

/** Rules are written for one system, and what a call holds does not always tell which. */
function withSystem(entry: MappedEntry, { resource }: TelemetryRecord): MappedEntry {
  const name = resource.attributes.get('os.type')
  const system = typeof name === 'string' ? systemNamed(name) : null
  return system === null ? entry : { ...entry, system }
}

function toolOfCall({ traceId }: LogRecord, tools: Ahead['tools']): ToolOfCall {
  const ofTrace = traceId === null ? undefined : tools.get(traceId)
  return (callId) => ofTrace?.get(callId) ?? null
}

/** Spans are exported when they end, so a parent comes after its children; logs come as they were written. */
function inOrder(records: readonly TelemetryRecord[]): readonly TelemetryRecord[] {
  const spans = records.filter((record) => record.type === 'span')
  if (spans.length < records.length) return records
  return (
    spans
      // Clocks are coarse: a root may seem to begin with its first child.
      .map((span) => ({ span, start: span.startNanos ?? 0n, depth: span.parentSpanId === null ? 0 : 1 }))
      .map((one) => ({ ...one, about: Number(one.start) }))
      .sort((one, other) => one.about - other.about || Number(one.start - other.start) || one.depth - other.depth)
      .map(({ span }) => span)
  )
}

/** False for an entry whose session, kind, call and payload are those of an earlier one; lines of a log may be alike. */
function toldOnce(): (entry: MappedEntry) => boolean {
  const told = new Map<string, Set<string>>()
  return ({ source, session, kind, attributes, payload }) => {
    if (source === 'other') return true
    const occurrence = JSON.stringify([session, kind, attributes['tool.call_id'] ?? null, payload.type])
    const before = told.get(payload.text)
    if (before?.has(occurrence)) return false
    told.set(payload.text, (before ?? new Set()).add(occurrence))
    return true
  }
}
