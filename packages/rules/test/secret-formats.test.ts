import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileRuleSet, DEFAULT_REDACTION, judge, redact } from '../src/index.ts'
import { ASSIGNED_SECRET } from '../src/redact/assigned-secret.ts'
import { findSecrets } from '../src/redact/find-secrets.ts'
import { GENERIC_FORMATS } from '../src/redact/formats/generic.ts'
import { SECRET_FORMATS } from '../src/redact/secret-formats.ts'
import type { SecretFormat } from '../src/redact/secret-format.ts'
import { jsonEntry, ruleSetOf, textEntry } from './entries.ts'
import { draws, sampleOf } from './secret-sample.ts'

const NO_RULES = ruleSetOf()
/** Each seed draws a different secret of every format. */
const SEEDS = [1, 2, 3]

const escaped = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const same = (text: string) => text
const inJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** Contexts of a secret, and the encoding of its characters there. */
interface Surrounding {
  readonly around: (secret: string) => string
  readonly write: (text: string) => string
}
const around = (before: string, after: string, write = same): Surrounding => ({
  around: (secret) => `${before}${write(secret)}${after}`,
  write,
})

const SURROUNDINGS: Readonly<Record<string, Surrounding>> = {
  'a sentence': around('see ', ' ok'),
  'an assignment': around('x=', '\ny=1'),
  'JSON in a text': around('answer: {"note":"', '","n":1}', inJson),
  'JSON in JSON in a text': around('{\\"note\\":\\"', '\\"}', (text) => inJson(inJson(text))),
  'a literal \\n before it': around('done\\n', '\\nnext', inJson),
  'a literal \\t before it': around('key\\t', '\\tnext', inJson),
  'an escaped \\\\n before it': around('done\\\\n', '\\\\nnext', (text) => inJson(inJson(text))),
  'a percent-encoded = before it': around('redirect%3D', '%26b', encodeURIComponent),
  'a percent-encoded space before it': around('q=a%20', '%20b', encodeURIComponent),
  'the query of a URL': around('https://a.test/?q=', '&page=2', encodeURIComponent),
  'a literal control sequence before it': around('\\u001b[01;31m\\u001b[K', '\\u001b[m', inJson),
  'a control sequence before it': around('\u001b[01;31m\u001b[K', '\u001b[m\u001b[K'),
  'a shell command': around("curl -d '", "' https://a.test"),
  'a YAML file': around('spec:\n  value: ', '\n  other: 1\n'),
  'a block of Markdown': around('```\n', '\n```\n'),
  HTML: around('<td title=&quot;', '&quot;>', (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')),
  'only \\u escapes': around('', '', escaped),
}

const byId = (formats: readonly SecretFormat[]) => formats.map((format) => [format.id, format] as const)

/** A secret of the format with its prefix, and the part of it that must be masked. */
function secretOf(format: SecretFormat, seed: number): { sample: string; secret: string } {
  const sample = sampleOf(format.shape, draws(seed * 7_919 + format.id.length))
  const [run] = findSecrets(sample)
  return { sample, secret: run === undefined ? '' : sample.slice(run.start, run.end) }
}

test('a rule set without the secret index masks the same', () => {
  const plain = compileRuleSet([])
  for (const [, format] of byId(SECRET_FORMATS)) {
    const { sample } = secretOf(format, 1)
    for (const { around } of Object.values(SURROUNDINGS)) {
      const entry = textEntry(around(sample))
      expect(judge(entry, plain, DEFAULT_REDACTION)).toEqual(judge(entry, NO_RULES, DEFAULT_REDACTION))
    }
  }
})

test('at least 120 formats are known, each with a unique id', () => {
  expect(SECRET_FORMATS.length).toBeGreaterThanOrEqual(120)
  expect(new Set(SECRET_FORMATS.map(({ id }) => id)).size).toBe(SECRET_FORMATS.length)
})

test('the documentation lists every format, by name and source', () => {
  const page = readFileSync(new URL('../../../docs/redaction.md', import.meta.url), 'utf8')
  const rows = SECRET_FORMATS.map(({ title, name, source }) => `| ${title} | \`${name}\` | ${source} |`)
  expect(rows.filter((row) => !page.includes(row))).toEqual([])
  expect(page.split('\n').filter((line) => /^\| .* \| `\w+` \| /.test(line))).toHaveLength(rows.length)
})

test.each(byId(SECRET_FORMATS))('%s is masked in every context', (_, format) => {
  const kept: string[] = []
  for (const seed of SEEDS) {
    const { sample, secret } = secretOf(format, seed)
    if (secret.length < 8) kept.push(`alone: ${sample}`)
    for (const [name, { around: surround, write }] of Object.entries(SURROUNDINGS)) {
      const text = surround(sample)
      const { entry } = judge(textEntry(text), NO_RULES, DEFAULT_REDACTION)
      if (entry.payload.text.includes(write(secret.slice(0, 12)))) kept.push(`${name}, its beginning: ${text}`)
      if (entry.payload.text.includes(write(secret.slice(-8)))) kept.push(`${name}, its end: ${text}`)
      if (redact(textEntry(text), DEFAULT_REDACTION).entry.payload.text !== entry.payload.text)
        kept.push(`${name}, masked in another way without an index`)
      const leaf = judge(jsonEntry(JSON.stringify({ note: [text] })), NO_RULES, DEFAULT_REDACTION).entry.payload.text
      if (leaf !== JSON.stringify({ note: [entry.payload.text] })) kept.push(`${name}, in a JSON payload: ${leaf}`)
    }
  }
  expect(kept).toEqual([])
})

/** The near misses of general formats are in `secret-context.test.ts`. */
const WITH_NEAR_MISS = SECRET_FORMATS.filter(
  (format) => format !== ASSIGNED_SECRET && !GENERIC_FORMATS.includes(format),
)

test.each(byId(WITH_NEAR_MISS.filter(({ readsName }) => !readsName)))(
  '%s with one character too few is not masked',
  (_, { name, shape }) => {
    const samples = SEEDS.map((seed) => sampleOf(shape, draws(seed * 104_729), { isShort: true }))
    expect(samples.filter((sample) => namesOf(`see ${sample} ok`).includes(name))).toEqual([])
  },
)

test.each(byId(WITH_NEAR_MISS.filter(({ readsName }) => readsName)))(
  '%s without its name is not masked',
  (_, { name, shape }) => {
    const samples = SEEDS.map((seed) => sampleOf(shape, draws(seed * 104_729)))
    const values = samples.map((sample) => sample.slice(sample.indexOf('=') + 1))
    expect(values.filter((value) => namesOf(`see ${value} ok`).includes(name))).toEqual([])
  },
)

function namesOf(text: string): string[] {
  return judge(textEntry(text), NO_RULES, DEFAULT_REDACTION).masked.map(({ format }) => format)
}
