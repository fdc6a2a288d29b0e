import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_REDACTION, judge, MASK, type Entry } from '../src/index.ts'
import { decodedTexts, type DecodedText } from '../src/redact/decode-text.ts'
import { aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'
import { draws, sampleOf } from './secret-sample.ts'

const NO_RULES = ruleSetOf()
const payloadOf = (entry: Entry) => judge(entry, NO_RULES, DEFAULT_REDACTION).entry.payload.text
const drawn = (shape: string, seed = 11) => sampleOf(shape, draws(seed))

const PASSWORD = drawn('[a-z]{4}[A-Z]{3}[0-9]{3}[!@]')
const KEY = drawn('[A-Za-z0-9]{32}')
const ID = drawn('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')

test.each([
  ['password=', PASSWORD, ''],
  ['DB_PASS=', PASSWORD, ''],
  ['"password": "', PASSWORD, '"'],
  ["'passwd' => '", PASSWORD, "'"],
  ['<password>', PASSWORD, '</password>'],
  ['\\\\\\"client_secret\\\\\\": \\\\\\"', KEY, '\\\\\\"'],
  ['password%3D', KEY, '%26user%3Dann'],
  ['password&#61;', KEY, '&amp;user'],
  ['deploy --password ', PASSWORD, ' --now'],
  ['deploy --api-key=', KEY, ''],
  ["CREATE USER app WITH PASSWORD '", PASSWORD, "'"],
  ['Server=db;User Id=app;Password=', PASSWORD, ';Encrypt=true'],
  ['Authorization: Basic ', KEY, ''],
  ['Authorization=Bearer+', KEY, ''],
  ["curl -H 'X-Api-Key: ", KEY, "'"],
  ["curl -u 'app:", PASSWORD, "' https://api.internal"],
  ['sshpass -p ', PASSWORD, ' ssh app@host'],
  ['mysql -u app -p', PASSWORD, ' ledger'],
  ['Cookie: theme=dark; sid=', KEY, ''],
  ['redis://:', PASSWORD.replace('@', '!'), '@cache:6379'],
  ['postgres:\\/\\/app:', KEY, '@db\\/x'],
  ['postgres%3A%2F%2Fapp%3A', KEY, '%40db%2Fx'],
  ['HEROKU_API_KEY=', ID, ''],
  ['"auths":{"r.internal":{"auth":"', KEY, '"}}'],
  ['client_secret=', ID, ''],
  ['password=', 'Summer_2024', ''],
  ['password=', 'tulip-42-garden', ''],
  ['aws_session_token = ', drawn('[A-Za-z0-9/+]{900}'), ''],
])('a secret next to %s is masked to its end', (before, secret, after) => {
  const text = `run ${before}${secret}${after}`
  const masked = payloadOf(textEntry(text))
  expect(masked).not.toContain(secret.slice(0, 6))
  expect(masked).not.toContain(secret.slice(-6))
  expect(masked).toContain(MASK)
})

test.each([
  'max_tokens=4096 and "token_count": 123',
  'const token = process.env.API_TOKEN_2',
  "password = os.environ['DB_PASSWORD_1']",
  'token: ${{ secrets.DEPLOY_TOKEN }}',
  'secret: <your-secret-here-1>',
  'api_key = getApiKey2()',
  'password: %DB_PASSWORD%',
  'export API_KEY=$OTHER_KEY_1',
  'api_key: your-api-key-123',
  'sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'key sk-your-openai-api-key-goes-here',
  'ghp_abc123... was rotated',
  `"next_page_token": "${KEY}"`,
  `git checkout ${drawn('[0-9a-f]{40}')}`,
  `request_id=${ID}, token: ${ID}`,
  `sha256:${drawn('[0-9a-f]{64}')}`,
  'password is required, see https://docs.internal/password-reset2',
  'Get-Credential -Credential app',
  'token = Token.Literal.Number',
  'elif tok.token == tokenize.OP:',
  'private_key: rsa.RSAPrivateKey,',
  'password: _PasswordType | None',
  'to be lexed as an AsmToken::Identifier.',
  'ownPass: !!ownPass',
  'access_token: z.ZodString;',
  'perldoc -u Some::ModuleName',
  `publicKeyToken="${drawn('[0-9a-f]{16}')}"`,
  '$PROXY_PASSWORD = $CPAN::Config->{proxy_pass}',
  'authorization = base64.decodebytes(authorization)',
  'map pass names to a per-pass DebugInfoEntry instance',
  'throw Error("Unexpected token "+this.char+"")',
  'storageKey = "app-scroll-position-v1_3"',
  '"output_token": "ListResult.NextMarker7"',
  `"AWS::ApiGateway::ApiKey": "${drawn('[0-9a-f]{16}')}"`,
  `"Vendor::Service::EndpointAuthorization": "${drawn('[0-9a-f]{16}')}"`,
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:LedgerDatabase-a1b2c3',
  'Credential=app_key/20240524/eu-west-1/s3/aws4_request',
  '"pass": "ARIA-Attribute werden korrekt verwendet"',
  '"pass": "ページにはレベル1の見出しが必要です"',
  "if (text.indexOf('-----BEGIN PRIVATE KEY-----') !== 0) throw new TypeError('no key')",
  'the task-definition-1470764550877 was registered',
  `data:application/wasm;base64,${drawn('[A-Za-z]{20}')}EAAA${drawn('[A-Za-z0-9]{40}')}`,
])('a look-alike is not masked: %s', (text) => {
  expect(payloadOf(textEntry(text))).toBe(text)
})

test.each(['-xxxxxx', '-example', '_your', '-XXXXXXXX', '-test'])(
  'a real key with %s attached is masked, and the whole placeholder is not',
  (tail) => {
    const prefix = ['sk', 'ant', 'api03', ''].join('-')
    expect(payloadOf(textEntry(`k ${prefix}${KEY}${tail} e`))).toBe(`k ${['sk', 'ant', ''].join('-')}${MASK} e`)
    const placeholder = `k ${prefix}your-key${tail} e`
    expect(payloadOf(textEntry(placeholder))).toBe(placeholder)
  },
)

test('a key with few distinct characters is masked, and a padded placeholder is not', () => {
  const prefix = ['gh', 'p_'].join('')
  expect(payloadOf(textEntry(`k ${prefix}${'Ab1'.repeat(12)} e`))).toBe(`k ${prefix}${MASK} e`)
  const filled = `k ${prefix}abc123${'x'.repeat(30)} e`
  expect(payloadOf(textEntry(filled))).toBe(filled)
})

describe('a JSON member', () => {
  test.each(['password', 'db.password', 'apiKey', 'AWS_SECRET_ACCESS_KEY', 'client-secret', 'authToken'])(
    'named %s is masked in payload and attributes',
    (name) => {
      const json = JSON.stringify({ user: 'ann', [name]: KEY, n: 1 })
      const { entry } = judge({ ...jsonEntry(json), attributes: json }, NO_RULES, DEFAULT_REDACTION)
      const masked = JSON.stringify({ user: 'ann', [name]: MASK, n: 1 })
      expect([entry.payload.text, entry.attributes]).toEqual([masked, masked])
    },
  )

  test.each(['heroku', 'HEROKU_KEY'])('named %s contains a key of that provider', (name) => {
    expect(payloadOf(jsonEntry(JSON.stringify({ [name]: ID })))).toBe(JSON.stringify({ [name]: MASK }))
  })

  test.each(['token_count', 'keyboard', 'next_page_token', 'author', 'commit'])('named %s is not masked', (name) => {
    const json = JSON.stringify({ [name]: KEY })
    expect(payloadOf(jsonEntry(json))).toBe(json)
  })
})

test('the user and password in a Docker configuration are also masked in JSON', () => {
  const config = (auth: string) => JSON.stringify({ auths: { 'registry.internal': { auth } } })
  expect(payloadOf(jsonEntry(config(KEY)))).toBe(config(MASK))
})

test('a match in escaped text next to a mask has the correct place', () => {
  const rules = ruleSetOf(aRule(`  s:\n    payload|contains: 'after'\n  condition: s`))
  const text = `password%3D${KEY}%26b after`
  const { entry, matches } = judge(textEntry(text), rules, DEFAULT_REDACTION)
  const [place] = matches[0]?.places ?? []
  expect(entry.payload.text).toBe(`password%3D${MASK}%26b after`)
  expect(entry.payload.text.slice(place?.start, place?.end)).toBe('after')
})

test('a color code inside a token, as from grep, does not hide it', () => {
  const [prefix, body] = [['gh', 'p_'].join(''), drawn('[A-Za-z0-9]{36}')]
  for (const escape of ['\u001b', '\\u001b', '\\x1b', '\\033', '\\e'])
    expect(payloadOf(textEntry(`a ${escape}[01;31m${escape}[K${prefix}${escape}[m${escape}[K${body} b`))).not.toContain(
      body.slice(0, 8),
    )
})

test.each([
  ['JSON', (text: string) => JSON.stringify(text).slice(1, -1), '\\u0071'],
  ['URLs', encodeURIComponent, '%71'],
] as const)('nested escapes of %s hide nothing, up to a depth of four', (_of, escape, written) => {
  const body = drawn('[A-Za-z0-9]{35}')
  let text = `ghp_${written}${body}`
  for (let depth = 1; depth <= 4; depth++) {
    expect(payloadOf(textEntry(`see ${text} ok`))).not.toContain(body)
    text = escape(text)
  }
})

test('no part of a secret remains if two overlapping patterns find it', () => {
  const [first, second] = [drawn('[A-Za-z0-9]{16}'), drawn('[A-Za-z0-9]{16}', 12)]
  // As written, the value ends at the backslash. Decoded, it begins after the quote.
  const text = payloadOf(textEntry(`password=%22${first}\\u0041${second}%22 ok`))
  expect(text).not.toMatch(new RegExp(`${first.slice(-6)}|${second.slice(-6)}`))
  expect(text).toMatch(/^password=.{0,3}•+(?:%22)? ok$/)
})

describe('decoding', () => {
  const PIECES = [
    'a',
    'Z9',
    '\\n',
    '\\\\',
    '\\u0041',
    '\\u{1f600}',
    '\\x42',
    '%41',
    '%2541',
    '&amp;',
    '&#65;',
    '\u001b[0m',
    '\\/',
    'é',
  ]
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''))

  test('maps every character to its source, in order and without overlap', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const decoded of decodedTexts(text)) expect(misledBy(text, decoded)).toEqual([])
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  test('terminates and never lengthens a text', () => {
    for (const part of ['%25', '\\\\', '&amp;', '\\u005c', '\u001b[']) {
      const text = part.repeat(20_000)
      const rounds = decodedTexts(text)
      expect(rounds.length).toBeLessThanOrEqual(4)
      for (const { text: decoded } of rounds) expect(decoded.length).toBeLessThanOrEqual(text.length)
    }
  })
})

/** The positions of decoded text that map to a wrong source: out of order, overlapping, or different. */
function misledBy(text: string, decoded: DecodedText): number[] {
  const misled: number[] = []
  let before = 0
  for (let at = 0; at < decoded.text.length; at++) {
    const [start, end] = [decoded.startOf(at), decoded.endOf(at + 1)]
    const isSecondHalf = /[\udc00-\udfff]/.test(decoded.text.charAt(at))
    const isCopy = end === start + 1
    if (
      (start < before && !isSecondHalf) ||
      end <= start ||
      end > text.length ||
      (isCopy && text.charAt(start) !== decoded.text.charAt(at))
    )
      misled.push(at)
    before = end
  }
  return misled
}
