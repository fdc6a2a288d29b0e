import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload } from '@sentinelmesh/rules'
import { JsonTextError, scanInSteps } from '@sentinelmesh/text/json-text'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { EntryRefused } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'
import { drained } from './read-json.ts'
import { repairJsonText, repairText } from '@sentinelmesh/text/repair-text'
import type { Reporter } from './reporter.ts'
import { ingest, type IngestDeps, type OpenDecider, type Outcome } from './ingest.ts'

/**
 * Ingests entries that mappers built from telemetry, hooks and MCP, one outcome each, in order. What is larger than allowed
 * is cut and marked, never refused; only an instant that cannot be is. Two reports of the same thing are one entry. Resolves
 * and throws as `accept` does.
 */
export function acceptMapped(
  deps: IngestDeps,
  reporter: Reporter,
  entries: readonly MappedEntry[],
  openDecider?: OpenDecider,
): Promise<readonly Outcome[]> {
  return ingest(deps, reporter, entries, {
    parse: (mapped, nowMs, turn) =>
      mapped.payload.text.length <= STEP_CHARS
        ? boundMapped(mapped, nowMs)
        : drained(boundMappedInSteps(mapped, nowMs), turn),
    openDecider,
  })
}

/** The mapped entry within all bounds but those that are kept by cutting after it was judged. Throws `EntryRefused`. */
export function boundMapped(mapped: MappedEntry, nowMs: number): ParsedEntry {
  const steps = boundMappedInSteps(mapped, nowMs)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Characters of a payload that are looked at before others can have the event loop: about a millisecond of the densest JSON. */
const STEP_CHARS = 64 * 1024

function* boundMappedInSteps(mapped: MappedEntry, nowMs: number): Generator<undefined, ParsedEntry> {
  const { kind, source, at } = mapped
  const marks: Marks = { repaired: false, cut: false }
  const payload = yield* boundPayload(mapped.payload, marks)
  const { kept, dropped } = boundAttributes({ source, ...mapped.attributes }, marks)
  return {
    entry: {
      sender: boundName(mapped.sender, LIMITS.senderChars, marks) ?? 'unknown',
      receiver: boundName(mapped.receiver, LIMITS.receiverChars, marks),
      kind,
      session: boundName(mapped.session, LIMITS.sessionChars, marks),
      context: boundName(mapped.context, LIMITS.contextChars, marks),
      payload,
      attributes: kept,
      logsource: { product: 'ai_agent', category: kind, service: source },
      reportedRisk: null,
      system: mapped.system ?? null,
    },
    timestamp: { at: instant(at, nowMs), text: null },
    kindAssumed: false,
    sourceId: null,
    textRepaired: marks.repaired,
    mapped: { anchor: mapped.anchor, dropped, cut: marks.cut },
  }
}

interface Marks {
  repaired: boolean
  cut: boolean
}

/** Empty is absent. */
function boundName(name: string | null, mostChars: number, marks: Marks): string | null {
  if (name === null || name === '') return null
  const sound = repairText(name).replaceAll('\0', '\u{FFFD}')
  marks.repaired ||= sound !== name
  if (sound.length <= mostChars) return sound
  marks.cut = true
  return sound.slice(0, mostChars).replace(/[\uD800-\uDBFF]$/, '')
}

/** A payload that says it is JSON and is none, or nests too deep, becomes the text of its strings: rules can look at those. */
function* boundPayload({ type, text }: Payload, marks: Marks): Generator<undefined, Payload> {
  const sound = type === 'json' ? repairJsonText(text) : repairText(text)
  marks.repaired ||= sound !== text
  if (type === 'text' || (yield* nests(sound))) return { type, text: sound }
  marks.repaired = true
  return { type: 'text', text: yield* stringsOf(sound) }
}

function* nests(json: string): Generator<undefined, boolean> {
  try {
    yield* scanInSteps(json, LIMITS.jsonDepth, UNHEARD, STEP_CHARS)
    return true
  } catch (error) {
    if (error instanceof JsonTextError) return false
    throw error
  }
}
const UNHEARD = { open() {}, close() {}, key() {}, leaf() {} }

function* stringsOf(json: string): Generator<undefined, string> {
  const strings: string[] = []
  let pausedAt = 0
  for (const { 0: literal, index } of json.matchAll(/"(?:[^"\\]|\\[^])*"/g)) {
    strings.push(unescaped(literal))
    if (index - pausedAt < STEP_CHARS) continue
    pausedAt = index
    yield
  }
  return strings.length === 0 ? json : repairText(strings.join('\n'))
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return literal
  }
}

/** Bytes left for attributes in an entry with the longest names and the largest payload. */
const ATTRIBUTE_BYTES = LIMITS.entryBytes - LIMITS.payloadBytes - 4 * LIMITS.senderChars * 4
/** How many were dropped; it takes the place of one. */
const DROPPED = 'attributes_dropped'

/** Keeps the first attributes, because mappers list the important ones first, then drops the longest until the rest fit. */
function boundAttributes(
  attributes: MappedEntry['attributes'],
  marks: Marks,
): { readonly kept: string; readonly dropped: string | null } {
  const members: Member[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'number' && !Number.isFinite(value)) continue
    const text = `${soundJson(name, marks)}:${typeof value === 'string' ? soundJson(value, marks) : String(value)}`
    members.push({ text, bytes: Buffer.byteLength(text) + 1 })
  }
  const bytesOf = (some: readonly Member[]) => some.reduce((sum, { bytes }) => sum + bytes, 0)
  if (members.length <= LIMITS.attributeKeys && bytesOf(members) <= ATTRIBUTE_BYTES)
    return { kept: objectOf(members), dropped: null }

  marks.cut = true
  const kept = new Set(members.slice(0, LIMITS.attributeKeys - 1))
  let bytes = bytesOf([...kept])
  for (const member of [...kept].toSorted((a, b) => b.bytes - a.bytes)) {
    if (bytes <= ATTRIBUTE_BYTES - MARK_BYTES) break
    kept.delete(member)
    bytes -= member.bytes
  }
  const dropped = members.filter((member) => !kept.has(member))
  return { kept: objectOf([...kept, { text: `"${DROPPED}":${dropped.length}` }]), dropped: objectOf(dropped) }
}

interface Member {
  /** Name and value, as JSON. */
  readonly text: string
  readonly bytes: number
}

const MARK_BYTES = 64

function objectOf(members: readonly { readonly text: string }[]): string {
  return `{${members.map(({ text }) => text).join(',')}}`
}

function soundJson(text: string, marks: Marks): string {
  const sound = repairText(text)
  marks.repaired ||= sound !== text
  return JSON.stringify(sound)
}

function instant(at: number | null, nowMs: number): number {
  if (at === null || !Number.isFinite(at)) return nowMs * 1000
  if (at < 0) throw refusedTime('timestamp lies before 1970.')
  if (at > (nowMs + LIMITS.aheadMs) * 1000) throw refusedTime('timestamp lies more than 24 h in the future.')
  return Math.floor(at)
}

function refusedTime(msg: string): EntryRefused {
  return new EntryRefused([{ loc: ['timestamp'], msg, type: 'timestamp' }])
}
