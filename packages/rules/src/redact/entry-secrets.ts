import { leaves, scan, sourcePositions, unescapeString } from '@sentinelmesh/text/json-text'
import type { Entry } from '../entry.ts'
import { LIMITS } from '../limits.ts'
import { isSecretMember } from './assigned-secret.ts'
import { findInMember, findSecrets, type MaskedRun } from './find-secrets.ts'
import type { Suspected } from './secret-literals.ts'

/** The texts of an entry that may contain secrets. Null if any text may, or if a member's name marks its value. */
export type Suspicion = readonly SuspectedLeaf[] | null

export interface SuspectedLeaf extends Suspected {
  readonly field: string
  /** The position of a JSON leaf in its field's text, including quotes. -1 for plain text. */
  readonly start: number
  readonly text: string
}

/** The secrets of an entry. */
export interface EntrySecrets {
  /** Each text with secrets in it. Secrets in names of JSON members are not among them. */
  readonly texts: readonly SecretText[]
  /** How many secrets of each format there are, in names too. */
  readonly counts: ReadonlyMap<string, number>
  /** By field, the ranges of all secrets in its text as sent. */
  readonly ranges: ReadonlyMap<string, readonly Edit[]>
  /** Whether the name of a JSON member has a secret. */
  readonly inNames: boolean
}

/** Secrets in a plain-text field or in one leaf of a JSON field. */
export interface SecretText {
  readonly field: string
  /** As in `SuspectedLeaf`. */
  readonly start: number
  readonly runs: readonly MaskedRun[]
}

/** A range of a field's text that is replaced by a mask. */
export type Edit = Pick<MaskedRun, 'start' | 'end'>

/** An entry that is judged is asked twice: for the view of each secret, and to mask them. */
const known = new WeakMap<Entry, EntrySecrets>()

/** Finds the secrets of an entry, where they are suspected. */
export function secretsOf(entry: Entry, suspicion: Suspicion): EntrySecrets {
  const there = known.get(entry)
  if (there !== undefined) return there
  const search = newSearch()
  if (suspicion === null) everywhere(entry, search)
  else
    for (const leaf of suspicion) {
      const found = findSecrets(leaf.text, leaf)
      keep(search, leaf.field, sourceOf(entry, leaf.field), leaf.start, found)
    }
  known.set(entry, search)
  return search
}

interface Search extends EntrySecrets {
  readonly texts: SecretText[]
  readonly counts: Map<string, number>
  readonly ranges: Map<string, Edit[]>
  inNames: boolean
}

const newSearch = (): Search => ({ texts: [], counts: new Map(), ranges: new Map(), inNames: false })

/** Records ranges of a text that begins at `start` in a field's JSON, or that is the whole field (-1). */
function note(search: Search, field: string, source: string, start: number, found: readonly MaskedRun[]): void {
  if (found.length === 0) return
  const { counts, ranges } = search
  for (const { format } of found) counts.set(format, (counts.get(format) ?? 0) + 1)
  const offsets = found.flatMap((run) => [run.start, run.end])
  const at = start < 0 ? offsets : sourcePositions(source, start, offsets)
  const list = ranges.get(field) ?? []
  for (let index = 0; index < at.length; index += 2) list.push({ start: at[index] ?? 0, end: at[index + 1] ?? 0 })
  ranges.set(field, list)
}

function keep(search: Search, field: string, source: string, start: number, found: readonly MaskedRun[]): void {
  if (found.length > 0) search.texts.push({ field, start, runs: found })
  note(search, field, source, start, found)
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

function everywhere(entry: Entry, search: Search): void {
  for (const field of FIELDS) {
    const text = sourceOf(entry, field)
    if (text === '') continue
    if (field === 'attributes' || (field === 'payload' && entry.payload.type === 'json')) inJson(field, text, search)
    else keep(search, field, text, -1, findSecrets(text))
  }
}

function inJson(field: string, text: string, search: Search): void {
  for (const leaf of leaves(text, { depth: LIMITS.jsonDepth })) {
    if (leaf.type !== 'string') continue
    keep(search, field, text, leaf.start, secretsOfMember(leaf.path, leaf.text))
  }
  scan(text, LIMITS.jsonDepth, {
    open() {},
    close() {},
    leaf() {},
    key(start, end) {
      const found = findSecrets(unescapeString(text, start, end))
      if (found.length > 0) search.inNames = true
      note(search, field, text, start, found)
    },
  })
}

/** The whole value if its name marks it as a secret; otherwise the secrets in it. */
function secretsOfMember(name: string, value: string): readonly MaskedRun[] {
  if (isSecretMember(name, value)) return [{ format: 'assigned_secret', start: 0, end: value.length }]
  const named = findInMember(name, value)
  return named.length > 0 ? named : findSecrets(value)
}
