/** A sentence or a line of a text. */
export interface Sentence {
  readonly start: number
  readonly end: number
}

/** A longer sentence is cut, so that words far apart never count as said together. */
const SENTENCE_CHARS = 320

/**
 * Splits a text into sentences. A period, a question mark or the like ends one if a blank follows; so do a blank line,
 * a list item, a heading, and an escaped line end. A single line end does not, because prose is wrapped.
 */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = []
  let start = 0
  const end = (at: number) => {
    for (let from = start; from < at; from += SENTENCE_CHARS)
      sentences.push({ start: from, end: Math.min(at, from + SENTENCE_CHARS) })
    start = at
  }
  for (const { 0: found, index } of text.matchAll(BOUNDARY)) if (index + found.length > start) end(index + found.length)
  end(text.length)
  return sentences
}

/** Repetitions are bounded, so that a long run of marks takes linear time. */
const BOUNDARY =
  /[.!?…]{1,3}["'”’)\]]{0,3}(?=\s|$)|[。！？｡।॥؟۔]|\n\s*\n|\n(?=\s*(?:[-*•#>|+]|\d{1,3}[.)]|<!--|\/\/|\w{1,20}:\s))|\\n|<br\s{0,3}\/?>|<\/(?:p|div|li|td|h\d)>/g
