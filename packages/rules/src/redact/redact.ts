import { pointerSegment } from '@sentinelmesh/text/json-text'
import type { Entry } from '../entry.ts'
import { secretsOf, type Edit, type EntrySecrets, type Suspicion } from './entry-secrets.ts'
import { findSecrets, type MaskedRun } from './find-secrets.ts'

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

/**
 * Masks secrets in the sender, receiver, session, context, payload and attributes, including the names of JSON members.
 * All other bytes stay unchanged. Numbers are not masked, because a mask is not a number.
 */
export function redactEntry(entry: Entry, redaction: Redaction, suspicion: Suspicion = null): Redacted {
  if (!redaction.keys) return nothingMasked(entry)
  return masked(entry, secretsOf(entry, suspicion))
}

function masked(entry: Entry, { texts, counts, ranges, inNames }: EntrySecrets): Redacted {
  if (ranges.size === 0) return nothingMasked(entry)
  const mask = <Text extends string | null>(field: string, text: Text): Text | string => {
    const list = ranges.get(field)
    return text === null || list === undefined ? text : applyEdits(text, list)
  }
  const runs = new Map(texts.map((one) => [`${one.field} ${one.start}`, one.runs]))
  const { payload } = entry
  return {
    entry: {
      ...entry,
      sender: mask('sender', entry.sender),
      receiver: mask('receiver', entry.receiver),
      session: mask('session', entry.session),
      context: mask('context', entry.context),
      payload: { type: payload.type, text: mask('payload', payload.text) },
      attributes: mask('attributes', entry.attributes),
    },
    masked: [...counts].map(([format, count]) => ({ format, count })),
    runsOf: (field, start) => runs.get(`${field} ${start}`) ?? [],
    pointer: (pointer) => (inNames ? maskPointer(pointer) : pointer),
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
