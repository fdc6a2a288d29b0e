/**
 * Whether a text is a placeholder for a secret: `<your-key>`, `${TOKEN}`, `xxxxxxxx`, `YOUR_API_KEY`. The whole text
 * must be one: a real key with `-xxxxxx` or `example` attached is still a real key.
 */
export function isPlaceholder(text: string): boolean {
  if (REFERENCE.test(text) || ELISION.test(text) || AWS_EXAMPLE.test(text)) return true
  if (new Set(text).size <= 2 || isRun(text) || isMostlyOneCharacter(text)) return true
  if (COMMON_PASSWORD.test(text)) return true
  const words = wordsOf(text)
  return words.some((word) => STANDS_FOR.test(word)) && words.every(isPlain)
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((word) => word !== '')
}

const REFERENCE = /^(?:\$\w+$|\$?\{|\$\(|\{\{|<[^<>]*>?$|%\w+%$|\[[^[\]]*\]?$)/
/** `sk-…`, `ghp_...`, `abc***`: abbreviated by its author, so that at most a few characters are real. */
const ELISION = /^[\w+/=-]{0,20}(?:\.{3}|…|\*{3}|•)[\w+/=-]{0,4}[.*…•]*$/
/** The example keys in the AWS documentation, with or without `AKIA`. */
const AWS_EXAMPLE = /^(?:(?:A[KS]IA)?[A-Z0-9]{9}EXAMPLE|[A-Za-z0-9/+]{30}EXAMPLEKEY)$/
const COMMON_PASSWORD =
  /^(?:pass(?:word|wd)?|secret|user(?:name)?|token|admin|root|postgres|mysql|redis|guest|foo|bar|baz|foobar|none|null|true|false|undefined)\d{0,4}$/i
const STANDS_FOR =
  /^(?:your?|yours|my|dummy|sample|insert|replace|todo|x{3,}|here|test(?:ing)?|fake|mock|example|examplekey|placeholder|change|changeme|redacted|hidden|masked)$/i

/** An ordinary word, a short number, or one repeated character. */
function isPlain(word: string): boolean {
  return /^(?:[A-Z]?[a-z]{1,14}\d{0,3}|[A-Z]{1,14}|\d{1,6})$/.test(word) || new Set(word).size <= 2 || isRun(word)
}

/** `abc123xxxxxxxxxxxx`: padded with one character. */
function isMostlyOneCharacter(text: string): boolean {
  if (text.length < 12) return false
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  return Math.max(...counts.values()) >= 0.6 * text.length
}

/** `1234567890abcdef`: nearly every character follows the one before it. */
function isRun(text: string): boolean {
  let following = 0
  for (let at = 1; at < text.length; at++) if (text.charCodeAt(at) - text.charCodeAt(at - 1) === 1) following++
  return text.length > 3 && following >= 0.8 * (text.length - 1)
}

export const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const CODE_REFERENCE =
  /^(?:!!\w|\$\w+(?:\(|->?|::)|process\.env|import\.meta|os\.|env\.|self\.|this\.|config\.|settings\.|secrets?\.|vars?\.|local\.|data\.|module\.|args\.|params\.|req(?:uest)?\.|res(?:ponse)?\.|ctx\.|context\.|options\.|opts\.|props\.|state\.)/i
const PATH_OR_NAME = /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/]|https?:|[\w-]+\.[a-z]{2,4}$)/i
const LONG_BASE64 = /^[A-Za-z0-9+/=]{32,}$/
/** `Token.Name.Builtin`, `key->publicKey`, `_PasswordType`: identifiers in source code. */
const CODE_NAME = /^_*[A-Za-z$][\w$]*(?:(?:\??\.|::?|->)[A-Za-z_$][\w$]*)*[.:]?$/
/** Minimum mean word length of an identifier. Words in random letters are rarely this long. */
const MIN_MEAN_WORD = 4
/** `task-definition-1470764550877`: words and numbers. */
const SLUG = /^[a-z]{2,20}\d{0,2}(?:[-_](?:[a-z]{1,20}\d{0,2}|\d{1,13}))+$/
/** Letters of scripts without case, such as Chinese and Arabic. */
const UNCASED_LETTER = /\p{Lo}/gu

/** Returns whether a value looks generated, and not like a word, a name, a path, a number or code. */
export function looksRandom(text: string): boolean {
  if (isPlaceholder(text) || UUID.test(text) || /^[\d.:_-]+$/.test(text) || isCode(text)) return false
  if (isProse(text) || isSlug(text)) return false
  const bits = entropy(text)
  if (PATH_OR_NAME.test(text) && !(LONG_BASE64.test(text) && bits >= 4.2)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length
  if (kinds < 2) return false
  if (!/\d/.test(text) && kinds < 3 && !changesCaseOften(text)) return false
  return bits >= (text.length >= 16 ? 3 : 2.5)
}

export function isSlug(text: string): boolean {
  return SLUG.test(text)
}

function isCode(text: string): boolean {
  if (CODE_REFERENCE.test(text)) return true
  // `Summer_2024` may be a password; `base64.decode` is unlikely to be one.
  if (!CODE_NAME.test(text) || !(/\d/.test(text) ? /[.>]|::/ : /[_.:>]/).test(text)) return false
  const words = wordsOf(text)
  const isMember = /[.>]|::/.test(text.slice(0, -1))
  return words.every(isPlain) && (isMember || words.length * MIN_MEAN_WORD <= text.length)
}

/** Returns whether the text is a sentence in a language without spaces between words. */
function isProse(text: string): boolean {
  return (text.match(UNCASED_LETTER)?.length ?? 0) > text.length / 3
}

/** Random letters change case at about every second character, `camelCaseNames` at about every sixth. */
function changesCaseOften(text: string): boolean {
  if (text.length < 16 || !/^[A-Za-z]+$/.test(text) || wordsOf(text).every(isPlain)) return false
  let changes = 0
  for (let at = 1; at < text.length; at++)
    if (isUpper(text.charCodeAt(at)) !== isUpper(text.charCodeAt(at - 1))) changes++
  return changes >= 0.35 * text.length
}

const isUpper = (code: number) => code >= 0x41 && code <= 0x5a

/** Shannon entropy in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
