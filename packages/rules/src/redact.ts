import type { Entry } from './entry.ts'
import { foldCase } from './fold.ts'
import { leaves, pointerSegment, scan, sourcePositions, unescapeString } from './json-text.ts'
import { LIMITS } from './limits.ts'
import { isSecretMember, REDACTION_FORMATS } from './redaction-formats.ts'

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
export function redactEntry(entry: Entry, redaction: Redaction): Redacted {
  if (!redaction.keys) return nothingMasked(entry)
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
  const plain = (field: string, text: string) => maskText(text, keep(field, -1, findSecrets(text)))
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
        : findSecrets(leaf.text)
      if (found.length > 0) edit(leaf.start, keep(field, leaf.start, found))
    }
    scan(text, LIMITS.jsonDepth, {
      open() {},
      close() {},
      leaf() {},
      key(start, end) {
        const found = findSecrets(unescapeString(text, start, end))
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
export function findSecrets(text: string): readonly MaskedRun[] {
  const direct = secretsIn(text)
  // JSON inside a text may write any letter as \u0041: whoever decodes it would read the secret.
  const decoded = text.includes('\\u') || text.includes('\\/') ? decodeEscapes(text) : null
  if (decoded === null) return merged(direct)
  const through = secretsIn(decoded.text).map(({ format, start, end }) => ({
    format,
    start: decoded.positions[start] ?? text.length,
    end: decoded.positions[end] ?? text.length,
  }))
  return merged([...direct, ...through])
}

function secretsIn(text: string): MaskedRun[] {
  const folded = foldCase(text)
  const runs: MaskedRun[] = []
  for (const { name, literals, pattern, sure } of REDACTION_FORMATS) {
    if (!literals.some((literal) => folded.includes(literal))) continue
    for (const match of text.matchAll(pattern)) {
      const range = match.indices?.groups?.['secret']
      const secret = match.groups?.['secret']
      if (range !== undefined && secret !== undefined && (sure?.(secret) ?? true))
        runs.push({ format: name, start: range[0], end: range[1] })
    }
  }
  return runs
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

/** The text with its `\u` escapes read, and for each of its characters where it began; one more for the end. */
function decodeEscapes(text: string): { text: string; positions: number[] } {
  const chars: string[] = []
  const positions: number[] = []
  for (let at = 0; at < text.length;) {
    const code = /^\\u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 6))?.[1]
    const slash = text.startsWith('\\/', at)
    positions.push(at)
    chars.push(code === undefined ? (slash ? '/' : text.charAt(at)) : String.fromCharCode(Number.parseInt(code, 16)))
    at += code === undefined ? (slash ? 2 : 1) : 6
  }
  positions.push(text.length)
  return { text: chars.join(''), positions }
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
