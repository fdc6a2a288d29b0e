import { demoTraffic, liveTraffic, type DemoEntry } from '../apps/server/src/demo/traffic.ts'
import { BENCH } from './limits.ts'
import { telemetry, type TelemetryForm } from './telemetry-requests.ts'

/** Describes the requests of a load. Equal descriptions produce equal requests. */
export type LoadWork =
  | {
      /** `POST /log`, as agents of the seed send it: one entry per request, without an id. */
      readonly type: 'singles'
      /** If null, the simulated agents' own payloads are sent. Their entries have 333 bytes on average. */
      readonly payloadBytes: number | null
    }
  /** `POST /api/v1/verdict` with the same entries. */
  | { readonly type: 'verdicts' }
  /** `POST /api/v1/logs` with an array of entries, each with the reporter's id. */
  | { readonly type: 'batches'; readonly entries: number }
  /** Log records, or the resulting entries, with this many per request. */
  | { readonly type: 'telemetry'; readonly form: TelemetryForm; readonly records: number }

/** A request without its head. `marks` are the offsets of the ids in its body, which change each time it is sent. */
export interface Body {
  readonly path: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly marks: readonly number[]
}

/**
 * The first part of each id. Ids are UUIDs, like those that the reporter creates. Each time a body is sent, a new
 * number replaces the mark in all of its ids, so that the ids are new.
 */
const MARK = '00000000'
const SEED = 'bench'
const BEGIN = Date.UTC(2026, 0, 5, 9)

export function bodiesOf(work: LoadWork): readonly Body[] {
  switch (work.type) {
    case 'singles':
      return singles('/log', work.payloadBytes)
    case 'verdicts':
      return singles('/api/v1/verdict', null)
    case 'batches':
      return batches(work.entries)
    case 'telemetry':
      return telemetryBodies(work)
  }
}

/** Returns a replacement for the mark, with the same length. */
export function markOf(number: number): string {
  return number.toString(16).padStart(MARK.length, '0')
}

function idOf(index: number): string {
  return `${MARK}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
}

function singles(path: string, payloadBytes: number | null): Body[] {
  return entries(BENCH.distinctSingles).map((entry, index) =>
    bodyOf(path, {
      ...entry,
      id: undefined,
      ...(payloadBytes === null ? {} : { payload: prose(index * 37, payloadBytes) }),
    }),
  )
}

function batches(size: number): Body[] {
  const bodies: Body[] = []
  let request: DemoEntry[] = []
  for (const [index, entry] of entries(BENCH.distinctEntries).entries()) {
    request.push({ ...entry, id: idOf(index) })
    if (request.length < size) continue
    bodies.push(bodyOf('/api/v1/logs', request))
    request = []
  }
  return bodies
}

function telemetryBodies({ form, records }: Extract<LoadWork, { type: 'telemetry' }>): Body[] {
  const texts = entries(BENCH.distinctEntries).map(textOf)
  return Array.from({ length: Math.floor(texts.length / records) }, (_, index) => {
    const from = index * records
    const bytes = telemetry(form, texts.slice(from, from + records), (record) => idOf(from + record))
    const contentType = form === 'protobuf' ? 'application/x-protobuf' : JSON_TYPE
    return { path: form === 'entries' ? '/api/v1/logs' : '/v1/logs', contentType, bytes, marks: marksIn(bytes) }
  })
}

const JSON_TYPE = 'application/json'

function bodyOf(path: string, value: unknown): Body {
  const bytes = Buffer.from(JSON.stringify(value))
  return { path, contentType: JSON_TYPE, bytes, marks: marksIn(bytes) }
}

/** Returns the offset of each id. */
function marksIn(bytes: Buffer): number[] {
  const marks: number[] = []
  const start = idOf(0).slice(0, -12)
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) marks.push(at)
  return marks
}

const textOf = ({ payload }: DemoEntry) => (typeof payload === 'string' ? payload : JSON.stringify(payload))

function entries(count: number): DemoEntry[] {
  const found: DemoEntry[] = []
  for (const { entry } of liveTraffic({ seed: SEED, from: BEGIN })) {
    found.push(entry)
    if (found.length === count) break
  }
  return found
}

let text = ''

/** Returns exactly this many bytes of the simulated agents' text, starting at `from`. */
function prose(from: number, bytes: number): string {
  if (text === '') {
    const [hour] = demoTraffic({ seed: SEED, until: BEGIN })
    const payloads = (hour?.entries ?? []).map(textOf)
    text = payloads.join(' ').replaceAll(/[^\x20-\x7e]/g, ' ')
  }
  const start = from % text.length
  const padded = text.slice(start).padEnd(bytes, text)
  return padded.slice(0, bytes)
}
