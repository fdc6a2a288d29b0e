import { looksRandom } from '../placeholder.ts'
import { beside, GITHUB, GITLEAKS, marked, PROVIDER, token, TRUFFLEHOG, type SecretFormat } from '../secret-format.ts'
import { ALNUM, ANY_HEX, BASE64URL, HEX, LOWER, UUID_BODY } from './characters.ts'

/** A Discord token begins with the base64 of a decimal user ID, so it begins with one of these. */
const DISCORD_BEGINNINGS = ['MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'].flatMap((first) =>
  [...'AEIMQUYcgk'].flatMap((third) => [...'wxyz012345'].map((fourth) => `${first}${third}${fourth}`)),
)

/** `SK` alone, or followed by a letter, occurs in too many words. */
const TWILIO_BEGINNINGS = [
  ...[...'0123456789'].map((digit) => `sk${digit}`),
  ...[...'abcdef'].flatMap((first) => [...'0123456789abcdef'].map((second) => `sk${first}${second}`)),
]

/** Messaging, email, payments, shops and customer data. */
export const BUSINESS_FORMATS: readonly SecretFormat[] = [
  token('twilio_key', 'Twilio API key', ['SK'], `${ANY_HEX}{32}`, GITLEAKS, {
    end: ALNUM,
    literals: TWILIO_BEGINNINGS,
  }),
  token(
    'slack_token',
    'Slack token',
    ['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xoxc-', 'xoxd-', 'xoxe.xoxb-', 'xoxe.xoxp-'],
    '[A-Za-z0-9%+/-]{10,}',
    GITLEAKS,
    { prefix: String.raw`xox(?:[abeoprscd]-|e\.xox[bp]-)` },
  ),
  token('slack_app_token', 'Slack app-level token', ['xapp-'], '[A-Za-z0-9-]{20,}', GITLEAKS, { name: 'slack_token' }),
  token(
    'slack_webhook',
    'Slack webhook URL',
    ['hooks.slack.com/services/', 'hooks.slack.com/workflows/', 'hooks.slack.com/triggers/'],
    '[A-Za-z0-9/]{20,}',
    GITLEAKS,
  ),
  token(
    'discord_webhook',
    'Discord webhook URL',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    `${BASE64URL}{60,}`,
    TRUFFLEHOG,
    {
      prefix: String.raw`discord(?:app)?\.com/api/webhooks/\d{5,25}/`,
      shape: `discord\\.com/api/webhooks/\\d{18}/${BASE64URL}{60,}`,
    },
  ),
  token(
    'discord_token',
    'Discord bot token',
    DISCORD_BEGINNINGS,
    `${BASE64URL}{19,24}\\.${BASE64URL}{6}\\.${BASE64URL}{27,40}`,
    GITHUB,
    { end: '[.]', shape: `MT[AEIMQUYcgk][wxyz0-5]${BASE64URL}{20,22}\\.${BASE64URL}{6}\\.${BASE64URL}{27,38}` },
  ),
  token('discord_mfa_token', 'Discord user token', ['mfa.'], `${BASE64URL}{80,}`, PROVIDER, { name: 'discord_token' }),
  beside('discord_secret', 'Discord client secret or key', ['discord'], `(?:${HEX}{64}|${BASE64URL}{32})`, GITLEAKS, {
    name: 'discord_token',
  }),
  token('teams_webhook', 'Microsoft Teams webhook URL', ['/IncomingWebhook/'], `${LOWER}{32}/${UUID_BODY}`, GITLEAKS),
  token('telegram_token', 'Telegram bot token', [':AA'], `${BASE64URL}{33}`, GITLEAKS, {
    prefix: String.raw`(?<=\d{8}):AA`,
    shape: `[1-9]\\d{9}:AA${BASE64URL}{33}`,
    end: BASE64URL,
  }),
  beside('mattermost_token', 'Mattermost token', ['mattermost'], `${LOWER}{26}`, GITLEAKS),
  token('zapier_webhook', 'Zapier webhook URL', ['hooks.zapier.com/hooks/catch/'], '[A-Za-z0-9/]{12,}', GITHUB),
  beside('twilio_auth_token', 'Twilio auth token', ['twilio'], `${HEX}{32}`, TRUFFLEHOG, { name: 'twilio_key' }),
  token('sendgrid_key', 'SendGrid API key', ['SG.'], String.raw`[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}`, GITLEAKS),
  token('mailgun_key', 'Mailgun API key', ['key-'], `${HEX}{32}`, GITLEAKS, { end: HEX }),
  beside('mailgun_signing_key', 'Mailgun signing key', ['mailgun'], `${HEX}{32}-${HEX}{8}-${HEX}{8}`, GITLEAKS, {
    name: 'mailgun_key',
  }),
  marked(
    'mailchimp_key',
    'Mailchimp API key',
    { texts: ['-us1', '-us2', '-us3', '-us4', '-us5', '-us6', '-us7', '-us8', '-us9'], before: 32, head: HEX },
    '\\d?',
    GITLEAKS,
    { end: ALNUM },
  ),
  token('mandrill_key', 'Mandrill API key', ['md-'], `${BASE64URL}{22}`, GITHUB, {
    end: BASE64URL,
    isWordLike: true,
    sure: (secret) => /\d/.test(secret) && /[A-Z]/.test(secret),
  }),
  token('brevo_key', 'Brevo API or SMTP key', ['xkeysib-', 'xsmtpsib-'], `${HEX}{64}-${ALNUM}{16}`, GITLEAKS),
  token('resend_key', 'Resend API key', ['re_'], `${ALNUM}{8}_${ALNUM}{24}`, TRUFFLEHOG, { end: ALNUM }),
  token('postmark_token', 'Postmark server token header', ['X-Postmark-Server-Token: '], UUID_BODY, PROVIDER),
  beside(
    'messagebird_key',
    'MessageBird API key',
    ['messagebird', 'message_bird', 'message-bird'],
    `${ALNUM}{25}`,
    GITLEAKS,
  ),
  beside('sendbird_token', 'Sendbird token', ['sendbird'], `${HEX}{40}`, GITLEAKS),
  token(
    'stripe_key',
    'Stripe secret or restricted key',
    ['sk_live_', 'sk_test_', 'sk_prod_', 'rk_live_', 'rk_test_', 'rk_prod_'],
    `${ALNUM}{10,}`,
    GITLEAKS,
  ),
  token('stripe_webhook_secret', 'Stripe or Svix webhook secret', ['whsec_'], '[A-Za-z0-9+/=]{20,}', TRUFFLEHOG, {
    name: 'stripe_key',
  }),
  token('square_token', 'Square token', ['sq0atp-', 'sq0csp-', 'EAAA'], `${BASE64URL}{22,60}`, GITLEAKS, {
    end: BASE64URL,
    // Otherwise it would occur in any long base64 text.
    startsRun: true,
    sure: (secret) => /\d/.test(secret),
  }),
  token(
    'braintree_token',
    'Braintree access token',
    ['access_token$production$', 'access_token$sandbox$'],
    `${LOWER}{16}\\$${HEX}{32}`,
    GITHUB,
  ),
  token(
    'plaid_token',
    'Plaid access token',
    ['access-sandbox-', 'access-development-', 'access-production-'],
    UUID_BODY,
    GITLEAKS,
  ),
  token('razorpay_key', 'Razorpay key', ['rzp_live_', 'rzp_test_'], `${ALNUM}{14}`, GITHUB, { end: ALNUM }),
  token('flutterwave_key', 'Flutterwave secret key', ['FLWSECK-', 'FLWSECK_TEST-'], `${ALNUM}{12,32}(?:-X)?`, GITLEAKS),
  token('mollie_key', 'Mollie, GoCardless or Lob key', ['live_', 'test_'], `${ALNUM}{30,}`, GITLEAKS, {
    isWordLike: true,
    sure: looksRandom,
  }),
  token('adyen_key', 'Adyen API key', ['AQE'], `[A-Za-z0-9+/=.-]{100,}`, TRUFFLEHOG, { startsRun: true }),
  token(
    'shopify_token',
    'Shopify token',
    ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shptka_'],
    `${ANY_HEX}{32}`,
    GITLEAKS,
  ),
  token('shippo_token', 'Shippo API token', ['shippo_live_', 'shippo_test_'], `${ANY_HEX}{40}`, GITLEAKS),
  token('easypost_key', 'EasyPost API key', ['EZAK', 'EZTK'], `${ALNUM}{54}`, GITLEAKS, { end: ALNUM }),
  token('duffel_token', 'Duffel API token', ['duffel_live_', 'duffel_test_'], '[A-Za-z0-9_=-]{43}', GITLEAKS),
  token(
    'hubspot_token',
    'HubSpot private app token',
    ['pat-na1-', 'pat-na2-', 'pat-na3-', 'pat-eu1-', 'pat-ap1-'],
    UUID_BODY,
    TRUFFLEHOG,
  ),
  token(
    'salesforce_token',
    'Salesforce access token',
    ['00D'],
    String.raw`[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,}`,
    GITHUB,
  ),
  beside('zendesk_key', 'Zendesk API token', ['zendesk'], `${ALNUM}{40}`, GITLEAKS),
  beside('intercom_token', 'Intercom token', ['intercom'], '[A-Za-z0-9_=-]{60}', GITLEAKS),
  token(
    'facebook_token',
    'Facebook access token',
    ['EAAM', 'EAAC', 'EAAB', 'EAAD', 'EAAG', 'EAAI'],
    `${ALNUM}{90,}`,
    GITLEAKS,
  ),
  token('instagram_token', 'Instagram access token', ['IGQV', 'IGQW'], `${BASE64URL}{80,}`, PROVIDER),
  token('twitter_bearer', 'X (Twitter) bearer token', ['AAAAAAAAAAAAAAAAAAAAA'], '[A-Za-z0-9%]{50,}', GITLEAKS, {
    startsRun: true,
    sure: (secret) => /\d/.test(secret) && /[b-z]/.test(secret),
  }),
  beside(
    'twitter_secret',
    'X (Twitter) key or secret',
    ['twitter'],
    `(?:${ALNUM}{50}|${ALNUM}{45}|${ALNUM}{25})`,
    GITLEAKS,
  ),
  beside('twitch_token', 'Twitch token', ['twitch'], `${LOWER}{30}`, GITLEAKS),
  token('twitch_oauth', 'Twitch chat token', ['oauth:'], `${LOWER}{30}`, PROVIDER, {
    name: 'twitch_token',
    end: ALNUM,
    sure: (secret) => /\d/.test(secret),
  }),
  beside('linkedin_secret', 'LinkedIn client secret', ['linkedin', 'linked_in'], `${ALNUM}{16}`, GITLEAKS),
  token(
    'linkedin_secret_v2',
    'LinkedIn client secret of the newer format',
    ['WPL_AP1.', 'WPL_AP0.'],
    String.raw`[A-Za-z0-9]{16}\.[A-Za-z0-9+/=]{4,}`,
    PROVIDER,
    { name: 'linkedin_secret' },
  ),
  token('dropbox_token', 'Dropbox access token', ['sl.'], `${BASE64URL}{120,}`, GITLEAKS, {
    prefix: String.raw`sl\.(?:u\.)?`,
  }),
  beside(
    'dropbox_older_token',
    'Dropbox token of the older format',
    ['dropbox'],
    `(?:${ALNUM}{11}AAAAAAAAAA[A-Za-z0-9_=-]{43}|${LOWER}{15})`,
    GITLEAKS,
    { name: 'dropbox_token' },
  ),
  token('mapbox_token', 'Mapbox token', ['sk.eyJ1', 'tk.eyJ1'], `${BASE64URL}{40,}\\.${BASE64URL}{20,}`, GITLEAKS, {
    startsRun: true,
  }),
  beside('finnhub_token', 'Finnhub token', ['finnhub'], `${LOWER}{20}`, GITLEAKS),
  beside('coinbase_key', 'Coinbase key', ['coinbase'], `${BASE64URL}{64}`, GITLEAKS),
  beside('kraken_key', 'Kraken key', ['kraken'], '[A-Za-z0-9/=_+-]{80,90}', GITLEAKS),
  beside('kucoin_key', 'KuCoin key', ['kucoin'], `(?:${HEX}{24}|${UUID_BODY})`, GITLEAKS),
  beside('etsy_token', 'Etsy key', ['etsy'], `${LOWER}{24}`, GITLEAKS),
  beside('adafruit_key', 'Adafruit IO key', ['adafruit'], `${BASE64URL}{32}`, GITLEAKS),
  token('adafruit_io_key', 'Adafruit IO key of the newer format', ['aio_'], `${ALNUM}{28}`, GITHUB, {
    name: 'adafruit_key',
    end: ALNUM,
  }),
  beside('rapidapi_key', 'RapidAPI key', ['rapidapi'], `${BASE64URL}{50}`, GITLEAKS),
  beside('beamer_token', 'Beamer API token', ['beamer'], 'b_[A-Za-z0-9_=-]{44}', GITLEAKS),
  token('klaviyo_key', 'Klaviyo API key', ['pk_'], `${HEX}{34}`, TRUFFLEHOG, { end: ALNUM }),
]
