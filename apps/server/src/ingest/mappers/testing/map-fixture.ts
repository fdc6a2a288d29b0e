import type { TelemetryRecord } from '../../otlp/telemetry.ts'
import { toIso } from '../../timestamp.ts'
import type { MappedEntry } from '../mapped-entry.ts'
import type { Mapper } from '../mapper.ts'
import { sessionOf } from '../session.ts'
import { readFixture, type ExpectedEntry } from './read-fixture.ts'

/** What a mapper makes of a fixture, as its `.expected.json` has it: with the sessions of traces, each call told once. */
export function mapFixture(mapper: Mapper, name: string): readonly ExpectedEntry[] {
  const records = readFixture(name)
  const seen = new Set<string>()
  return inOrder(records).flatMap((record) =>
    entriesOf(mapper, record)
      .map((entry) => ({ ...entry, session: entry.session ?? sessionOfTrace(record, records) }))
      .filter((entry) => {
        const key = JSON.stringify([entry.session, entry.kind, entry.attributes['tool.call_id'], entry.payload])
        return seen.size < seen.add(key).size
      })
      .map(asExpected),
  )
}

export function entriesOf(mapper: Mapper, record: TelemetryRecord): readonly MappedEntry[] {
  return record.type === 'log' ? mapper.log(record) : mapper.span(record)
}

export function asExpected(entry: MappedEntry): ExpectedEntry {
  const { sender, receiver, kind, session, context, payload, at, attributes, source } = entry
  return {
    sender,
    receiver,
    kind,
    session,
    context,
    payload: payload.type === 'text' ? payload.text : (JSON.parse(payload.text) as unknown),
    ...(at === null ? {} : { timestamp: toIso(at) }),
    attributes,
    logsource: { product: 'ai_agent', category: kind, service: source },
  }
}

function inOrder(records: readonly TelemetryRecord[]): readonly TelemetryRecord[] {
  const start = (record: TelemetryRecord) => Number(record.type === 'span' ? record.startNanos : 0n)
  return records.toSorted((one, other) => start(one) - start(other))
}

function sessionOfTrace(record: TelemetryRecord, records: readonly TelemetryRecord[]): string | null {
  const { traceId } = record
  const inTrace = traceId === null ? [] : records.filter((other) => other.traceId === traceId)
  const named = inTrace.map(({ attributes }) => sessionOf(attributes)).find((session) => session !== null)
  return named ?? sessionOf(record.resource.attributes) ?? traceId
}
