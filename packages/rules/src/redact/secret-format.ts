import { foldCase } from '@sentinelmesh/text/fold-case'
import { isPlaceholder, looksRandom } from './placeholder.ts'

/** Describes one kind of secret: how to find it, and which part of it to mask. */
export interface SecretFormat {
  readonly id: string
  /** The name under which masks are counted. Several formats of one provider may share it. */
  readonly name: string
  readonly title: string
  /** The public list or documentation that describes the format. */
  readonly source: string
  /** The shape of such a secret with its prefix, as a pattern, for documentation and tests. */
  readonly shape: string
  /** Case-folded. A text without any of them contains no secret of this format. */
  readonly literals: readonly string[]
  /** The literals are names, and the secret is the value next to one. */
  readonly readsName: boolean
  /** Reads the secret at a literal. Takes time linear in the characters up to `next`. */
  read(text: string, place: number): FoundSecret | null
}

export interface FoundSecret {
  /** The part to mask, or null if it is not a secret. */
  readonly secret: { readonly start: number; readonly end: number } | null
  /** The search continues at this position: earlier literals of the format have been read. */
  readonly next: number
}

export interface TokenOptions {
  readonly name?: string
  /** Characters that must not follow the secret, as a character class. Needed when a longer run is something else. */
  readonly end?: string
  /**
   * The prefix is short enough to occur inside ordinary words, such as `sk-` in `risk-based`. In the middle of a word
   * the match counts only if the secret looks random.
   */
  readonly isWordLike?: boolean
  /**
   * The match must begin at the start of a run of its characters. Needed if an unbounded run must be followed by
   * something else: otherwise a run without it would be read again from each literal in it.
   */
  readonly startsRun?: boolean
  /** Literals that are longer than the prefix, if the prefix alone occurs in too many texts. */
  readonly literals?: readonly string[]
  /** The prefix as a pattern, and its shape, if a list of texts cannot express it. */
  readonly prefix?: string
  readonly shape?: string
  /** Confirms the secret when the pattern alone is not enough. */
  readonly sure?: (secret: string) => boolean
}

export const GITLEAKS = 'gitleaks'
export const TRUFFLEHOG = 'TruffleHog'
export const GITHUB = 'GitHub secret scanning'
export const PROVIDER = 'provider'
export const CASK = 'Microsoft CASK'

/**
 * A token with a fixed prefix. All patterns run in linear time: a match starts at a literal, every repetition reads a
 * run of one character class, and no run is read twice.
 */
export function token(
  id: string,
  title: string,
  prefixes: readonly string[],
  body: string,
  source: string,
  options: TokenOptions = {},
): SecretFormat {
  const { name = id, end, isWordLike = false, startsRun = false, prefix, sure } = options
  const read = reader(`${prefix ?? anyOf(prefixes)}(?<secret>${body})${notBefore(end)}`, '', {
    sure: (secret, isBounded) =>
      !isPlaceholder(secret) && (sure?.(secret) ?? true) && (!isWordLike || isBounded || looksRandom(secret)),
  })
  return {
    id,
    name,
    title,
    source,
    shape: options.shape ?? `${anyOf(prefixes)}${body}`,
    literals: options.literals ?? foldedOnce(prefixes),
    readsName: false,
    read: startsRun ? (text, place) => (isBounded(text, place) ? read(text, place) : null) : read,
  }
}

export interface Mark {
  readonly texts: readonly string[]
  /** The number and class of the characters before the text. */
  readonly before: number
  readonly head: string
}

/** A token with a fixed text in its middle or at its end, and a fixed number of characters before that text. */
export function marked(
  id: string,
  title: string,
  { texts, before, head }: Mark,
  tail: string,
  source: string,
  { name = id, end }: Pick<TokenOptions, 'name' | 'end'> = {},
): SecretFormat {
  const shape = `${head}{${before}}${anyOf(texts)}${tail}`
  const read = reader(`(?<secret>${shape})${notBefore(end)}`, '', { sure: (secret) => !isPlaceholder(secret) })
  return {
    id,
    name,
    title,
    source,
    shape,
    literals: foldedOnce(texts),
    readsName: false,
    read: (text, place) => (place < before ? null : read(text, place - before)),
  }
}

/** A quote around a name or a value, preceded by the backslashes of JSON that was escaped up to four times. */
export const QUOTE = String.raw`\\{0,16}["'\x60]?`
/** Separators between a name and its value. */
export const ASSIGNS = String.raw`\]?\s{0,4}(?:=>|:=|\?=|={1,2}|:{1,2})\s{0,4}`

/** A value without a prefix of its own, next to the name of its provider: `HEROKU_API_KEY=…`. */
export function beside(
  id: string,
  title: string,
  providers: readonly string[],
  body: string,
  source: string,
  { name = id, end = '[A-Za-z0-9_-]' }: Pick<TokenOptions, 'name' | 'end'> = {},
): SecretFormat {
  const names = `(?:${providers.map(inAnyCase).join('|')})`
  return {
    id,
    name,
    title,
    source,
    shape: `${anyOf(providers)}_key=${body}`,
    literals: foldedOnce(providers),
    readsName: true,
    read: reader(`${names}[A-Za-z0-9_.-]{0,32}${QUOTE}${ASSIGNS}${QUOTE}(?<secret>${body})${notBefore(end)}`, '', {
      sure: (secret) => looksRandom(secret) || (!isPlaceholder(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret)),
    }),
  }
}

/** Reads a secret with one pattern, whose group `secret` is masked; the rest of the match stays readable. */
export function reader(
  pattern: string,
  flags: 'i' | '',
  { sure }: { readonly sure: (secret: string, isBounded: boolean) => boolean },
): SecretFormat['read'] {
  const regex = new RegExp(pattern, `dy${flags}`)
  return (text, place) => {
    regex.lastIndex = place
    const match = regex.exec(text)
    const range = match?.indices?.groups?.['secret']
    const secret = match?.groups?.['secret']
    if (match === null || range === undefined || secret === undefined) return null
    const next = place + match[0].length
    return { secret: sure(secret, isBounded(text, place)) ? { start: range[0], end: range[1] } : null, next }
  }
}

/** The longest escape that `ENDS_WITH_ESCAPE` looks for. */
const ESCAPE_CHARS = 24
const ENDS_WITH_ESCAPE =
  /(?:\\[abefnrtv0]|\\u[\da-f]{4}|\\u\{[\da-f]{1,6}\}|\\x[\da-f]{2}|\\[0-7]{1,3}|%[\da-f]{2}|&\w{2,6};|\[[\d;]{0,12}[a-z])$/i

/**
 * Returns whether a word may begin here: the previous character is not a word character, or is the end of an escape.
 */
function isBounded(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9_-]/.test(text.charAt(at - 1))) return true
  return ENDS_WITH_ESCAPE.test(text.slice(Math.max(0, at - ESCAPE_CHARS), at))
}

const notBefore = (end: string | undefined) => (end === undefined ? '' : `(?!${end})`)
const foldedOnce = (texts: readonly string[]) => [...new Set(texts.map(foldCase))]
const anyOf = (texts: readonly string[]) => `(?:${texts.map(escapeRegex).join('|')})`
const escapeRegex = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)

/** Matches the text in any case. The flag `i` is not an option, because the value is case-sensitive. */
const inAnyCase = (text: string) =>
  [...text]
    .map((char) => (/[a-z]/i.test(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : escapeRegex(char)))
    .join('')
