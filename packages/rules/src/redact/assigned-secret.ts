import { isPlaceholder, isSlug, looksRandom, UUID } from './placeholder.ts'
import { ASSIGNS, type FoundSecret, type SecretFormat } from './secret-format.ts'

const KEY_KINDS =
  'api|access|private|signing|encryption|master|account|auth|secret|client|consumer|app|application|service|session|storage|license|deploy|admin|shared'
const PASSWORD = String.raw`pass(?:word|wd|phrase|code)|pwd|(?<=[_-])pass|pass(?=\\{0,16}["'\x60]?\s?[=:])`
const NAME = String.raw`(?:${PASSWORD}|secret|token|credential|(?:${KEY_KINDS})[_-]?key)(?:[_-]?(?:key|value|base|id|plain|text)){0,2}(?:[_-]?v?\d)?`
/** Names for which even a UUID is a secret. A UUID named `token` or `secret` is often just an identifier. */
const STRONG_NAME = new RegExp(
  String.raw`(?:pass|pwd|(?:api|app|client|consumer|shared)[_-]?secret|(?:${KEY_KINDS})[_-]?key)[\w-]{0,16}$`,
  'i',
)
/** Tokens that are not credentials: pagination cursors, and the tokens of language models. */
const PUBLIC_TOKEN =
  /(?:publickey|page|next|prev|previous|continuation|cursor|input|output|sync|start|end|stop|special|bos|eos|pad|unk|mask|cancellation|csrf|xsrf)[_-]?$/i
/** `AWS::ApiGateway::ApiKey` is a type name, and the text after `arn:…:123456789012:secret:` is a name too. */
const IS_NAME = /\w::\w{0,12}$|:\d{12}:$/
/** The credential scope of an AWS signature: key id, date, region and service. */
const SIGNATURE_SCOPE = /\/aws4_request$/
/** Number of characters before a name that are examined to qualify it. */
const QUALIFIER_CHARS = 16

const NAME_AT = new RegExp(NAME, 'iy')
const ENDS_WITH_NAME = new RegExp(`(?:${NAME})$`, 'i')
const CLOSES_NAME = new RegExp(String.raw`\\{0,16}["'\x60]?(?:${ASSIGNS}|>)`, 'y')
/** The text before the name in `--db-password`, but not in `per-pass`. */
const OPTION = /(?:^|[^\w-])-[\w-]{0,40}$/
const OPTION_CHARS = 42
const OPTION_GAP = /\s{1,2}(?!-)/y
/** Excludes `"Unexpected token "+text`, in which the quote closes a string. */
const QUOTED_GAP = /\s{1,2}(?=["'][^+,;)\s])/y
const OPENS_VALUE = /(\\{0,16})(["'`])/y
const BARE_VALUE = /[^\s"'`\\,;&<>(){}[\]|]{6,4096}/y
/** A quoted value may contain any other character. It ends at the closing quote or at the end of the line. */
const QUOTED_VALUES: Readonly<Record<string, RegExp>> = {
  '"': /[^\s"\\]{6,4096}/y,
  "'": /[^\s'\\]{6,4096}/y,
  '`': /[^\s`\\]{6,4096}/y,
}

/** `password=…`, `"api_key": "…"`, `--token …`, `<secret>…`: a random value next to a name that marks it as secret. */
export const ASSIGNED_SECRET: SecretFormat = {
  id: 'assigned_secret',
  name: 'assigned_secret',
  title: 'Random value next to a name such as `password`, `secret`, `token` or `api_key`',
  source: 'general',
  shape: '(?:password|client_secret|api_key)=[A-Za-z0-9]{20}',
  literals: [
    'passw',
    'passp',
    'passc',
    '_pass',
    '-pass',
    'pass=',
    'pass:',
    'pass"',
    'pwd',
    'secret',
    'token',
    'credential',
    // The member that contains `auth` in a Docker configuration.
    'auths',
    ...KEY_KINDS.split('|').flatMap((kind) => ['', '_', '-'].map((between) => `${kind}${between}key`)),
  ],
  readsName: true,
  read(text, place) {
    // The literals `_pass` and `-pass` begin one character before the name.
    const start = place + (/[_-]/.test(text.charAt(place)) ? 1 : 0)
    const name = matchAt(NAME_AT, text, start)
    if (name === null) return null
    const nameEnd = start + name.length
    const valueStart = valueAfter(text, start, nameEnd)
    if (valueStart === null) return null
    const [opening, , quote = ''] = execAt(OPENS_VALUE, text, valueStart) ?? ['']
    const from = valueStart + opening.length
    const value = matchAt(QUOTED_VALUES[quote] ?? BARE_VALUE, text, from)
    if (value === null) return null
    const end = from + value.length
    const isCall = quote === '' && /[([]/.test(text.charAt(end))
    const qualifier = text.slice(Math.max(0, start - QUALIFIER_CHARS), start)
    const isProse = quote !== '' && text.charAt(end) === ' ' && !/\d/.test(value)
    const isSecret = !isCall && !isProse && isSecretValue(qualifier, name, value)
    return { secret: isSecret ? { start: from, end } : null, next: end } satisfies FoundSecret
  },
}

/** The start of the value that is assigned to the name, or null if there is none. */
function valueAfter(text: string, nameStart: number, nameEnd: number): number | null {
  const assigned = matchAt(CLOSES_NAME, text, nameEnd)
  if (assigned !== null) return nameEnd + assigned.length
  const option = OPTION.test(text.slice(Math.max(0, nameStart - OPTION_CHARS), nameStart))
  const gap = matchAt(option ? OPTION_GAP : QUOTED_GAP, text, nameEnd)
  return gap === null ? null : nameEnd + gap.length
}

function isSecretValue(qualifier: string, name: string, value: string): boolean {
  if (/^token/i.test(name) && PUBLIC_TOKEN.test(qualifier)) return false
  if (IS_NAME.test(qualifier) || SIGNATURE_SCOPE.test(value)) return false
  const isStrong = STRONG_NAME.test(qualifier + name)
  if (isStrong && UUID.test(value)) return !isPlaceholder(value)
  // People choose passwords such as `tulip-42-garden`; generated secrets do not consist of words.
  const isRandom = looksRandom(value) || (/pass|pwd/i.test(name) && /\d/.test(value) && isSlug(value))
  return value.length >= (isStrong ? 6 : 8) && isRandom
}

/** Returns whether the value of a JSON member of this name may be a secret. */
export function isSecretName(name: string): boolean {
  return ENDS_WITH_NAME.test(name) || /^auth$/i.test(name)
}

/** Returns whether the whole text of the JSON member at this path is a secret. */
export function isSecretMember(path: string, text: string): boolean {
  if (text.length < 6 || text.length > 4096 || /\s/.test(text)) return false
  const ending = ENDS_WITH_NAME.exec(path)
  if (ending === null) return /(?:^|\.)auth$/i.test(path) && isBasic(text)
  return isSecretValue(path.slice(0, ending.index), ending[0], text)
}

/** Returns whether the text is the `auth` of a Docker configuration: base64 of user and password. */
function isBasic(text: string): boolean {
  return /^[A-Za-z0-9+/]{12,}={0,2}$/.test(text) && looksRandom(text)
}

function matchAt(regex: RegExp, text: string, at: number): string | null {
  return execAt(regex, text, at)?.[0] ?? null
}

function execAt(regex: RegExp, text: string, at: number): RegExpExecArray | null {
  regex.lastIndex = at
  return regex.exec(text)
}
