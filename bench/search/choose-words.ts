import type { OrgId } from '../../packages/api/src/index.ts'
import type { Database } from '../../packages/db/src/index.ts'
import { SEARCH_BENCH } from '../limits.ts'

/** Search terms taken from the stored entries. Equal stores give equal terms. */
export interface Words {
  readonly sender: string
  /** Occurs in about one entry in twenty. */
  readonly frequent: string
  /** Another word that is about as frequent. */
  readonly second: string
  /** Occurs in only a few entries of the whole log. */
  readonly rare: string
  /** The middle of another rare word. */
  readonly substring: string
  readonly nowhere: string
}

/** Only lowercase ASCII letters, which JSON does not escape. Long enough to avoid most JSON property names. */
const WORD = /(?<![\p{L}\p{N}_])[a-z]{5,12}(?![\p{L}\p{N}_])/gu
const FREQUENT = 0.05

/** Chooses words from text payloads only, because plain SQL would also match property names in JSON. */
export async function chooseWords(database: Database, org: OrgId): Promise<Words> {
  const { seq: head } = await database.logs.head(org)
  const step = Math.max(1, Math.floor(head / SEARCH_BENCH.sampled))
  const senders = new Map<string, number>()
  const entriesOf = new Map<string, number>()
  const inJson = new Set<string>()
  let sampled = 0
  for (let after = 0; after < head; after += step * 10) {
    const { items } = await database.logs.read(org, after as typeof head, { entries: 10, bytes: 1024 * 1024 })
    for (const item of items) {
      if (item.type !== 'entry') continue
      const { sender, receiver, context, payload } = item.entry
      sampled++
      senders.set(sender, (senders.get(sender) ?? 0) + 1)
      for (const word of `${sender} ${receiver} ${context}`.match(WORD) ?? []) inJson.add(word)
      const words = new Set(payload.text.match(WORD))
      for (const word of words) {
        if (payload.type === 'json') inJson.add(word)
        else entriesOf.set(word, (entriesOf.get(word) ?? 0) + 1)
      }
    }
  }
  const known = [...entriesOf].filter(([word]) => !inJson.has(word)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const nearest = known.toSorted(([, a], [, b]) => Math.abs(a / sampled - FREQUENT) - Math.abs(b / sampled - FREQUENT))
  const rare = known.filter(([word, entries]) => entries === 1 && word.length >= 8).map(([word]) => word)
  return {
    sender: [...senders].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '',
    frequent: nearest[0]?.[0] ?? '',
    second: nearest[1]?.[0] ?? '',
    rare: rare[0] ?? '',
    substring: (rare.at(-1) ?? '').slice(1, -1),
    nowhere: 'zyxwvutsrq',
  }
}
