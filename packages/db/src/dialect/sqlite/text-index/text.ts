import { payloadText, type TextNeed } from '@sentinelmesh/query'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { LIMITS } from '../../../limits.ts'

/** Prefix of every entry's text, so that all entries of a segment can be listed. */
const MARK = '\u{10fffd}\u{10fffd}\u{10fffd}'
export const EVERY_ENTRY = quoted(MARK)

export function tableOf(segment: number): string {
  return `text_${segment}`
}

/** Selects the `TextRow` of each entry in a range of an org's positions, in order. */
export const TEXTS = `select seq, received_at, uid, sender, receiver, context, type, cast(bytes as text)
  from entries join payloads using (pos) where org = ? and seq between ? and ? order by seq`
export type TextRow = readonly [
  seq: number,
  receivedAt: number,
  uid: string,
  sender: string,
  receiver: string | null,
  context: string | null,
  type: 'text' | 'json',
  payload: string,
]

/** The case-folded text to index for an entry. It is never truncated, because `payloadBytes` limits the payload. */
export function textOf([, , , sender, receiver, context, type, payload]: TextRow): string {
  const text = [MARK, sender, receiver ?? '', context ?? '', payloadText({ type, text: payload })].join('\n')
  // A NUL would end the text for the tokenizer. No queried trigram contains one.
  return foldCase(text).replaceAll('\0', '\n')
}

/**
 * The need as an FTS5 expression over trigrams. Null if it requires no trigram. It can find entries that do not match:
 * those with the trigrams in another order, or in different texts.
 */
export function matchOf(need: TextNeed): string | null {
  const match = expressionOf(need)
  return match === null || match.grams > LIMITS.textTrigrams ? null : match.text
}

interface Match {
  readonly text: string
  readonly grams: number
}

function expressionOf(need: TextNeed): Match | null {
  if (need.type === 'holds') {
    const grams = trigramsOf(need.text).map(quoted)
    return grams.length === 0 ? null : { text: grams.join(' AND '), grams: grams.length }
  }
  const parts = need.of.map(expressionOf)
  const known = parts.filter((part) => part !== null)
  if (known.length === 0 || (need.type === 'any' && known.length < parts.length)) return null
  const chosen = need.type === 'all' ? fitting(known, LIMITS.textTrigramsTogether) : known
  return {
    text: chosen.map(({ text }) => `(${text})`).join(need.type === 'all' ? ' AND ' : ' OR '),
    grams: chosen.reduce((sum, { grams }) => sum + grams, 0),
  }
}

/** Drops required parts over the limit, which only finds more entries. Each trigram costs a pass over its entries. */
function fitting(parts: readonly Match[], limit: number): readonly Match[] {
  let left = limit
  const chosen = parts.filter(({ grams }) => {
    if (grams > left) return false
    left -= grams
    return true
  })
  return chosen.length === 0 ? parts.slice(0, 1) : chosen
}

/**
 * Every third trigram of a text and the last one, which cover the text. A long text has a limited number of them,
 * evenly spread. No trigram has a NUL or a lone surrogate, because the index stores those as other characters.
 */
export function trigramsOf(text: string): readonly string[] {
  const grams = new Set<string>()
  for (const piece of text.split(/\0|\p{Surrogate}/u)) {
    const characters = [...piece]
    const last = characters.length - 3
    if (last < 0) continue
    const step = Math.max(3, Math.ceil(last / LIMITS.textTrigramsOfText))
    for (let at = 0; at < last; at += step) grams.add(characters.slice(at, at + 3).join(''))
    grams.add(characters.slice(last).join(''))
  }
  return [...grams].slice(0, LIMITS.textTrigramsOfText + 1)
}

/** Three trigrams from all over an entry's text, without the mark, to test that the index finds it. */
export function probeOf(row: TextRow): string | null {
  const grams = trigramsOf(textOf(row).slice(MARK.length))
  const probes = [grams[grams.length >> 2], grams[grams.length >> 1], grams.at(-1)].filter((gram) => gram !== undefined)
  return probes.length === 0 ? null : probes.map(quoted).join(' AND ')
}

function quoted(gram: string): string {
  return `"${gram.replaceAll('"', '""')}"`
}
