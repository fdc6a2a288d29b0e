import type { Entry } from './entry.ts'
import { leaves, sourcePositions } from './json-text.ts'
import { LIMITS } from './limits.ts'
import { REDACTION_FORMATS } from './redaction-formats.ts'

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

/** The runs to mask in one text, in order, without overlap. */
export function findSecrets(text: string): MaskedRun[] {
  const runs: MaskedRun[] = []
  for (const { name, pattern } of REDACTION_FORMATS)
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['secret'] ?? match.indices?.[0] ?? [0, 0]
      runs.push({ format: name, start, end })
    }
  runs.sort((a, b) => a.start - b.start || b.end - a.end)
  return runs.filter((run, index) => runs.slice(0, index).every((before) => before.end <= run.start))
}

export function maskText(text: string, runs: readonly MaskedRun[]): string {
  let out = ''
  let kept = 0
  for (const { start, end } of runs) {
    out += text.slice(kept, start) + MASK
    kept = end
  }
  return out + text.slice(kept)
}

/** The runs of each leaf, by field and pointer. */
export type RunsByLeaf = ReadonlyMap<string, readonly MaskedRun[]>
export const leafKey = (field: string, pointer: string | null) => `${field}\0${pointer ?? ''}`

export interface Redacted {
  readonly entry: Entry
  readonly masked: readonly Masked[]
  readonly runs: RunsByLeaf
}

/** Masks in payload, context, names, session and every string of the attributes. What is not masked stays as it is. */
export function redactEntry(entry: Entry, redaction: Redaction): Redacted {
  const runsByLeaf = new Map<string, readonly MaskedRun[]>()
  const counts = new Map<string, number>()
  const note = (field: string, pointer: string | null, text: string) => {
    const runs = findSecrets(text)
    if (runs.length > 0) runsByLeaf.set(leafKey(field, pointer), runs)
    for (const { format } of runs) counts.set(format, (counts.get(format) ?? 0) + 1)
    return runs
  }
  const plain = (field: string, text: string) => maskText(text, note(field, null, text))
  const optional = (field: string, text: string | null) => (text === null ? null : plain(field, text))
  const json = (field: string, text: string) => {
    let out = ''
    let kept = 0
    for (const leaf of leaves(text, { depth: LIMITS.jsonDepth })) {
      if (leaf.type !== 'string') continue
      const runs = note(field, leaf.pointer, leaf.text)
      const at = sourcePositions(
        text,
        leaf.start,
        runs.flatMap(({ start, end }) => [start, end]),
      )
      for (let index = 0; index < at.length; index += 2) {
        out += text.slice(kept, at[index]) + MASK
        kept = at[index + 1] ?? kept
      }
    }
    return out + text.slice(kept)
  }
  if (!redaction.keys) return { entry, masked: [], runs: runsByLeaf }
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
  return { entry: redacted, masked: [...counts].map(([format, count]) => ({ format, count })), runs: runsByLeaf }
}

/** An entry without its secrets, for what is stored or sent without being judged. */
export function redact(
  entry: Entry,
  redaction: Redaction,
): { readonly entry: Entry; readonly masked: readonly Masked[] } {
  const { entry: redacted, masked } = redactEntry(entry, redaction)
  return { entry: redacted, masked }
}
