import { decodeReversed, decodeRot13 } from './ciphers.ts'
import { decodeConfusables } from './confusables.ts'
import type { Decode, Disguise } from './disguise.ts'
import { decodeBase64, decodeHex } from './encodings.ts'
import { decodeEscapes, decodePluses } from './escapes.ts'
import { decodeHidden, decodeTags } from './invisible.ts'
import { decodeLeetspeak } from './leetspeak.ts'
import { DISGUISE_LIMITS } from './limits.ts'
import { decodeMarkup } from './markup.ts'
import { asWritten, decoded, disguisesIn, type Reading, type ReadingPart, type Source } from './reading.ts'
import { SIGNS, signsOf } from './signs.ts'
import { decodeSpaced } from './spaced.ts'
import type { Range } from '../match/leaf-place.ts'
import type { Piece, ViewText } from '../match/view.ts'
import { originOf, slice } from '../views/view-text.ts'

/** A text with its disguised runs decoded in place, and with the text around them. */
export interface DisguisedText {
  readonly text: ViewText
  /** The disguises of the part of it; empty for a part that is as written. */
  disguisesIn(range: Range): ReadonlySet<Disguise>
}

/** In this order: what hides characters comes before what needs them. */
const STEPS: readonly { readonly sign: number; readonly decode: Decode }[] = [
  { sign: SIGNS.invisible, decode: decodeTags },
  { sign: SIGNS.invisible, decode: decodeHidden },
  { sign: SIGNS.escapes, decode: decodeEscapes },
  { sign: SIGNS.pluses, decode: decodePluses },
  { sign: SIGNS.markup, decode: decodeMarkup },
  { sign: SIGNS.confusables, decode: decodeConfusables },
  { sign: SIGNS.spaced, decode: decodeSpaced },
  { sign: SIGNS.run | SIGNS.pairs, decode: decodeHex },
  { sign: SIGNS.run, decode: decodeBase64 },
  { sign: SIGNS.cipher, decode: decodeReversed },
  { sign: SIGNS.cipher, decode: decodeRot13 },
  { sign: SIGNS.leetspeak, decode: decodeLeetspeak },
]

/** The characters that may still be searched for disguise in the texts of one entry. */
export interface DisguiseBudget {
  chars: number
}

export const newDisguiseBudget = (): DisguiseBudget => ({ chars: DISGUISE_LIMITS.chars })

/**
 * Decodes the disguised runs of a text; null if it has none. Takes time linear in the text, and reads a text without
 * disguise once. Every part of the result leads back to what is written.
 */
export function readDisguised(source: ViewText, budget: DisguiseBudget): DisguisedText | null {
  let reading: Reading | null = null
  for (let depth = 0; depth < DISGUISE_LIMITS.depth; depth++) {
    const text: string = reading?.text ?? source.text
    if (budget.chars < text.length) break
    budget.chars -= text.length
    const signs = signsOf(text)
    if (signs === 0) break
    const next = stepped(reading ?? asWritten(text), signs)
    if (next === null) break
    reading = next
  }
  return reading === null ? null : inSource(around(reading), source)
}

/** Null if nothing is decoded. */
function stepped(first: Reading, signs: number): Reading | null {
  let reading = first
  for (const { sign, decode } of STEPS) {
    if ((signs & sign) === 0) continue
    const runs = decode(reading.text)
    if (runs.length > 0) reading = decoded(reading, runs)
  }
  return reading === first ? null : reading
}

/** Cuts what is far from any decoded part, and replaces it with a blank line. */
function around({ parts, text }: Reading): Reading {
  const kept: ReadingPart[] = []
  const texts: string[] = []
  let length = 0
  const put = (written: string, { from, to, disguises }: Source) => {
    kept.push({ start: length, end: length + written.length, from, to, disguises })
    texts.push(written)
    length += written.length
  }
  const { around: chars, decodedChars } = DISGUISE_LIMITS
  for (const [number, part] of parts.entries()) {
    if (length > decodedChars) break
    const { start, end, from, disguises } = part
    if (disguises.length > 0) {
      put(text.slice(start, end), part)
      continue
    }
    const head = number === 0 ? start : Math.min(end, start + chars)
    const tail = number === parts.length - 1 ? end : Math.max(head, end - chars)
    if (head > start) put(text.slice(start, head), { from, to: from + head - start, disguises })
    if (tail > head) put(GAP, { from: from + head - start, to: from + tail - start, disguises: CUT })
    if (end > tail) put(text.slice(tail, end), { from: from + tail - start, to: from + end - start, disguises })
  }
  return { text: texts.join(''), parts: kept }
}

const GAP = '\n\n'
/** Marks a gap. */
const CUT: readonly Disguise[] = []

function inSource(reading: Reading, source: ViewText): DisguisedText {
  const pieces: Piece[] = []
  for (const { start, end, from, to, disguises } of reading.parts) {
    if (disguises.length === 0 && disguises !== CUT)
      for (const piece of slice(source, from, to).pieces)
        pieces.push({
          start: piece.start + start,
          end: piece.end + start,
          how: piece.how,
          leaf: piece.leaf,
          from: piece.from,
          to: piece.to,
        })
    else {
      const origin = originOf(source, { start: from, end: to })
      const place = { leaf: origin?.leaf ?? null, from: origin?.start ?? 0, to: origin?.end ?? 0 }
      pieces.push({ start, end, how: disguises === CUT ? 'made' : 'decoded', ...place })
    }
  }
  return { text: { text: reading.text, pieces }, disguisesIn: (range) => disguisesIn(reading, range) }
}
