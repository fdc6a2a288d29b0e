import type { Literal } from '../regex/regex-literals.ts'

/** A kind of secret: how to see quickly that there is none, how to find one, how much of it tells nobody anything. */
export interface RedactionFormat {
  readonly name: string
  /** Folded; a text without any of them has no secret of this format. Each match begins with one, */
  readonly literals: readonly string[]
  /** or with the run of these characters that ends before it. */
  readonly lead?: RegExp
  /** Whether the literals stand at the start of a word. */
  readonly wordStart?: boolean
  /** Sticky, with indices. The group `secret` is masked; what stands before it is public and stays. */
  readonly pattern: RegExp
  /** Asked about the group `secret`, where the pattern alone is not sure. */
  readonly sure?: (secret: string) => boolean
}

/**
 * Every pattern reads a text in linear time: a secret begins where a run of its characters begins, so that no run is
 * read twice, and all else is bounded.
 */
function token(name: string, prefix: string, body: string, literals?: readonly string[]): RedactionFormat {
  return {
    name,
    literals: literals ?? [prefix.toLowerCase().replaceAll('\\', '')],
    wordStart: true,
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9_-])(?:${prefix})(?<secret>${body})`, 'dy'),
    sure: (secret) => !isPlaceholder(secret),
  }
}

const QUOTED = String.raw`["'\\]{0,4}`
const SECRET_NAME = String.raw`(?:pass(?:word|wd|phrase|code)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|auth[_-]?key|credential)`
const NAME_END = String.raw`(?:[_-]?(?:key|value|base|id))?\d?`

const ASSIGNED_NAMES: readonly string[] = [
  'passw',
  'passp',
  'passc',
  'pwd',
  'secret',
  'token',
  'credential',
  ...['api', 'access', 'private', 'signing', 'encryption', 'master', 'account', 'auth'].flatMap((what) =>
    ['', '_', '-'].map((between) => `${what}${between}key`),
  ),
]

export const REDACTION_FORMATS: readonly RedactionFormat[] = [
  token('sentinelmesh_key', 'smk_', '[A-Za-z0-9_-]{20,}'),
  {
    name: 'aws_access_key',
    literals: ['akia', 'asia', 'abia', 'acca'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)(?<secret>[A-Z0-9]{16})(?![A-Za-z0-9])/dy,
    // Amazon's own documents use AKIAIOSFODNN7EXAMPLE.
    sure: (secret) => !secret.endsWith('EXAMPLE') && !isPlaceholder(secret),
  },
  {
    name: 'aws_secret_key',
    literals: ['secret', 'aws'],
    pattern: new RegExp(
      String.raw`(?:aws[\w .-]{0,20}|secret[_-]?access[_-]?)key${QUOTED}\s{0,4}(?:=>|[:=])\s{0,4}${QUOTED}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
      'diy',
    ),
    sure: (secret) => !secret.endsWith('EXAMPLEKEY') && !isPlaceholder(secret),
  },
  token('github_token', 'gh[pousr]_', '[A-Za-z0-9]{30,}', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_']),
  token('github_token', 'github_pat_', '[A-Za-z0-9_]{30,}'),
  token(
    'gitlab_token',
    'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-',
    '[A-Za-z0-9_.-]{20,}',
    ['pat', 'dt', 'rt', 'cbt', 'ptt', 'ft', 'imt', 'agent', 'oas', 'soat'].map((kind) => `gl${kind}-`),
  ),
  token('slack_token', 'xox[abeoprs]-', '[A-Za-z0-9-]{10,}', ['xox']),
  token('slack_token', 'xapp-', '[A-Za-z0-9-]{20,}'),
  token('slack_webhook', String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/`, '[A-Za-z0-9/]{20,}', [
    'hooks.slack.com',
  ]),
  token('discord_webhook', String.raw`discord(?:app)?\.com/api/webhooks/\d{5,25}/`, '[A-Za-z0-9_-]{20,}', [
    'discord.com/api/webhooks/',
    'discordapp.com/api/webhooks/',
  ]),
  token('stripe_key', '(?:sk|rk)_(?:live|test)_', '[A-Za-z0-9]{10,}', ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_']),
  token('stripe_key', 'whsec_', '[A-Za-z0-9+/=]{20,}'),
  token('anthropic_key', 'sk-ant-', '[A-Za-z0-9_-]{20,}'),
  token('openrouter_key', 'sk-or-', '[A-Za-z0-9_-]{20,}'),
  token('openai_key', 'sk-(?:(?:proj|svcacct|admin|None)-)?', '(?!ant-|or-)[A-Za-z0-9_-]{20,}', ['sk-']),
  token('google_api_key', 'AIza', '[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  token('google_token', String.raw`ya29\.`, '[A-Za-z0-9_-]{20,}'),
  token('google_secret', 'GOCSPX-', '[A-Za-z0-9_-]{20,}'),
  token('npm_token', 'npm_', '[A-Za-z0-9]{30,}'),
  token('pypi_token', 'pypi-', '[A-Za-z0-9_-]{40,}'),
  token('docker_token', 'dckr_[a-z]{3}_', '[A-Za-z0-9_-]{20,}', ['dckr_']),
  token('rubygems_key', 'rubygems_', '[a-f0-9]{40,}'),
  token('sendgrid_key', String.raw`SG\.`, String.raw`[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}`),
  token('mailgun_key', 'key-', '[0-9a-f]{32}(?![0-9a-f])'),
  token(
    'twilio_key',
    'SK',
    '[0-9a-f]{32}(?![A-Za-z0-9])',
    [...'0123456789abcdef'].map((digit) => `sk${digit}`),
  ),
  token('brevo_key', 'xkeysib-', '[a-f0-9-]{40,}'),
  token('shopify_token', 'shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}', ['shpat_', 'shpca_', 'shppa_', 'shpss_']),
  token('digitalocean_token', 'do[opr]_v1_', '[a-f0-9]{40,}', ['dop_v1_', 'doo_v1_', 'dor_v1_']),
  token('vault_token', String.raw`hv[sb]\.`, '[A-Za-z0-9_-]{24,}', ['hvs.', 'hvb.']),
  token('atlassian_token', 'ATATT3', '[A-Za-z0-9_=-]{40,}'),
  token('hugging_face_token', 'hf_', '[A-Za-z0-9]{30,}'),
  token('replicate_token', 'r8_', '[A-Za-z0-9]{30,}'),
  token('groq_key', 'gsk_', '[A-Za-z0-9]{30,}'),
  token('perplexity_key', 'pplx-', '[A-Za-z0-9]{30,}'),
  token('databricks_token', 'dapi', '[a-f0-9]{32}(?![a-z0-9])'),
  token('grafana_token', 'glsa_', '[A-Za-z0-9_]{30,}'),
  token('postman_key', 'PMAK-', '[a-f0-9-]{40,}'),
  token('figma_token', 'figd_', '[A-Za-z0-9_-]{30,}'),
  token('supabase_token', 'sbp_', '[a-f0-9]{40}'),
  token('tailscale_key', 'tskey-', '[A-Za-z0-9-]{20,}'),
  token('linear_key', 'lin_api_', '[A-Za-z0-9]{30,}'),
  token('notion_token', '(?:ntn_|secret_)', '[A-Za-z0-9]{40,}', ['ntn_', 'secret_']),
  token('sentry_token', 'sntry[su]_', '[A-Za-z0-9_=/+-]{30,}', ['sntry']),
  {
    name: 'telegram_token',
    literals: [':aa'],
    lead: /[A-Za-z0-9_-]/,
    pattern: /(?<![A-Za-z0-9_-])[0-9]{8,10}:AA(?<secret>[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])/dy,
  },
  token('age_key', 'AGE-SECRET-KEY-1', '[0-9A-Z]{40,}'),
  token('azure_key', '(?:Account|SharedAccess)Key=', '[A-Za-z0-9+/]{40,}={0,2}', ['accountkey=', 'sharedaccesskey=']),
  token('jwt', 'eyJ', String.raw`[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`),
  {
    name: 'private_key',
    literals: ['-----begin '],
    // To the end of the text where the end of the key is missing: a cut key is a key.
    pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]*?)(?=-----END |$(?![\s\S]))/dy,
    sure: (secret) => secret.trim().length > 0,
  },
  {
    name: 'authorization_header',
    literals: ['authorization', 'x-api-key'],
    pattern: new RegExp(
      String.raw`(?:(?:proxy-)?authorization${QUOTED}\s{0,4}[:=]\s{0,4}${QUOTED}(?:bearer|basic|token|apikey|digest)\s{1,4}|x-api-key${QUOTED}\s{0,4}[:=]\s{0,4}${QUOTED})(?<secret>[A-Za-z0-9+/_.~=-]{8,})`,
      'diy',
    ),
    sure: (secret) => !isPlaceholder(secret),
  },
  {
    name: 'bearer_token',
    literals: ['bearer'],
    pattern: /(?<![A-Za-z0-9])bearer\s{1,4}(?<secret>[A-Za-z0-9+/_.~=-]{20,})/diy,
    sure: (secret) => /\d/.test(secret) && !isPlaceholder(secret),
  },
  {
    name: 'password_in_url',
    literals: ['://'],
    lead: /[A-Za-z0-9+.-]/,
    pattern:
      /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s:@/"'<>]{0,64}:(?<secret>[^\s@/"'<>?#]{3,256})(?=@)/dy,
    sure: (secret) => !isPlaceholder(secret),
  },
  {
    name: 'assigned_secret',
    literals: ASSIGNED_NAMES,
    pattern: new RegExp(
      String.raw`${SECRET_NAME}${NAME_END}${QUOTED}\s{0,4}(?:=>|:=|[:=])\s{0,4}${QUOTED}(?<secret>[^\s"'\\,;&<>(){}[\]|]{8,512})`,
      'diy',
    ),
    sure: looksRandom,
  },
]

/** A format with those of its literals that were seen. */
export interface SuspectedFormat {
  readonly format: RedactionFormat
  readonly literals: readonly string[]
}

export const ALL_FORMATS: readonly SuspectedFormat[] = REDACTION_FORMATS.map((format) => ({
  format,
  literals: format.literals,
}))

const asLiteral = (text: string, wordStart = false): Literal => ({ text, wordStart, wordEnd: false })
const FORMAT_LITERALS = REDACTION_FORMATS.flatMap(({ literals, wordStart }) =>
  literals.map((text) => asLiteral(text, wordStart)),
)

/** What an index looks for. */
export const REDACTION_LITERALS: {
  /** One of these stands wherever there is something to mask; what decodes to a secret may hold none of its own. */
  readonly any: readonly Literal[]
  /** `suspectedFormats` asks which of these were seen. */
  readonly each: readonly Literal[]
} = {
  any: [...FORMAT_LITERALS, ...['\\u00', '\\/'].map((text) => asLiteral(text))],
  each: [...FORMAT_LITERALS, asLiteral('@')],
}

/** The formats of which something may be there, by which of `REDACTION_LITERALS.each` were seen. */
export function suspectedFormats(seen: (index: number) => boolean): readonly SuspectedFormat[] {
  const suspected: SuspectedFormat[] = []
  let first = 0
  for (const format of REDACTION_FORMATS) {
    const literals: string[] = []
    for (let index = 0; index < format.literals.length; index++)
      if (seen(first + index)) literals.push(format.literals[index] ?? '')
    first += format.literals.length
    // A URL has a password only before an `@`, the last of the literals.
    if (literals.length > 0 && (format.name !== 'password_in_url' || seen(FORMAT_LITERALS.length)))
      suspected.push({ format, literals })
  }
  return suspected
}

const NAMES_SECRET = new RegExp(`${SECRET_NAME}${NAME_END}$`, 'i')

/** Whether a JSON member of this name and with this text holds a secret as a whole. */
export function isSecretMember(name: string, text: string): boolean {
  return text.length >= 8 && text.length <= 512 && NAMES_SECRET.test(name) && !/\s/.test(text) && looksRandom(text)
}

/**
 * `<your-key>`, `${TOKEN}`, `xxxxxxxx`, `********`, `YOUR_API_KEY`: stands where a secret would. Short words count only
 * between separators: in forty random characters one of them turns up every few thousand keys, and that key would be kept.
 */
export function isPlaceholder(text: string): boolean {
  if (/^[<$%{[(]|\$\{|\{\{|\.\.\.|…|•|\*{3}|x{6}/i.test(text)) return true
  if (/example|placeholder|change_?me|redacted/i.test(text)) return true
  if (
    /(?:^|[_-])(?:your|my|dummy|sample|insert|replace|todo|xxxx|here|test|fake|mock)(?:[_-]|$)|^your/i.test(text) &&
    !/\d{2}/.test(text)
  )
    return true
  if (
    /^(?:password|passwd|pass|secret|user|username|token|admin|root|postgres|guest|foobar|none|null|true|false|undefined)\d{0,4}$/i.test(
      text,
    )
  )
    return true
  return new Set(text).size <= 2 || isRun(text)
}

/** `1234567890abcdef`: nearly every character follows the one before it. */
function isRun(text: string): boolean {
  let following = 0
  for (let at = 1; at < text.length; at++) if (text.charCodeAt(at) - text.charCodeAt(at - 1) === 1) following++
  return text.length > 3 && following >= 0.8 * (text.length - 1)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A value that a person would not write as a word, a name, a path or a number: mixed signs, no UUID, no placeholder. */
export function looksRandom(text: string): boolean {
  if (
    isPlaceholder(text) ||
    UUID.test(text) ||
    /^[\d.:_-]+$/.test(text) ||
    /^(?:\/|\.|https?:|[\w-]+\.[a-z]{2,4}$)/i.test(text)
  )
    return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length
  if (!/\d/.test(text) && kinds < 3) return false
  if (kinds < 2) return false
  return entropy(text) >= (text.length >= 16 ? 3 : 2.5)
}

/** Bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
