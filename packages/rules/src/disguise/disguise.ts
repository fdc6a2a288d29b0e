import type { Range } from '../match/leaf-place.ts'

/** The ways to write a text so that a search for its words does not find them. */
export const DISGUISES = [
  'base64',
  'hex',
  'rot13',
  'reversed',
  /** Digits and signs for letters: `1gn0r3`. */
  'leetspeak',
  /** Letters of other scripts that look the same. */
  'confusables',
  /** Characters that are not shown, within words or instead of them. */
  'invisible',
  /** Single letters with spaces, dots or dashes between. */
  'spaced',
  /** Escapes of URLs, HTML and programming languages. */
  'escapes',
  /** Tags and comments of HTML between or within words. */
  'markup',
] as const
export type Disguise = (typeof DISGUISES)[number]

/** A run of a text that is written in disguise. */
export interface Disguised extends Range {
  readonly by: Disguise
  /** The decoded text in order, each part with its place in the text that was decoded. */
  readonly parts: readonly DecodedPart[]
}

export interface DecodedPart {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Finds and decodes one kind of disguise. The runs ascend and do not overlap. Takes time linear in the text. */
export type Decode = (text: string) => readonly Disguised[]

/**
 * Splits a decoded text into words with the blanks after them, so that a match leads back to the words that it found.
 * `from` and `to` map an offset in the decoded text to the start and the end of what it was decoded from.
 */
export function decodedWords(
  text: string,
  { from, to }: { readonly from: (offset: number) => number; readonly to: (offset: number) => number },
): readonly DecodedPart[] {
  const parts: DecodedPart[] = []
  for (const { 0: word, index } of text.matchAll(/\S+\s*|\s+/g)) {
    const [a, b] = [from(index), to(index + word.length)]
    parts.push({ text: word, from: Math.min(a, b), to: Math.max(a, b) })
  }
  return parts
}

/** A longer part would be copied again and again while it grows. */
const PART_CHARS = 32

/** Adds a part to those of a run. Parts are joined up to the end of a word. */
export function addPart(parts: DecodedPart[], part: DecodedPart): void {
  const last = parts.at(-1)
  if (last === undefined || last.text.length >= PART_CHARS || /\s$/.test(last.text)) parts.push(part)
  else parts[parts.length - 1] = { text: last.text + part.text, from: last.from, to: part.to }
}

/** A shorter decoded text may be part of a sentence around it. */
const SENTENCE_WORDS = 3

/**
 * Puts a blank line between decoded runs of several words and the text around them, so that their first word begins a
 * sentence.
 */
export function asSentences(text: string, runs: readonly Disguised[]): readonly Disguised[] {
  return runs.map((run) => {
    if (run.parts.length < SENTENCE_WORDS) return run
    const before = run.start === 0 ? '' : BLANK_LINE
    const after = run.end === text.length ? '' : BLANK_LINE
    const parts = run.parts.map((part, number, { length }) => {
      if (number === 0) return { ...part, text: before + part.text }
      return number === length - 1 ? { ...part, text: part.text + after } : part
    })
    return { ...run, parts }
  })
}

const BLANK_LINE = '\n\n'
