import type { Entry } from '../entry.ts'
import { foldCase } from '../fold.ts'
import { leaves, pointerSegment, scan, sourcePositions, unescapeString } from '../json-text.ts'
import { LIMITS } from '../limits.ts'
import { ALL_FORMATS, isSecretMember, type SuspectedFormat } from './redaction-formats.ts'

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

/**
 * Masks in payload, context, names, session and every string and name of the attributes; the rest of the text, and of
 * JSON every other byte, stays as it is. Numbers are not masked: a mask is no number.
 */
export function redactEntry(
  entry: Entry,
  redaction: Redaction,
  suspected: readonly SuspectedFormat[] = ALL_FORMATS,
): Redacted {
  if (!redaction.keys) return nothingMasked(entry)
  const find = (text: string) => findSecrets(text, suspected)
  const runs = new Map<string, readonly MaskedRun[]>()
  const counts = new Map<string, number>()
  let namesMasked = false
  const count = (found: readonly MaskedRun[]) => {
    for (const { format } of found) counts.set(format, (counts.get(format) ?? 0) + 1)
    return found
  }
  const keep = (field: string, start: number, found: readonly MaskedRun[]) => {
    if (found.length > 0) runs.set(`${field} ${start}`, count(found))
    return found
  }
  const plain = (field: string, text: string) => maskText(text, keep(field, -1, find(text)))
  const optional = (field: string, text: string | null) => (text === null ? null : plain(field, text))
  const json = (field: string, text: string) => {
    const edits: Edit[] = []
    const edit = (start: number, found: readonly MaskedRun[]) => {
      const at = sourcePositions(
        text,
        start,
        found.flatMap((run) => [run.start, run.end]),
      )
      for (let index = 0; index < at.length; index += 2) edits.push({ start: at[index] ?? 0, end: at[index + 1] ?? 0 })
    }
    for (const leaf of leaves(text, { depth: LIMITS.jsonDepth })) {
      if (leaf.type !== 'string') continue
      const found = isSecretMember(leaf.path, leaf.text)
        ? [{ format: 'assigned_secret', start: 0, end: leaf.text.length }]
        : find(leaf.text)
      if (found.length > 0) edit(leaf.start, keep(field, leaf.start, found))
    }
    scan(text, LIMITS.jsonDepth, {
      open() {},
      close() {},
      leaf() {},
      key(start, end) {
        const found = find(unescapeString(text, start, end))
        if (found.length === 0) return
        namesMasked = true
        edit(start, count(found))
      },
    })
    return applyEdits(text, edits)
  }
  const { payload, attributes } = entry
  const redacted: Entry = {
    ...entry,
    sender: plain('sender', entry.sender),
    receiver: optional('receiver', entry.receiver),
    session: optional('session', entry.session),
    context: optional('context', entry.context),
    payload: {
      type: payload.type,
      text: payload.type === 'json' ? json('payload', payload.text) : plain('payload', payload.text),
    },
    attributes: attributes === null ? null : json('attributes', attributes),
  }
  return {
    entry: redacted,
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
  for (const { format, literals } of suspected) {
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
