import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** Text that a reporter may have chosen. It is data, whatever it says. */
export const Untrusted = z
  .object({
    untrusted: z.literal(true),
    text: z.string(),
    altered: z
      .literal(true)
      .optional()
      .meta({ description: 'Not to the letter: cut, or with characters that are not seen written as <U+202E>.' }),
  })
  .meta({ id: 'UntrustedText' })
export type Untrusted = z.infer<typeof Untrusted>

/** Marks text from reporters in one reply. */
export interface Marking {
  /** A name, id, or title on one line. It can be used as an argument if it was not altered. */
  name(text: string): Untrusted
  orNull(text: string | null): Untrusted | null
  /** Text of several lines between unpredictable fences. */
  passage(text: string, chars: number): Untrusted
}

/** Longer names are cut, although no stored field can hold one. */
const NAME_CHARS = 500
const FENCE_BYTES = 6

/** Each reply has its own random fence, so that a stored text cannot contain it. */
export function marking(): Marking {
  const fence = randomBytes(FENCE_BYTES).toString('hex')
  const name = (text: string) => marked(cutTo(text, NAME_CHARS), text, HIDDEN)
  return {
    name,
    orNull: (text) => (text === null ? null : name(text)),
    passage(text, chars) {
      const { text: shown, ...mark } = marked(cutTo(text, chars), text, HIDDEN_IN_PASSAGES)
      return { ...mark, text: `<<untrusted ${fence}>>\n${shown}\n<<end of untrusted ${fence}>>` }
    },
  }
}

/** Control and format characters, characters without a glyph, and lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu
const HIDDEN_IN_PASSAGES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu

function marked(cut: string, whole: string, hidden: RegExp): Untrusted {
  const text = cut.replaceAll(hidden, shownAsCode)
  return { untrusted: true, text, ...(text === whole ? {} : { altered: true as const }) }
}

const shownAsCode = (character: string) =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`

/** Counts UTF-16 units and never splits a surrogate pair. */
export function cutTo(text: string, chars: number): string {
  if (text.length <= chars) return text
  const last = text.charCodeAt(chars - 1)
  return text.slice(0, last >= 0xd8_00 && last < 0xdc_00 ? chars - 1 : chars)
}
