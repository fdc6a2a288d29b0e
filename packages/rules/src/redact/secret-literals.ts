import type { Literal } from '../regex/regex-literals.ts'

const word = (...texts: readonly string[]) => texts.map((text): Literal => ({ text, wordStart: true, wordEnd: false }))
const text = (...texts: readonly string[]) => texts.map((text): Literal => ({ text, wordStart: false, wordEnd: false }))

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

/**
 * How to see quickly that there is no secret of a format: a text without any of its literals has none. They are folded.
 * Apart from the formats, so that who only matches does not load those.
 */
const LITERALS = {
  sentinelmesh_key: word('smk_'),
  aws_access_key: text('akia', 'asia', 'abia', 'acca'),
  aws_secret_key: text('secret', 'aws'),
  github_token: word('ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'),
  github_pat: word('github_pat_'),
  gitlab_token: word(
    ...['pat', 'dt', 'rt', 'cbt', 'ptt', 'ft', 'imt', 'agent', 'oas', 'soat'].map((kind) => `gl${kind}-`),
  ),
  slack_token: word('xox'),
  slack_app_token: word('xapp-'),
  slack_webhook: word('hooks.slack.com'),
  discord_webhook: word('discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'),
  stripe_key: word('sk_live_', 'rk_live_', 'sk_test_', 'rk_test_'),
  stripe_webhook_secret: word('whsec_'),
  anthropic_key: word('sk-ant-'),
  openrouter_key: word('sk-or-'),
  openai_key: word('sk-'),
  google_api_key: word('aiza'),
  google_token: word('ya29.'),
  google_secret: word('gocspx-'),
  npm_token: word('npm_'),
  pypi_token: word('pypi-'),
  docker_token: word('dckr_'),
  rubygems_key: word('rubygems_'),
  sendgrid_key: word('sg.'),
  mailgun_key: word('key-'),
  twilio_key: word(...[...'0123456789abcdef'].map((digit) => `sk${digit}`)),
  brevo_key: word('xkeysib-'),
  shopify_token: word('shpat_', 'shpca_', 'shppa_', 'shpss_'),
  digitalocean_token: word('dop_v1_', 'doo_v1_', 'dor_v1_'),
  vault_token: word('hvs.', 'hvb.'),
  atlassian_token: word('atatt3'),
  hugging_face_token: word('hf_'),
  replicate_token: word('r8_'),
  groq_key: word('gsk_'),
  perplexity_key: word('pplx-'),
  databricks_token: word('dapi'),
  grafana_token: word('glsa_'),
  postman_key: word('pmak-'),
  figma_token: word('figd_'),
  supabase_token: word('sbp_'),
  tailscale_key: word('tskey-'),
  linear_key: word('lin_api_'),
  notion_token: word('ntn_', 'secret_'),
  sentry_token: word('sntry'),
  telegram_token: text(':aa'),
  age_key: word('age-secret-key-1'),
  azure_key: word('accountkey=', 'sharedaccesskey='),
  jwt: word('eyj'),
  private_key: text('-----begin '),
  authorization_header: text('authorization', 'x-api-key'),
  bearer_token: text('bearer'),
  password_in_url: text('://'),
  assigned_secret: text(...ASSIGNED_NAMES),
}

export type FormatId = keyof typeof LITERALS
const ROWS = Object.entries(LITERALS) as readonly (readonly [FormatId, readonly Literal[]])[]

/** A format with those of its literals that were seen. */
export interface SuspectedFormat {
  readonly id: FormatId
  readonly literals: readonly string[]
}

export const ALL_FORMATS: readonly SuspectedFormat[] = ROWS.map(([id, literals]) => ({
  id,
  literals: literals.map((literal) => literal.text),
}))

const FORMAT_LITERALS = ROWS.flatMap(([, literals]) => literals)

/** What an index looks for. */
export const REDACTION_LITERALS: {
  /** One of these stands wherever there is something to mask; what decodes to a secret may hold none of its own. */
  readonly any: readonly Literal[]
  /** `suspectedFormats` asks which of these were seen. */
  readonly each: readonly Literal[]
} = {
  any: [...FORMAT_LITERALS, ...text('\\u00', '\\/')],
  each: [...FORMAT_LITERALS, ...text('@')],
}

/** The formats of which something may be there, by which of `REDACTION_LITERALS.each` were seen. */
export function suspectedFormats(seen: (index: number) => boolean): readonly SuspectedFormat[] {
  const suspected: SuspectedFormat[] = []
  let first = 0
  for (const format of ALL_FORMATS) {
    const literals: string[] = []
    for (let index = 0; index < format.literals.length; index++)
      if (seen(first + index)) literals.push(format.literals[index] ?? '')
    first += format.literals.length
    // A URL has a password only before an `@`, the last of the literals.
    if (literals.length > 0 && (format.id !== 'password_in_url' || seen(FORMAT_LITERALS.length)))
      suspected.push({ id: format.id, literals })
  }
  return suspected
}
