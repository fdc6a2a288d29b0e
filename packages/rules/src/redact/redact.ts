import type { Entry } from '../entry.ts'
import { leaves, pointerSegment, scan, sourcePositions, unescapeString } from '@sentinelmesh/text/json-text'
import { LIMITS } from '../limits.ts'
import { isSecretMember } from './assigned-secret.ts'
import { findInMember, findSecrets, type MaskedRun } from './find-secrets.ts'
import type { Suspected } from './secret-literals.ts'

/** The texts that an org masks before anything is stored. */
export interface Redaction {
  /** Keys, tokens and passwords in the known formats. */
  readonly keys: boolean
}
export const DEFAULT_REDACTION: Redaction = { keys: true }

/** How often a format was masked in an entry. */
export interface Masked {
  readonly format: string
  readonly count: number
}

/** Has a fixed length, so that it does not reveal the length of the secret. */
export const MASK = '••••••••'

/** A redacted entry, with the masked ranges of each leaf by field and start in that field (-1 for plain text). */
export interface Redacted {
  readonly entry: Entry
  readonly masked: readonly Masked[]
  runsOf(field: string, start: number): readonly MaskedRun[]
  /** Maps a pointer to the redacted entry, in which names of members may be masked too. */
  pointer(pointer: string): string
}

export const nothingMasked = (entry: Entry): Redacted => ({
  entry,
  masked: [],
  runsOf: () => [],
  pointer: (pointer) => pointer,
})

/** The texts of an entry that may contain secrets. Null if any text may, or if a member's name marks its value. */
export type Suspicion = readonly SuspectedLeaf[] | null

export interface SuspectedLeaf extends Suspected {
  readonly field: string
  /** The position of a JSON leaf in its field's text, including quotes. -1 for plain text. */
  readonly start: number
  readonly text: string
}

/**
 * Masks secrets in the sender, receiver, session, context, payload and attributes, including the names of JSON members.
 * All other bytes stay unchanged. Numbers are not masked, because a mask is not a number.
 */
export function redactEntry(entry: Entry, redaction: Redaction, suspicion: Suspicion = null): Redacted {
  if (!redaction.keys) return nothingMasked(entry)
  const masking = newMasking()
  if (suspicion === null) everywhere(entry, masking)
  else
    for (const leaf of suspicion) {
      const found = findSecrets(leaf.text, leaf)
      keep(masking, leaf.field, sourceOf(entry, leaf.field), leaf.start, found)
    }
  return finish(entry, masking)
}

/** The masks found so far in an entry. */
interface Masking {
  readonly runs: Map<string, readonly MaskedRun[]>
  readonly counts: Map<string, number>
  /** By field, ranges in its text as sent. */
  readonly edits: Map<string, Edit[]>
  namesMasked: boolean
}

const newMasking = (): Masking => ({
  runs: new Map(),
  counts: new Map(),
  edits: new Map(),
  namesMasked: false,
})

/** Records ranges of a text that begins at `start` in a field's JSON, or that is the whole field (-1). */
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
    else keep(masking, field, text, -1, findSecrets(text))
  }
}

function maskJson(field: string, text: string, masking: Masking): void {
  for (const leaf of leaves(text, { depth: LIMITS.jsonDepth })) {
    if (leaf.type !== 'string') continue
    keep(masking, field, text, leaf.start, secretsOfMember(leaf.path, leaf.text))
  }
  scan(text, LIMITS.jsonDepth, {
    open() {},
    close() {},
    leaf() {},
    key(start, end) {
      const found = findSecrets(unescapeString(text, start, end))
      if (found.length > 0) masking.namesMasked = true
      note(masking, field, text, start, found)
    },
  })
}

/** Masks the whole value if its name marks it as a secret; otherwise the secrets in it. */
function secretsOfMember(name: string, value: string): readonly MaskedRun[] {
  if (isSecretMember(name, value)) return [{ format: 'assigned_secret', start: 0, end: value.length }]
  const named = findInMember(name, value)
  return named.length > 0 ? named : findSecrets(value)
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

/** Redacts an entry that is stored or sent without being judged. */
export function redact(
  entry: Entry,
  redaction: Redaction,
): { readonly entry: Entry; readonly masked: readonly Masked[] } {
  const { entry: redacted, masked } = redactEntry(entry, redaction)
  return { entry: redacted, masked }
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
