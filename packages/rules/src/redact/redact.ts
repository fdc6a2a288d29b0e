import type { Entry } from '../entry.ts'
import { foldCase } from '../fold.ts'
import { leaves, pointerSegment, scan, sourcePositions, unescapeString } from '../json-text.ts'
import { LIMITS } from '../limits.ts'
import { isSecretMember, REDACTION_FORMATS } from './redaction-formats.ts'
import { ALL_FORMATS, type SuspectedFormat } from './secret-literals.ts'

/** What an org masks before anything is kept. */
export interface Redaction {
  /** Keys, tokens and passwords of the common formats. */
  readonly keys: boolean
}
export const DEFAULT_REDACTION: Redaction = { keys: true }

/** How often a format was masked in an entry. */
export interface Masked {
  readonly format: string
  readonly count: number
}

/** Of one length, so that it tells nothing about what was there. */
export const MASK = '••••••••'

/** One run of text that is masked. */
export interface MaskedRun {
  readonly format: string
  readonly start: number
  readonly end: number
}

/** What was masked in each leaf, by field and by where the leaf stands in it (-1 for plain text). */
export interface Redacted {
  readonly entry: Entry
  readonly masked: readonly Masked[]
  runsOf(field: string, start: number): readonly MaskedRun[]
  /** The pointer as it is in the redacted entry: the name of a member may have been a secret too. */
  pointer(pointer: string): string
}

export const nothingMasked = (entry: Entry): Redacted => ({
  entry,
  masked: [],
  runsOf: () => [],
  pointer: (pointer) => pointer,
})

/** What an entry may have to hide. */
export interface Suspicion {
  readonly formats: readonly SuspectedFormat[]
  /** The texts in which it may stand; null where it may be anywhere, or a name may call a text a secret. */
  readonly leaves: readonly SuspectedLeaf[] | null
}

export interface SuspectedLeaf {
  readonly field: string
  /** Where a leaf of JSON stands in the text of its field, quotes included; -1 for plain text. */
  readonly start: number
  readonly text: string
}

const ANYTHING: Suspicion = { formats: ALL_FORMATS, leaves: null }

/**
 * Masks in payload, context, names, session and every string and name of the attributes; the rest of the text, and of
 * JSON every other byte, stays as it is. Numbers are not masked: a mask is no number.
 */
export function redactEntry(entry: Entry, redaction: Redaction, suspicion: Suspicion = ANYTHING): Redacted {
  if (!redaction.keys) return nothingMasked(entry)
  const masking = newMasking(suspicion.formats)
  if (suspicion.leaves === null) everywhere(entry, masking)
  else for (const leaf of suspicion.leaves) maskLeaf(entry, leaf, masking)
  return finish(entry, masking)
}

/** What is masked in an entry, while it is looked through. */
interface Masking {
  readonly formats: readonly SuspectedFormat[]
  readonly runs: Map<string, readonly MaskedRun[]>
  readonly counts: Map<string, number>
  /** By field, in its text as sent. */
  readonly edits: Map<string, Edit[]>
  namesMasked: boolean
}

const newMasking = (formats: readonly SuspectedFormat[]): Masking => ({
  formats,
  runs: new Map(),
  counts: new Map(),
  edits: new Map(),
  namesMasked: false,
})

/** Notes runs of a text that begins at `start` of a field's JSON, or is the field's own (-1). */
function note(masking: Masking, field: string, source: string, start: number, found: readonly MaskedRun[]): void {
  if (found.length === 0) return
  const { counts, edits } = masking
  for (const { format } of found) counts.set(format, (counts.get(format) ?? 0) + 1)
  const offsets = found.flatMap((run) => [run.start, run.end])
  const at = start < 0 ? offsets : sourcePositions(source, start, offsets)
  const list = edits.get(field) ?? []
  for (let index = 0; index < at.length; index += 2) list.push({ start: at[index] ?? 0, end: at[index + 1] ?? 0 })
  edits.set(field, list)
}

function maskLeaf(entry: Entry, { field, start, text }: SuspectedLeaf, masking: Masking): void {
  keep(masking, field, sourceOf(entry, field), start, findSecrets(text, masking.formats))
}

function keep(masking: Masking, field: string, source: string, start: number, found: readonly MaskedRun[]): void {
  if (found.length > 0) masking.runs.set(`${field} ${start}`, found)
  note(masking, field, source, start, found)
}

const FIELDS = ['sender', 'receiver', 'session', 'context', 'payload', 'attributes'] as const

function sourceOf({ sender, receiver, session, context, payload, attributes }: Entry, field: string): string {
  switch (field) {
    case 'sender':
      return sender
    case 'receiver':
      return receiver ?? ''
    case 'session':
      return session ?? ''
    case 'context':
      return context ?? ''
    case 'payload':
      return payload.text
    default:
      return attributes ?? ''
  }
}

function everywhere(entry: Entry, masking: Masking): void {
  for (const field of FIELDS) {
    const text = sourceOf(entry, field)
    if (text === '') continue
    if (field === 'attributes' || (field === 'payload' && entry.payload.type === 'json')) maskJson(field, text, masking)
    else maskLeaf(entry, { field, start: -1, text }, masking)
  }
}

function maskJson(field: string, text: string, masking: Masking): void {
  for (const leaf of leaves(text, { depth: LIMITS.jsonDepth })) {
    if (leaf.type !== 'string') continue
    const found = isSecretMember(leaf.path, leaf.text)
      ? [{ format: 'assigned_secret', start: 0, end: leaf.text.length }]
      : findSecrets(leaf.text, masking.formats)
    keep(masking, field, text, leaf.start, found)
  }
  scan(text, LIMITS.jsonDepth, {
    open() {},
    close() {},
    leaf() {},
    key(start, end) {
      const found = findSecrets(unescapeString(text, start, end), masking.formats)
      if (found.length > 0) masking.namesMasked = true
      note(masking, field, text, start, found)
    },
  })
}

function finish(entry: Entry, { runs, counts, edits, namesMasked }: Masking): Redacted {
  if (edits.size === 0) return nothingMasked(entry)
  const masked = <Text extends string | null>(field: string, text: Text): Text | string => {
    const list = edits.get(field)
    return text === null || list === undefined ? text : applyEdits(text, list)
  }
  const { payload } = entry
  return {
    entry: {
      ...entry,
      sender: masked('sender', entry.sender),
      receiver: masked('receiver', entry.receiver),
      session: masked('session', entry.session),
      context: masked('context', entry.context),
      payload: { type: payload.type, text: masked('payload', payload.text) },
      attributes: masked('attributes', entry.attributes),
    },
    masked: [...counts].map(([format, count]) => ({ format, count })),
    runsOf: (field, start) => runs.get(`${field} ${start}`) ?? [],
    pointer: (pointer) => (namesMasked ? maskPointer(pointer) : pointer),
  }
}

/** An entry without its secrets, for what is stored or sent without being judged. */
export function redact(
  entry: Entry,
  redaction: Redaction,
): { readonly entry: Entry; readonly masked: readonly Masked[] } {
  const { entry: redacted, masked } = redactEntry(entry, redaction)
  return { entry: redacted, masked }
}

/** The runs to mask in one text, in order, without overlap. */
export function findSecrets(text: string, suspected: readonly SuspectedFormat[] = ALL_FORMATS): readonly MaskedRun[] {
  const direct = secretsIn(text, suspected)
  // JSON inside a text may write any letter as \u0041: whoever decodes it would read the secret.
  const decoded = text.includes('\\u') || text.includes('\\/') ? decodeEscapes(text) : text
  const through = decoded === text ? [] : secretsIn(decoded, ALL_FORMATS)
  if (through.length === 0) return merged(direct)
  const positions = escapePositions(text)
  return merged([
    ...direct,
    ...through.map(({ format, start, end }) => ({
      format,
      start: positions[start] ?? text.length,
      end: positions[end] ?? text.length,
    })),
  ])
}

function secretsIn(text: string, suspected: readonly SuspectedFormat[]): MaskedRun[] {
  const folded = foldCase(text)
  const runs: MaskedRun[] = []
  for (const { id, literals } of suspected) {
    const format = REDACTION_FORMATS[id]
    let from = 0
    for (const place of placesOf(literals, folded)) {
      const start = format.lead === undefined ? place : runStart(text, place, format.lead)
      if (start < from) continue
      format.pattern.lastIndex = start
      const match = format.pattern.exec(text)
      const range = match?.indices?.groups?.['secret']
      const secret = match?.groups?.['secret']
      if (match === null || range === undefined || secret === undefined) continue
      from = start + match[0].length
      if (format.sure?.(secret) ?? true) runs.push({ format: format.name, start: range[0], end: range[1] })
    }
  }
  return runs
}

/** Where the literals stand in the text, in order. */
function placesOf(literals: readonly string[], folded: string): readonly number[] {
  const places: number[] = []
  for (const literal of literals)
    for (let at = folded.indexOf(literal); at >= 0; at = folded.indexOf(literal, at + 1)) places.push(at)
  return places.length < 2 ? places : places.sort((a, b) => a - b)
}

/** Longer runs before a literal are no beginning of any format. */
const LONGEST_LEAD = 24

function runStart(text: string, end: number, lead: RegExp): number {
  let start = end
  while (start > 0 && end - start < LONGEST_LEAD && lead.test(text.charAt(start - 1))) start--
  return start
}

/** Overlapping runs become one, under the name of the first: no part of either may stay. */
function merged(runs: MaskedRun[]): readonly MaskedRun[] {
  if (runs.length < 2) return runs
  runs.sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: MaskedRun[] = []
  for (const run of runs) {
    const last = kept.at(-1)
    if (last === undefined || run.start >= last.end) kept.push(run)
    else if (run.end > last.end) kept[kept.length - 1] = { ...last, end: run.end }
  }
  return kept
}

const ESCAPE = /\\u([0-9a-fA-F]{4})|\\\//g

/** The text with its `\u` and `\/` escapes read. */
function decodeEscapes(text: string): string {
  return text.replace(ESCAPE, (_, code: string | undefined) =>
    code === undefined ? '/' : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** For each character of what `decodeEscapes` gives, where it began in the text; one more for the end. */
function escapePositions(text: string): number[] {
  const positions: number[] = []
  let at = 0
  for (const { index, 0: escape } of text.matchAll(ESCAPE)) {
    while (at <= index) positions.push(at++)
    at = index + escape.length
  }
  while (at <= text.length) positions.push(at++)
  return positions
}

type Edit = Pick<MaskedRun, 'start' | 'end'>

function maskText(text: string, runs: readonly Edit[]): string {
  return runs.length === 0 ? text : applyEdits(text, runs)
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = ''
  let kept = 0
  for (const { start, end } of edits.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(kept, start) + MASK
    kept = end
  }
  return out + text.slice(kept)
}

function maskPointer(pointer: string): string {
  return pointer
    .split('/')
    .map((segment) => {
      const name = segment.replaceAll('~1', '/').replaceAll('~0', '~')
      return pointerSegment(maskText(name, findSecrets(name)))
    })
    .join('/')
}
