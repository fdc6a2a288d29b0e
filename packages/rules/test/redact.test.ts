import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_REDACTION, judge, MASK, redact, type Entry } from '../src/index.ts'
import { leaves } from '@sentinelmesh/text/json-text'
import { aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'

/** Random and never valid. Assembled here so that scanners do not report this file as a leak. */
const body = (length: number) => 'q7Zt3LmW9xKc5RvB2nYp8Dg4Hs6Jf1Ta0Ue'.repeat(8).slice(0, length)
const hex = (length: number) => '9f2c4b7a1d8e3f60a5b7c9d1e2f3a4b5'.repeat(4).slice(0, length)
const upper = (length: number) => 'Q3EGRJ7KPX2VN5TWZ4HM'.repeat(4).slice(0, length)

const SECRETS: readonly (readonly [format: string, before: string, secret: string])[] = [
  ['sentinelmesh_key', 'smk_', body(48)],
  ['aws_access_key', 'AKIA', upper(16)],
  ['aws_secret_key', 'aws_secret_access_key = ', body(40)],
  ['github_token', 'ghp_', body(36)],
  ['github_token', 'github_pat_', body(60)],
  ['gitlab_token', 'glpat-', body(20)],
  ['slack_token', 'xoxb-', `491339430415-492468775700-${body(24)}`],
  ['slack_webhook', 'https://hooks.slack.com/services/', `T04OPUIN9/B0JY110BK/${body(24)}`],
  ['stripe_key', 'sk_live_', body(24)],
  ['openai_key', 'sk-proj-', body(48)],
  ['anthropic_key', 'sk-ant-', `api03-${body(40)}`],
  ['google_api_key', 'AIza', body(35)],
  ['npm_token', 'npm_', body(36)],
  ['pypi_token', 'pypi-', body(60)],
  ['sendgrid_key', 'SG.', `${body(22)}.${body(43)}`],
  ['twilio_key', 'SK', hex(32)],
  ['shopify_token', 'shpat_', hex(32)],
  ['digitalocean_token', 'dop_v1_', hex(64)],
  ['vault_token', 'hvs.', body(60)],
  ['hugging_face_token', 'hf_', body(34)],
  ['telegram_token', '8123456789:AA', body(33)],
  ['jwt', 'eyJ', `hbGciOiJIUzI1NiJ9.eyJ${body(20)}.${body(30)}`],
  ['private_key', '-----BEGIN EC PRIVATE KEY-----', `\n${body(64)}\n${body(20)}\n`],
  ['authorization_header', 'Authorization: Basic ', body(24)],
  ['authorization_header', '"authorization": "Bearer ', body(24)],
  ['bearer_token', 'bearer ', body(30)],
  ['password_in_url', 'postgres://app:', `${body(12)}`],
  ['assigned_secret', 'password=', body(12)],
  ['assigned_secret', 'api_key: ', body(24)],
  ['assigned_secret', 'SESSION_SECRET=', hex(48)],
  ['assigned_secret', '"client_secret": "', body(20)],
]
const END: Readonly<Partial<Record<string, string>>> = {
  private_key: '-----END EC PRIVATE KEY-----',
  password_in_url: '@db.internal/prod',
}

describe.each(SECRETS)('%s after "%s"', (format, before, secret) => {
  const after = END[format] ?? ''
  const entry = textEntry(`see ${before}${secret}${after} ok`)

  test('is masked in text, except its public part', () => {
    const { entry: redacted, masked } = redact(entry, DEFAULT_REDACTION)
    expect(redacted.payload.text).toBe(`see ${before}${MASK}${after} ok`)
    expect(masked).toEqual([{ format, count: 1 }])
  })

  test('is masked at every occurrence', () => {
    const text = (value: string) => `see ${before}${value}${after} ok `.repeat(3)
    const { entry: redacted, masked } = redact(textEntry(text(secret)), DEFAULT_REDACTION)
    expect(redacted.payload.text).toBe(text(MASK))
    expect(masked).toEqual([{ format, count: 3 }])
  })

  test('is detected even without rules', () => {
    expect(judge(entry, ruleSetOf(), DEFAULT_REDACTION).entry.payload.text).not.toContain(secret)
  })

  test('does not survive in JSON with any escapes, and the rest of the text stays byte for byte', () => {
    const escaped = [...`${before}${secret}${after}`]
      .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('')
    for (const text of [
      JSON.stringify({ n: 1.0, x: `a ${before}${secret}${after}` }),
      `{ "n":1.0e2, "x": ["a ${escaped}"] }`,
    ]) {
      const { entry: redacted } = judge(jsonEntry(text), ruleSetOf(), DEFAULT_REDACTION)
      const [, leaf] = leaves(redacted.payload.text, { depth: 9 })
      expect(leaf?.text).toBe(`a ${before}${MASK}${after}`)
      expect(redacted.payload.text.slice(0, 8)).toBe(text.slice(0, 8))
    }
  })

  test('does not survive in a text that contains escaped JSON', () => {
    const text = `{"x":"${[...before].map((char, index) => (index === 0 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char)).join('')}${secret}${after}"}`
    expect(judge(textEntry(text), ruleSetOf(), DEFAULT_REDACTION).entry.payload.text).not.toContain(secret.trim())
  })
})

test('secrets are masked in every field that an agent controls', () => {
  const secret = `ghp_${body(36)}`
  const entry: Entry = {
    ...textEntry(secret),
    sender: secret,
    receiver: secret,
    session: secret,
    context: secret,
    attributes: `{"a":{"b":["${secret}"]},"${secret}":1}`,
  }
  const { entry: redacted, masked } = judge(entry, ruleSetOf(), DEFAULT_REDACTION)
  expect(JSON.stringify(redacted)).not.toContain(body(36))
  expect(masked).toEqual([{ format: 'github_token', count: 7 }])
})

test('a JSON member named like a secret is masked completely', () => {
  const { entry } = judge(
    jsonEntry(`{"db":{"Password":"${body(12)}","user":"ann"},"retries":12345678}`),
    ruleSetOf(),
    DEFAULT_REDACTION,
  )
  expect(entry.payload.text).toBe(`{"db":{"Password":"${MASK}","user":"ann"},"retries":12345678}`)
})

test.each([
  'commit 3f786850e387550fdab836ed7e6dc881de23001b',
  'request_id=4ac3d7c5-1803-4cc0-ac5c-55033dbebf29',
  'token: 4ac3d7c5-1803-4cc0-ac5c-55033dbebf29',
  'AKIAIOSFODNN7EXAMPLE',
  `GITHUB_TOKEN=ghp_${'x'.repeat(36)}`,
  'OPENAI_API_KEY=<your-api-key>',
  'password: "${DB_PASSWORD}"',
  'secret: ********',
  'postgres://user:password@localhost:5432/dev',
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${body(40)} dev@host`,
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
  'max_tokens: 4096, tokenizer: cl100k_base',
  'the risk-adjusted, task-specific key-value store',
  'http://localhost:8080/path@version',
  'password: correct horse battery',
])('look-alikes are not masked: %s', (text) => {
  expect(judge(textEntry(text), ruleSetOf(), DEFAULT_REDACTION).entry.payload.text).toBe(text)
})

test('secrets in names and in values of JSON are masked wherever they are, and nothing else changes', () => {
  const token = `ghp_${body(36)}`
  const texts = fc.constantFrom('plain', `${token}`, `a ${token} b`, `"${token}"\n`)
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      texts,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(texts, tie('json'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value)
      expect(redact(jsonEntry(text), DEFAULT_REDACTION).entry.payload.text).toBe(text.replaceAll(token, `ghp_${MASK}`))
    }),
  )
})

test('redaction can be switched off', () => {
  const entry = textEntry(`ghp_${body(36)}`)
  expect(redact(entry, { keys: false })).toEqual({ entry, masked: [] })
})

test('places refer to the masked text, and a place that overlaps a mask covers it', () => {
  const rules = ruleSetOf(
    aRule(`  s:\n    payload|contains:\n      - 'after'\n      - 'before'\n      - '_q7Zt3'\n  condition: s`),
  )
  const text = `before ghp_${body(36)} after`
  const { entry, matches } = judge(textEntry(text), rules, DEFAULT_REDACTION)
  const shown = matches[0]?.places.map(({ start, end }) => entry.payload.text.slice(start, end))
  expect(shown).toEqual(['before', `_${MASK}`, 'after'])
})

test('a masked name is also masked in the pointers of places', () => {
  const rules = ruleSetOf(aRule(`  s:\n    payload|contains: 'needle'\n  condition: s`))
  const { matches, entry } = judge(jsonEntry(`{"npm_${body(36)}":"needle"}`), rules, DEFAULT_REDACTION)
  expect(matches[0]?.places[0]?.pointer).toBe(`/npm_${MASK}`)
  expect(leaves(entry.payload.text, { depth: 9 })[0]?.pointer).toBe(`/npm_${MASK}`)
})

test.each([
  'eyJ',
  'eyJa.',
  '-----BEGIN PRIVATE KEY-----',
  'password=',
  'a://b:',
  'sk-',
  'SG.aaaaaaaaaaaaaaaa.',
  'AccountKey=',
  'Bearer ',
  '\\u0067',
  'secret=a',
  'hooks.slack.com/services/',
])('a secret after 256 KiB of repeated %s is masked in linear time', (part) => {
  const secret = body(36)
  const text = `${part.repeat(Math.ceil(262_144 / part.length))} ghp_${secret}`
  expect(redact(textEntry(text), DEFAULT_REDACTION).entry.payload.text).not.toContain(secret)
})

test('a password that starts with consecutive digits is not a placeholder', () => {
  const { entry } = redact(textEntry('password=123456789Abc!x and token=YOUR_API_TOKEN'), DEFAULT_REDACTION)
  expect(entry.payload.text).toBe(`password=${MASK} and token=YOUR_API_TOKEN`)
})
