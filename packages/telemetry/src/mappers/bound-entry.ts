import { LIMITS } from '@sentinelmesh/api/constants'
import type { Entry, Payload } from '@sentinelmesh/rules'
import { JsonTextError, scanInSteps } from '@sentinelmesh/text/json-text'
import { repairJsonText, repairText } from '@sentinelmesh/text/repair-text'
import type { MappedEntry } from './mapped-entry.ts'

/** A mapped entry within all bounds except those that redaction enforces. Its text is repaired. */
export interface BoundEntry {
  readonly entry: Entry
  readonly textRepaired: boolean
  /** The attributes that did not fit, as JSON. They are judged, but not stored. */
  readonly dropped: string | null
  /** A name was cut, or attributes were dropped. */
  readonly cut: boolean
}

/** Bounds the entry. What is too long is cut and marked, never refused. The time is not checked. */
export function boundEntry(mapped: MappedEntry): BoundEntry {
  const steps = boundEntryInSteps(mapped)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Characters of a payload between two steps: about a millisecond for the densest JSON. A shorter payload is one step. */
export const STEP_CHARS = 64 * 1024

/** The same, in steps between which the caller can yield to the event loop. */
export function* boundEntryInSteps(mapped: MappedEntry): Generator<undefined, BoundEntry> {
  const { kind, source } = mapped
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
    textRepaired: marks.repaired,
    dropped,
    cut: marks.cut,
  }
}

interface Marks {
  repaired: boolean
  cut: boolean
}

/** Null if the name is empty. */
function boundName(name: string | null, mostChars: number, marks: Marks): string | null {
  if (name === null || name === '') return null
  const sound = repairText(name).replaceAll('\0', '\u{FFFD}')
  marks.repaired ||= sound !== name
  if (sound.length <= mostChars) return sound
  marks.cut = true
  return sound.slice(0, mostChars).replace(/[\uD800-\uDBFF]$/, '')
}

/** Invalid or too deeply nested JSON becomes the text of its strings, so that rules can still match them. */
function* boundPayload({ type, text }: Payload, marks: Marks): Generator<undefined, Payload> {
  const sound = type === 'json' ? repairJsonText(text) : repairText(text)
  marks.repaired ||= sound !== text
  if (type === 'text' || (yield* nests(sound))) return { type, text: sound }
  marks.repaired = true
  return { type: 'text', text: yield* stringsOf(sound) }
}

function* nests(json: string): Generator<undefined, boolean> {
  try {
    yield* scanInSteps(json, LIMITS.jsonDepth, IGNORE, STEP_CHARS)
    return true
  } catch (error) {
    if (error instanceof JsonTextError) return false
    throw error
  }
}
const IGNORE = { open() {}, close() {}, key() {}, leaf() {} }

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

/** The bytes of an entry that remain beside the longest names and the largest payload. */
const ATTRIBUTE_BYTES = LIMITS.entryBytes - LIMITS.payloadBytes - 4 * LIMITS.senderChars * 4
/** Attribute with the number of dropped attributes. It takes the slot of one. */
const DROPPED = 'attributes_dropped'

/** Drops the last of too many attributes, because mappers list the important ones first, and then the largest ones. */
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
  /** Name and value as JSON. */
  readonly text: string
  readonly bytes: number
}

/** Reserved for `DROPPED`. */
const MARK_BYTES = 64

function objectOf(members: readonly { readonly text: string }[]): string {
  return `{${members.map(({ text }) => text).join(',')}}`
}

function soundJson(text: string, marks: Marks): string {
  const sound = repairText(text)
  marks.repaired ||= sound !== text
  return JSON.stringify(sound)
}
