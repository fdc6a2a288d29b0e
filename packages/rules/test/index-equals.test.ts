import * as fc from 'fast-check'
import { describeShared, runsOf, sharedLines } from '@sentinelmesh/test-inputs'
import { describe, expect, test } from 'vitest'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import {
  compileRules,
  compileRuleSet,
  matchEntry,
  matchEntryByEveryRule,
  matchJson,
  matchJsonByEveryRule,
  parseRule,
  readRules,
  type RuleSet,
} from '../src/index.ts'
import { aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'
import { generatedEntry, generatedEvent, generatedRule } from './generated-rules.ts'

/** Matches, places and selections found by the index, and by evaluating every rule. */
const bothWays = (ruleSet: RuleSet, event: string, logsource: { product: string } | null = null) => ({
  found: matchJson(event, ruleSet, logsource),
  tried: matchJsonByEveryRule(event, ruleSet, logsource),
})

describe('the index finds the same matches as evaluating every rule', () => {
  test('for every kind of value and condition, in entries and in JSON', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(generatedRule, { minLength: 1, maxLength: 8 }),
        fc.array(generatedEntry, { maxLength: 4 }),
        fc.array(generatedEvent, { maxLength: 4 }),
        (rules, entries, events) => {
          const set = ruleSetOf(...rules)
          const alone = rules.map((rule) => ruleSetOf(rule))
          for (const entry of entries) {
            const found = matchEntry(entry, set)
            expect(found).toEqual(matchEntryByEveryRule(entry, set))
            // The index of a single rule contains no texts of other rules.
            expect(found).toEqual(alone.flatMap((one) => matchEntry(entry, one)))
          }
          for (const event of events) {
            for (const logsource of [null, { product: 'ai_agent' }, { product: 'windows' }]) {
              const { found, tried } = bothWays(set, event, logsource)
              expect(found).toEqual(tried)
            }
            expect(matchJson(event, set)).toEqual(alone.flatMap((one) => matchJson(event, one)))
          }
        },
      ),
      { numRuns: runsOf('rules', { usual: 250, full: 1_500 }), seed: 7 },
    )
  }, 300_000)

  test('for letters that are hard to compare, single characters, and texts longer than the index key', () => {
    const pieces =
      'a K \u212a ſ ß İ ı ς σ Σ é É ж Ж 😀 😁 🅰 \ud801\udc00 \ud801\udc28 ™ — \ud83d \ude00 ❤️ x0123456789abcdef X0123456789ABCDEF 0123456789abc'.split(
        ' ',
      )
    const textOf = (from: readonly string[]) =>
      fc.array(fc.constantFrom(...from), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
    // A rule cannot contain half of a character; an event can.
    const text = textOf(pieces.filter((piece) => piece.isWellFormed()))
    const search = fc
      .tuple(
        fc.constantFrom(
          '',
          '|contains',
          '|startswith',
          '|endswith',
          '|contains|cased',
          '|contains|windash',
          '|re',
          '|re|i',
        ),
        fc.array(text, { minLength: 1, maxLength: 3 }),
      )
      .map(([modifiers, texts]) => `  s:\n    a${modifiers}: ${JSON.stringify(texts)}`)
    const keywords = text.map((one) => `  s:\n    - ${JSON.stringify(one)}`)
    const rule = fc.oneof(search, keywords).map((body) => aRule(`${body}\n  condition: s`))
    fc.assert(
      fc.property(fc.uniqueArray(rule, { minLength: 1, maxLength: 6 }), fc.array(textOf(pieces)), (rules, texts) => {
        const set = ruleSetOf(...rules)
        for (const one of texts) {
          const { found, tried } = bothWays(set, JSON.stringify({ a: one, b: `b${one}` }))
          expect(found).toEqual(tried)
        }
      }),
      { numRuns: runsOf('rules', { usual: 250, full: 1_500 }), seed: 7 },
    )
  }, 300_000)

  test('for the built-in rules', () => {
    const set = compileRuleSet(BUILTIN_RULES.map(({ text }) => parseRule(text)))
    const phrases = [
      ['ignore', ' all ', 'previous ', 'instructions', 'curl ', '-d @', ' | sh', 'password=', 'ghp_', '/etc/shadow'],
      [' do not ', 'tell the user', '\n', '{"a":"', '169.254.169.254', 'system', '[', ']', '\u200b', '\u{e0041}'],
    ].flat()
    const phrase = fc.constantFrom(...phrases)
    const text = fc.array(phrase, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom('prompt', 'tool_call', 'tool_result', 'tool_definition'),
        (one, other, kind) => {
          for (const entry of [textEntry(one, { kind }), jsonEntry(JSON.stringify({ one, b: [other] }), { kind })])
            expect(matchEntry(entry, set)).toEqual(matchEntryByEveryRule(entry, set))
        },
      ),
      { numRuns: runsOf('rules', { usual: 100, full: 500 }), seed: 7 },
    )
  }, 300_000)

  test('for matches suppressed by a filter', () => {
    const { ruleSet } = compileRules(
      [
        aRule(`  s:\n    payload|contains: [alpha, beta]\n  condition: s`, 'id: r\n'),
        'title: F\nid: f\nlogsource:\n  product: ai_agent\nfilter:\n  rules: [r]\n  s:\n    payload|re: b.t\n  condition: not s\n',
      ].join('---\n'),
    )
    const held = ['alpha', 'beta', 'alpha beta', 'gamma'].map((text) =>
      matchEntry(textEntry(text), ruleSet).map(({ filteredBy }) => filteredBy),
    )
    expect(held).toEqual([[null], ['f'], ['f'], []])
  })
})

interface Recorded {
  readonly rules?: string
  readonly event: unknown
  readonly events?: readonly unknown[] | null
}
const conformance = sharedLines<Recorded>('sigma/conformance_dev.jsonl')
const matrix = sharedLines<Recorded>('sigma/corpus_matrix_dev.jsonl')

describeShared(
  'real rules on real events',
  { needs: ['sigma/conformance_dev.jsonl', 'sigma/corpus_matrix_dev.jsonl'], tests: 1 },
  () => {
    test('evaluated together find what each rule finds alone', () => {
      const rules = new Map(
        conformance
          .flatMap(({ rules: text = '' }) => readRules([{ file: null, text }]).rules)
          .map((rule) => [rule.id, rule]),
      )
      const set = compileRuleSet([...rules.values()])
      const events = [...conformance, ...matrix].flatMap(({ event, events: more }) => [event, ...(more ?? [])])
      let matches = 0
      for (const event of events) {
        if (event === null || event === undefined) continue
        const { found, tried } = bothWays(set, JSON.stringify(event))
        matches += found.length
        expect(found).toEqual(tried)
      }
      expect(matches).toBeGreaterThan(100)
    }, 300_000)
  },
)
