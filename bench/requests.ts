import { demoTraffic, liveTraffic, type DemoEntry } from '../apps/server/src/demo/traffic.ts'
import { BENCH } from './limits.ts'
import { telemetry, type TelemetryForm } from './telemetry-requests.ts'

/** What a load sends; equal descriptions give equal requests. */
export type LoadWork =
  | {
      /** `POST /log` as an agent of the seed's sends it, without an id of its own. */
      readonly type: 'singles'
      /** Null: payloads as the simulated agents have them, 333 bytes an entry on average. */
      readonly payloadBytes: number | null
    }
  /** `POST /api/v1/verdict`, the same entries. */
  | { readonly type: 'verdicts' }
  /** `POST /api/v1/logs`, an array, each entry with the reporter's id. */
  | { readonly type: 'batches'; readonly entries: number }
  /** Log records, or the entries that they become, so many a request. */
  | { readonly type: 'telemetry'; readonly form: TelemetryForm; readonly records: number }

/** A request without its head, and where in its body the marks stand that make ids new. */
export interface Body {
  readonly path: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly marks: readonly number[]
}

/** Ids are UUIDs, as the reporter makes them. Each time a body is sent, another number stands in the first part of all of its ids. */
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

/** The text that a mark is replaced by, of its length. */
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

/** Wherever an id begins. */
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

/** Text of just this size in what the simulated agents say, from another place for each entry. */
function prose(from: number, bytes: number): string {
  if (text === '') {
    const [hour] = demoTraffic({ seed: SEED, until: BEGIN })
    const said = (hour?.entries ?? []).map(textOf)
    text = said.join(' ').replaceAll(/[^\x20-\x7e]/g, ' ')
  }
  const start = from % text.length
  const whole = text.slice(start).padEnd(bytes, text)
  return whole.slice(0, bytes)
}
