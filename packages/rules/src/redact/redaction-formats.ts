import type { FormatId } from './secret-literals.ts'

/** A kind of secret: how to find one, how much of it tells nobody anything. */
export interface RedactionFormat {
  readonly name: string
  /** Each match begins with one of the format's literals, or with the run of these characters that ends before it. */
  readonly lead?: RegExp
  /** Sticky, with indices. The group `secret` is masked; what stands before it is public and stays. */
  readonly pattern: RegExp
  /** Asked about the group `secret`, where the pattern alone is not sure. */
  readonly sure?: (secret: string) => boolean
}

/**
 * Every pattern reads a text in linear time: a secret begins where a run of its characters begins, so that no run is
 * read twice, and all else is bounded.
 */
function token(name: string, prefix: string, body: string): RedactionFormat {
  return {
    name,
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9_-])(?:${prefix})(?<secret>${body})`, 'dy'),
    sure: (secret) => !isPlaceholder(secret),
  }
}

const QUOTED = String.raw`["'\\]{0,4}`
const SECRET_NAME = String.raw`(?:pass(?:word|wd|phrase|code)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|auth[_-]?key|credential)`
const NAME_END = String.raw`(?:[_-]?(?:key|value|base|id))?\d?`

export const REDACTION_FORMATS: Readonly<Record<FormatId, RedactionFormat>> = {
  sentinelmesh_key: token('sentinelmesh_key', 'smk_', '[A-Za-z0-9_-]{20,}'),
  aws_access_key: {
    name: 'aws_access_key',
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)(?<secret>[A-Z0-9]{16})(?![A-Za-z0-9])/dy,
    // Amazon's own documents use AKIAIOSFODNN7EXAMPLE.
    sure: (secret) => !secret.endsWith('EXAMPLE') && !isPlaceholder(secret),
  },
  aws_secret_key: {
    name: 'aws_secret_key',
    pattern: new RegExp(
      String.raw`(?:aws[\w .-]{0,20}|secret[_-]?access[_-]?)key${QUOTED}\s{0,4}(?:=>|[:=])\s{0,4}${QUOTED}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
      'diy',
    ),
    sure: (secret) => !secret.endsWith('EXAMPLEKEY') && !isPlaceholder(secret),
  },
  github_token: token('github_token', 'gh[pousr]_', '[A-Za-z0-9]{30,}'),
  github_pat: token('github_token', 'github_pat_', '[A-Za-z0-9_]{30,}'),
  gitlab_token: token('gitlab_token', 'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-', '[A-Za-z0-9_.-]{20,}'),
  slack_token: token('slack_token', 'xox[abeoprs]-', '[A-Za-z0-9-]{10,}'),
  slack_app_token: token('slack_token', 'xapp-', '[A-Za-z0-9-]{20,}'),
  slack_webhook: token(
    'slack_webhook',
    String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/`,
    '[A-Za-z0-9/]{20,}',
  ),
  discord_webhook: token(
    'discord_webhook',
    String.raw`discord(?:app)?\.com/api/webhooks/\d{5,25}/`,
    '[A-Za-z0-9_-]{20,}',
  ),
  stripe_key: token('stripe_key', '(?:sk|rk)_(?:live|test)_', '[A-Za-z0-9]{10,}'),
  stripe_webhook_secret: token('stripe_key', 'whsec_', '[A-Za-z0-9+/=]{20,}'),
  anthropic_key: token('anthropic_key', 'sk-ant-', '[A-Za-z0-9_-]{20,}'),
  openrouter_key: token('openrouter_key', 'sk-or-', '[A-Za-z0-9_-]{20,}'),
  openai_key: token('openai_key', 'sk-(?:(?:proj|svcacct|admin|None)-)?', '(?!ant-|or-)[A-Za-z0-9_-]{20,}'),
  google_api_key: token('google_api_key', 'AIza', '[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  google_token: token('google_token', String.raw`ya29\.`, '[A-Za-z0-9_-]{20,}'),
  google_secret: token('google_secret', 'GOCSPX-', '[A-Za-z0-9_-]{20,}'),
  npm_token: token('npm_token', 'npm_', '[A-Za-z0-9]{30,}'),
  pypi_token: token('pypi_token', 'pypi-', '[A-Za-z0-9_-]{40,}'),
  docker_token: token('docker_token', 'dckr_[a-z]{3}_', '[A-Za-z0-9_-]{20,}'),
  rubygems_key: token('rubygems_key', 'rubygems_', '[a-f0-9]{40,}'),
  sendgrid_key: token('sendgrid_key', String.raw`SG\.`, String.raw`[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}`),
  mailgun_key: token('mailgun_key', 'key-', '[0-9a-f]{32}(?![0-9a-f])'),
  twilio_key: token('twilio_key', 'SK', '[0-9a-f]{32}(?![A-Za-z0-9])'),
  brevo_key: token('brevo_key', 'xkeysib-', '[a-f0-9-]{40,}'),
  shopify_token: token('shopify_token', 'shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}'),
  digitalocean_token: token('digitalocean_token', 'do[opr]_v1_', '[a-f0-9]{40,}'),
  vault_token: token('vault_token', String.raw`hv[sb]\.`, '[A-Za-z0-9_-]{24,}'),
  atlassian_token: token('atlassian_token', 'ATATT3', '[A-Za-z0-9_=-]{40,}'),
  hugging_face_token: token('hugging_face_token', 'hf_', '[A-Za-z0-9]{30,}'),
  replicate_token: token('replicate_token', 'r8_', '[A-Za-z0-9]{30,}'),
  groq_key: token('groq_key', 'gsk_', '[A-Za-z0-9]{30,}'),
  perplexity_key: token('perplexity_key', 'pplx-', '[A-Za-z0-9]{30,}'),
  databricks_token: token('databricks_token', 'dapi', '[a-f0-9]{32}(?![a-z0-9])'),
  grafana_token: token('grafana_token', 'glsa_', '[A-Za-z0-9_]{30,}'),
  postman_key: token('postman_key', 'PMAK-', '[a-f0-9-]{40,}'),
  figma_token: token('figma_token', 'figd_', '[A-Za-z0-9_-]{30,}'),
  supabase_token: token('supabase_token', 'sbp_', '[a-f0-9]{40}'),
  tailscale_key: token('tailscale_key', 'tskey-', '[A-Za-z0-9-]{20,}'),
  linear_key: token('linear_key', 'lin_api_', '[A-Za-z0-9]{30,}'),
  notion_token: token('notion_token', '(?:ntn_|secret_)', '[A-Za-z0-9]{40,}'),
  sentry_token: token('sentry_token', 'sntry[su]_', '[A-Za-z0-9_=/+-]{30,}'),
  telegram_token: {
    name: 'telegram_token',
    lead: /[A-Za-z0-9_-]/,
    pattern: /(?<![A-Za-z0-9_-])[0-9]{8,10}:AA(?<secret>[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])/dy,
  },
  age_key: token('age_key', 'AGE-SECRET-KEY-1', '[0-9A-Z]{40,}'),
  azure_key: token('azure_key', '(?:Account|SharedAccess)Key=', '[A-Za-z0-9+/]{40,}={0,2}'),
  jwt: token('jwt', 'eyJ', String.raw`[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`),
  private_key: {
    name: 'private_key',
    // To the end of the text where the end of the key is missing: a cut key is a key.
    pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]*?)(?=-----END |$(?![\s\S]))/dy,
    sure: (secret) => secret.trim().length > 0,
  },
  authorization_header: {
    name: 'authorization_header',
    pattern: new RegExp(
      String.raw`(?:(?:proxy-)?authorization${QUOTED}\s{0,4}[:=]\s{0,4}${QUOTED}(?:bearer|basic|token|apikey|digest)\s{1,4}|x-api-key${QUOTED}\s{0,4}[:=]\s{0,4}${QUOTED})(?<secret>[A-Za-z0-9+/_.~=-]{8,})`,
      'diy',
    ),
    sure: (secret) => !isPlaceholder(secret),
  },
  bearer_token: {
    name: 'bearer_token',
    pattern: /(?<![A-Za-z0-9])bearer\s{1,4}(?<secret>[A-Za-z0-9+/_.~=-]{20,})/diy,
    sure: (secret) => /\d/.test(secret) && !isPlaceholder(secret),
  },
  password_in_url: {
    name: 'password_in_url',
    lead: /[A-Za-z0-9+.-]/,
    pattern:
      /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s:@/"'<>]{0,64}:(?<secret>[^\s@/"'<>?#]{3,256})(?=@)/dy,
    sure: (secret) => !isPlaceholder(secret),
  },
  assigned_secret: {
    name: 'assigned_secret',
    pattern: new RegExp(
      String.raw`${SECRET_NAME}${NAME_END}${QUOTED}\s{0,4}(?:=>|:=|[:=])\s{0,4}${QUOTED}(?<secret>[^\s"'\\,;&<>(){}[\]|]{8,512})`,
      'diy',
    ),
    sure: looksRandom,
  },
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
