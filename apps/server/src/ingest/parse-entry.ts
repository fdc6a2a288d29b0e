import type { Issue } from '@sentinelmesh/api'
import { KINDS, LIMITS } from '@sentinelmesh/api/constants'
import { schemas, toIssues } from '@sentinelmesh/api/server'
import type { Entry, Kind, Payload } from '@sentinelmesh/rules'
import { JsonTextError, members, type Member } from '@sentinelmesh/text/json-text'
import { NotJson, TOO_DEEP } from '@sentinelmesh/text/not-json'
import { repairJsonText, repairText } from '@sentinelmesh/text/repair-text'
import { parseTimestamp } from '@sentinelmesh/telemetry/timestamp'
import type { ParsedEntry } from '../judging/parsed-entry.ts'

/** One entry as it came. `text` is its JSON text, so that big numbers and equal keys survive; null where only the value is there. */
export interface EntrySource {
  readonly value: unknown
  readonly text: string | null
}

export interface ParseOptions {
  readonly nowMs: number
  /** The seed's `/log`: a field that is not ours, or not of our type, goes into attributes; `risk` is clamped. */
  readonly lenient: boolean
}

export class EntryRefused extends Error {
  override readonly name = 'EntryRefused'
  constructor(
    readonly issues: readonly Issue[],
    /** 413 rather than 422. */
    readonly tooLarge: 'payloadBytes' | 'entryBytes' | null = null,
  ) {
    super(issues.map((issue) => issue.msg).join(' '))
  }
}

const IGNORED_BY_LEGACY = new Set(['org', 'received_at'])

/** Throws `EntryRefused` with a sentence for each fault. */
export function parseEntry(source: EntrySource, { nowMs, lenient }: ParseOptions): ParsedEntry {
  const { value, text } = source
  if (value instanceof NotJson) throw refused([], `This is not JSON: ${value.reason}.`, 'json_invalid')
  if (value === TOO_DEEP) throw tooDeep(null)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused([], 'An entry has to be a JSON object with at least sender and payload.', 'object_type')
  }
  refuseLarge(value, text)
  const raw = rawMembers(value, text)
  const { fields, extras } = lenient
    ? splitExtras(value as Record<string, unknown>)
    : { fields: value as Record<string, unknown>, extras: [] }
  const parsed = schemas.EntryIn.safeParse(withoutContents(fields))
  if (!parsed.success) throw new EntryRefused(toIssues(parsed.error))
  const { data } = parsed

  const timestamp = parseTimestamp(data.timestamp, nowMs)
  if (typeof timestamp === 'string') throw refused(['timestamp'], timestamp, 'timestamp')

  let repaired = false
  const repair = (string: string) => {
    const well = repairText(string)
    repaired ||= well !== string
    return well
  }
  const name = (field: 'sender' | 'receiver' | 'session' | 'context' | 'id', string: string | null | undefined) => {
    if (string === undefined || string === null || (string === '' && field !== 'sender')) return null
    if (string.includes('\0')) throw refused([field], `${field} must not hold a NUL character.`, 'value_error')
    return repair(string)
  }
  const jsonText = (member: string, json: unknown) => {
    const sent = raw.get(member) ?? toJsonText(member, json)
    const well = repairJsonText(sent)
    repaired ||= well !== sent
    return well
  }

  const context = name('context', data.context)
  const payload: Payload =
    typeof data.payload === 'string'
      ? { type: 'text', text: repair(data.payload) }
      : { type: 'json', text: jsonText('payload', fields['payload']) }
  const attributes = attributesText(fields['attributes'], extras, jsonText, lenient)
  const kind = data.kind ?? kindOf(context)
  const logsource = data.logsource ?? {}
  const entry: Entry = {
    sender: name('sender', data.sender) ?? '',
    receiver: name('receiver', data.receiver),
    kind,
    session: name('session', data.session),
    context,
    payload,
    attributes,
    logsource:
      data.logsource === null || data.logsource === undefined
        ? { product: 'ai_agent', category: kind }
        : {
            ...(logsource.product ? { product: logsource.product } : {}),
            ...(logsource.category ? { category: logsource.category } : {}),
            ...(logsource.service ? { service: logsource.service } : {}),
          },
    reportedRisk: data.risk === null || data.risk === undefined ? null : Math.round(data.risk),
    system: null,
  }
  withinBytes(entry)
  return {
    entry,
    timestamp,
    kindAssumed: data.kind === null || data.kind === undefined,
    sourceId: name('id', data.id),
    textRepaired: repaired,
    mapped: null,
  }
}

/** A character may be written as `\uXXXX`. */
const MOST_WRITTEN = 6

/** Rejects entries that are too large before parsing their contents. */
function refuseLarge(value: object, text: string | null): void {
  // Nearly every entry ends here, because its contents cannot be longer than its text.
  if (text !== null && text.length <= LIMITS.entryBytes) return
  if ('payload' in value && typeof value.payload === 'string') refuseLargePayload(value.payload)
  const isLong = text !== null && text.length > (MOST_WRITTEN + 1) * LIMITS.entryBytes
  const chars = isLong ? Number.POSITIVE_INFINITY : charsIn(value, LIMITS.entryBytes)
  // A text that is much longer than its value has equal keys or blanks, which count where they are kept.
  const isPadded = text !== null && text.length > MOST_WRITTEN * chars + LIMITS.entryBytes
  if (chars <= LIMITS.entryBytes && !isPadded) return
  const { entryBytes } = LIMITS
  throw new EntryRefused(
    [
      issue(
        [],
        `The entry is larger than ${entryBytes} bytes (${entryBytes / 1024} KiB), the limit entryBytes.`,
        'too_long',
      ),
    ],
    'entryBytes',
  )
}

/** Characters that a value takes as JSON at least, or any number above `most`. What nests too deep is not counted. */
function charsIn(value: unknown, most: number, levels = LIMITS.jsonDepth + 1): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null || levels === 0) return 1
  // Commas, quotes and colons included.
  if (Array.isArray(value)) {
    let chars = 1 + 2 * value.length
    for (let index = 0; index < value.length && chars <= most; index++)
      chars += charsIn(value[index], most - chars, levels - 1) - 1
    return chars
  }
  const names = Object.keys(value)
  let chars = 1 + 5 * names.length
  for (const name of names) {
    if (chars > most) break
    chars += name.length + charsIn((value as Record<string, unknown>)[name], most - chars, levels - 1) - 1
  }
  return chars
}

/** Any contents are valid and checking them is slow, so an empty container replaces each. */
function withoutContents(fields: Record<string, unknown>): Record<string, unknown> {
  const { payload, attributes } = fields
  return {
    ...fields,
    ...('payload' in fields ? { payload: emptied(payload) } : {}),
    ...('attributes' in fields ? { attributes: emptied(attributes) } : {}),
  }
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return []
  return typeof value === 'object' && value !== null ? {} : value
}

/** The kind that a context of the common vocabularies implies. */
export function kindOf(context: string | null): Kind {
  switch (context) {
    case 'user_message':
      return 'prompt'
    case 'assistant_message':
      return 'completion'
    case 'tool_call':
    case 'shell_command':
      return 'tool_call'
    case 'tool_result':
    case 'email':
    case 'web_page':
      return 'tool_result'
    case 'tool_description':
      return 'tool_definition'
    case 'system_prompt':
      return 'system'
    default:
      return 'message'
  }
}

/** The texts of the members that JavaScript's values would damage: of JSON payloads and of attributes. Of equal keys the last counts, as in JSON.parse. */
function rawMembers(value: object, text: string | null): Map<string, string> {
  const found = new Map<string, string>()
  // The usual entry is all strings, and its values are exact.
  if (text === null || Object.values(value).every((member) => typeof member === 'string')) return found
  let list: Member[]
  try {
    // One more than a payload may have: the entry itself. The text is looked at and not the value, because of two equal
    // keys the value has one.
    list = members(text, { depth: LIMITS.jsonDepth + 1 })
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw tooDeep('payload' in value && nestsDeeper(value.payload, LIMITS.jsonDepth) ? 'payload' : null)
  }
  for (const { name, start, end } of list) found.set(name, text.slice(start, end))
  return found
}

/** Of a value that came without its text. */
function toJsonText(member: string, json: unknown): string {
  if (nestsDeeper(json, LIMITS.jsonDepth)) throw tooDeep(member)
  return JSON.stringify(json)
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((member) => nestsDeeper(member, levels - 1))
}

function tooDeep(member: string | null): EntryRefused {
  if (member === null) return refused([], `The entry nests deeper than ${LIMITS.jsonDepth} levels.`, 'too_deep')
  return refused([member], `${member} may nest at most ${LIMITS.jsonDepth} levels deep.`, 'too_deep')
}

/** Separates the fields that the seed's agents add from the fields of an entry. */
function splitExtras(value: Record<string, unknown>): { fields: Record<string, unknown>; extras: [string, unknown][] } {
  const fields: Record<string, unknown> = {}
  const extras: [string, unknown][] = []
  for (const [key, member] of Object.entries(value)) {
    if (IGNORED_BY_LEGACY.has(key)) continue
    if (!isOurs(key, member)) extras.push([key, member])
    else if (key === 'risk') fields['risk'] = typeof member === 'number' ? Math.min(100, Math.max(0, member)) : null
    else if (key === 'id') fields['id'] = typeof member === 'number' ? String(member) : member
    else fields[key] = member
  }
  return { fields, extras }
}

function isOurs(key: string, member: unknown): boolean {
  switch (key) {
    case 'sender':
    case 'payload':
    case 'timestamp':
    case 'receiver':
    case 'context':
      return true
    case 'session':
      return member === null || typeof member === 'string'
    case 'id':
      return member === null || typeof member === 'string' || typeof member === 'number'
    case 'risk':
      return member === null || typeof member === 'number'
    case 'kind':
      return member === null || KINDS.some((kind) => kind === member)
    case 'attributes':
    case 'logsource':
      return member === null || (typeof member === 'object' && !Array.isArray(member))
    default:
      return false
  }
}

function attributesText(
  attributes: unknown,
  extras: readonly [string, unknown][],
  jsonText: (member: string, json: unknown) => string,
  lenient: boolean,
): string | null {
  const given = attributes === null || attributes === undefined ? [] : inner(jsonText('attributes', attributes))
  const added = extras.map(([key, member]) => `${JSON.stringify(repairText(key))}:${jsonText(key, member)}`)
  const all = [...given, ...added]
  if (all.length === 0) return null
  const text = `{${all.join(',')}}`
  try {
    const keys = members(text, { depth: lenient ? LIMITS.jsonDepth : LIMITS.attributeDepth })
    if (keys.length <= LIMITS.attributeKeys) return text
    throw refused(
      ['attributes'],
      `attributes may have at most ${LIMITS.attributeKeys} keys; these are ${keys.length}.`,
      'too_long',
    )
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw refused(['attributes'], `attributes may nest at most ${LIMITS.attributeDepth} levels deep.`, 'too_deep')
  }
}

/** The text between the braces. */
function inner(object: string): string[] {
  const text = object.slice(object.indexOf('{') + 1, object.lastIndexOf('}')).trim()
  return text === '' ? [] : [text]
}

function refuseLargePayload(text: string): number {
  const bytes = Buffer.byteLength(text)
  if (bytes <= LIMITS.payloadBytes) return bytes
  throw new EntryRefused(
    [
      issue(
        ['payload'],
        `payload is ${bytes} bytes; at most ${LIMITS.payloadBytes} (${LIMITS.payloadBytes / 1024} KiB) are taken.`,
        'too_long',
      ),
    ],
    'payloadBytes',
  )
}

function withinBytes(entry: Entry): void {
  const payload = refuseLargePayload(entry.payload.text)
  const whole =
    payload +
    Buffer.byteLength(entry.attributes ?? '') +
    entry.sender.length +
    (entry.receiver?.length ?? 0) +
    (entry.context?.length ?? 0) +
    (entry.session?.length ?? 0)
  if (whole > LIMITS.entryBytes) {
    throw new EntryRefused(
      [
        issue(
          [],
          `The entry is ${whole} bytes; at most ${LIMITS.entryBytes} (${LIMITS.entryBytes / 1024} KiB) are taken.`,
          'too_long',
        ),
      ],
      'entryBytes',
    )
  }
}

function issue(loc: readonly (string | number)[], msg: string, type: string): Issue {
  return { loc, msg, type }
}

function refused(loc: readonly (string | number)[], msg: string, type: string): EntryRefused {
  return new EntryRefused([issue(loc, msg, type)])
}
