import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ruleSchema } from '../scripts/rule-schema.ts'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import { readRules } from '../src/index.ts'

const file = new URL('../schema/sigma-rule.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
const validate = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(schema)

/** Returns whether every document of the text is valid under the schema. */
function isValid(text: string): boolean {
  const documents = parseAllDocuments(text, { logLevel: 'silent' })
  if (!Array.isArray(documents) || documents.length === 0) return false
  return documents.every((document) => document.errors.length === 0 && validate(document.toJS({ maxAliasCount: -1 })))
}

test('the schema in the repository equals the one generated from the format', () => {
  expect(schema).toEqual(ruleSchema())
})

test.each(BUILTIN_RULES)('the schema accepts $id', ({ text }) => {
  expect(isValid(text)).toBe(true)
})

interface Case {
  readonly id: string
  readonly yaml: string
  readonly loads: boolean
  readonly category?: string
}
const cases = sharedLines<Case>('sigma/load_cases.jsonl')
const loading = cases.filter(({ id, loads }) => loads && id !== 'yaml-alias-bomb')

/** Beyond a schema: other documents, the grammar of conditions and expressions, the order of modifiers. */
const BEYOND = new Set([
  'unknown-identifier',
  'empty-selector',
  'deprecated-aggregation',
  'condition-syntax',
  'bad-regex',
  'regex-unsupported',
  'modifier-conflict',
  'modifier-order',
  'modifier-value',
  'expand-unresolved',
  'unknown-rule',
  'correlation-cycle',
  'duplicate-id',
  'yaml-syntax',
  'yaml-duplicate-key',
])
/** Cases beyond a schema in categories that it otherwise covers. */
const CASES_BEYOND = new Set([
  'cond-map',
  'mod-fieldref-wild',
  'mod-cidr-bad',
  'mod-cidr-host',
  'corr-alias-bad',
  'corr-dup',
])

describeShared('rules that load and rules that are rejected', { needs: ['sigma/load_cases.jsonl'], tests: 108 }, () => {
  test.each(loading)('$id: a rule that loads is valid under the schema', ({ yaml }) => {
    expect(isValid(yaml)).toBe(true)
  })

  test.each(cases.filter(({ id, loads, category = '' }) => !loads && !BEYOND.has(category) && !CASES_BEYOND.has(id)))(
    '$id: a common error is invalid under the schema',
    ({ yaml }) => {
      expect(isValid(yaml)).toBe(false)
    },
  )
})

const OTHERS = [
  'sigma/spec_cases.jsonl',
  'sigma/conformance_dev.jsonl',
  'sigma/correlation_cases.jsonl',
  'sigma/filter_cases.jsonl',
]
const others = OTHERS.flatMap((name) =>
  sharedLines<{ rule?: string; rules?: string }>(name).map(({ rule, rules }) => rule ?? rules ?? ''),
)

describeShared('rules of the specification and of other projects', { needs: OTHERS, tests: 1 }, () => {
  test('a rule without problems is valid under the schema', () => {
    const quiet = [...new Set(others)].filter((text) => readRules([{ file: null, text }]).problems.length === 0)
    expect(quiet.length).toBeGreaterThan(200)
    expect(quiet.filter((text) => !isValid(text))).toEqual([])
  })
})
