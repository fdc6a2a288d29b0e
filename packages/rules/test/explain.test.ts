import * as fc from 'fast-check'
import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { describe, expect, test } from 'vitest'
import {
  compileRuleSet,
  createExplainer,
  describeExplanation,
  explain,
  LIMITS,
  matchEntry,
  matchJson,
  parseRule,
  readRules,
  type CustomModifier,
  type Entry,
  type Excerpt,
  type Explanation,
  type Match,
  type PartExplanation,
  type SearchExplanation,
} from '../src/index.ts'
import { leaves } from '@sentinelmesh/text/json-text'
import { aRule, jsonEntry, textEntry } from './entries.ts'
import { GENERATED_SEARCHES, generatedEntry, generatedEvent, generatedRule } from './generated-rules.ts'

interface SpecCase {
  readonly id: string
  readonly rule: string
  readonly event: unknown
  readonly match: boolean
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}
const specCases = sharedLines<SpecCase>('sigma/spec_cases.jsonl')

const SEED = 20_260_102
const several = <One>(arbitrary: fc.Arbitrary<One>) => fc.array(arbitrary, { minLength: 12, maxLength: 12 })
const rule = (detection: string, more = '') => parseRule(aRule(detection, more))
const one = (search: string) => rule(`  s:\n    ${search}\n  condition: s`)

/** The first value of the only search of the only selection. */
function valueOf(explanation: Explanation) {
  const body = explanation.selections[0]?.body
  const search = body?.kind === 'search' ? body : body?.parts[0]
  const value = search?.kind === 'search' ? search.values[0] : undefined
  if (value === undefined) throw new Error('The rule has no value')
  return value
}
const missOf = (search: string, entry: Entry) => valueOf(explain(one(search), entry)).miss

/** The values that the explanation says matched, in the format of a match. */
function heldParts(explanation: Explanation): unknown[] {
  const parts: unknown[] = []
  const walk = (name: string, part: Explanation['selections'][number]['body']) => {
    if (part.kind !== 'search') return part.parts.forEach((inner) => walk(name, inner))
    for (const { held, value, pattern, places } of part.values)
      if (held) parts.push({ name, field: part.field, modifiers: part.modifiers, value, pattern, places })
  }
  for (const { name, body } of explanation.selections) walk(name, body)
  return parts
}

const matchParts = (match: Match) =>
  match.selections.flatMap(({ name, parts }) =>
    parts.filter(({ places }) => places.length > 0).map((part) => ({ name, ...part })),
  )

describe('explanations and matches', () => {
  test('agree on every rule and entry and have the same places', () => {
    fc.assert(
      fc.property(generatedRule, several(generatedEntry), (text, entries) => {
        const parsed = parseRule(text)
        const ruleSet = compileRuleSet([parsed])
        const explainOne = createExplainer(parsed)
        for (const entry of entries) {
          const matches = matchEntry(entry, ruleSet)
          const explanation = explainOne(entry)
          expect(explanation.held).toBe(matches.length > 0)
          expect(heldParts(explanation)).toEqual(expect.arrayContaining(matches.flatMap(matchParts)))
        }
      }),
      { seed: SEED, numRuns: 400 },
    )
  }, 120_000)

  test('agree on every rule and JSON event, with and without a log source', () => {
    const source = fc.constantFrom(null, { product: 'ai_agent' }, { product: 'windows' }, {})
    fc.assert(
      fc.property(generatedRule, several(generatedEvent), source, (text, events, logsource) => {
        const parsed = parseRule(text)
        const ruleSet = compileRuleSet([parsed])
        const explainOne = createExplainer(parsed, { logsource })
        for (const event of events) expect(explainOne(event).held).toBe(matchJson(event, ruleSet, logsource).length > 0)
      }),
      { seed: SEED, numRuns: 300 },
    )
  }, 120_000)

  test.each(Object.entries(GENERATED_SEARCHES))(
    'agree on searches by %s, whether or not they match',
    (_, search) => {
      const seen = { held: 0, missed: 0 }
      fc.assert(
        fc.property(search, several(generatedEvent), (line, events) => {
          const parsed = one(`payload${line}`)
          const ruleSet = compileRuleSet([parsed])
          const explainOne = createExplainer(parsed)
          for (const event of events) {
            const { held } = explainOne(event)
            expect(held).toBe(matchJson(event, ruleSet).length > 0)
            seen[held ? 'held' : 'missed']++
          }
        }),
        { seed: SEED, numRuns: 80 },
      )
      // A generator that never matches proves nothing.
      expect(Math.min(seen.held, seen.missed)).toBeGreaterThan(10)
    },
    30_000,
  )

  test('agree on which filter suppresses a match', () => {
    const filter = fc
      .tuple(
        fc.constantFrom(...Object.values(GENERATED_SEARCHES)).chain((search) => search),
        fc.boolean(),
      )
      .map(([line, not]) =>
        [
          'title: A filter',
          'id: f1',
          'logsource: {product: ai_agent}',
          'filter:',
          '  rules: any',
          `  f:\n    payload${line}`,
          `  condition: ${not ? 'not f' : 'f'}`,
        ].join('\n'),
      )
    const seen = new Set<string | null | undefined>()
    fc.assert(
      fc.property(generatedRule, filter, several(generatedEntry), (text, filterText, entries) => {
        const { rules, filters } = readRules([{ file: null, text: `${text}---\n${filterText}\n` }])
        const [parsed] = rules
        if (parsed === undefined || filters.length !== 1) throw new Error('The rule was not parsed.')
        const ruleSet = compileRuleSet(rules, { filters })
        const explainOne = createExplainer(parsed, { filters })
        for (const entry of entries) {
          const [match] = matchEntry(entry, ruleSet)
          const { held, filteredBy } = explainOne(entry)
          expect([held, filteredBy]).toEqual([match !== undefined, match?.filteredBy ?? null])
          seen.add(match?.filteredBy)
        }
      }),
      { seed: SEED, numRuns: 150 },
    )
    expect(seen).toEqual(new Set([undefined, null, 'f1']))
  }, 120_000)

  test('agree on placeholders and custom modifiers', () => {
    const even: CustomModifier = {
      name: 'length',
      compile: (wanted) => (text) => (text.length === Number(wanted) ? { start: 0, end: text.length } : null),
    }
    const options = { modifiers: [even], placeholders: new Map([['word', ['alp*', 'beta']]]) }
    fc.assert(
      fc.property(
        fc.constantFrom("expand: '%word%'", 'length: 5', 'length|neq: 5'),
        several(generatedEvent),
        (line, events) => {
          const parsed = parseRule(aRule(`  s:\n    payload|${line}\n  condition: s`), options)
          const ruleSet = compileRuleSet([parsed])
          const explainOne = createExplainer(parsed)
          for (const event of events) expect(explainOne(event).held).toBe(matchJson(event, ruleSet).length > 0)
        },
      ),
      { seed: SEED, numRuns: 60 },
    )
  }, 60_000)

  describeShared('Sigma’s own cases', { needs: ['sigma/spec_cases.jsonl'], tests: 1 }, () => {
    test('have the expected result when explained', () => {
      for (const { id, rule: text, event, match, placeholders = {} } of specCases) {
        const parsed = parseRule(text, { placeholders: new Map(Object.entries(placeholders)) })
        expect([id, explain(parsed, JSON.stringify(event)).held]).toEqual([id, match])
      }
    }, 60_000)
  })

  test('can be described in sentences', () => {
    fc.assert(
      fc.property(generatedRule, several(generatedEntry), (text, entries) => {
        const explainOne = createExplainer(parseRule(text))
        const lines = entries.flatMap((entry) => describeExplanation(explainOne(entry)).split('\n'))
        for (const line of lines) expect(line).toMatch(/^(?: {2})*[✓✗] [^\p{Cc}\p{Cf}\p{Cs}]+$/u)
      }),
      { seed: SEED, numRuns: 100 },
    )
  }, 60_000)
})

describe('an excerpt in an explanation', () => {
  /** JSON with duplicate names, nested lists, and strings written entirely in escapes. */
  const words = fc.array(fc.constantFrom('alpha', 'Bet', 'İx', 'ſun', '–x', '😀z', '\n', '"', 'K9 ', 'délta', 'alp'), {
    maxLength: 5,
  })
  const escapes = (text: string) =>
    `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
  const leaf = fc
    .tuple(words, fc.boolean())
    .map(([parts, escaped]) => (escaped ? escapes(parts.join('')) : JSON.stringify(parts.join(''))))
  const payload = fc
    .tuple(leaf, leaf, leaf, leaf)
    .map(([first, again, listed, deep]) => `{"a":${first},"a":${again},"b":[${listed},[7,null,${deep}]]}`)
  const parts = (search: SearchExplanation | PartExplanation): readonly SearchExplanation[] =>
    search.kind === 'search' ? [search] : search.parts.flatMap(parts)

  test('is the decoded text of the event at that place, and each value that missed has a reason', () => {
    const line = fc.oneof(...Object.values(GENERATED_SEARCHES))
    const field = fc.constantFrom('payload', 'payload.a', 'payload.b')
    const reasons = new Set<string>()
    fc.assert(
      fc.property(field, line, several(payload), (name, search, payloads) => {
        const explainOne = createExplainer(one(`${name}${search}`))
        for (const text of payloads) {
          const there = leaves(text, { depth: LIMITS.jsonDepth })
          const stands = ({ text: shown, place, leafLength }: Excerpt) =>
            there.some(
              (each) =>
                each.pointer === place.pointer &&
                each.text.length === leafLength &&
                each.text.slice(place.start, place.end) === shown,
            )
          for (const { body } of explainOne(jsonEntry(text)).selections)
            for (const { held, negated, all, values, valuesLeftOut } of parts(body)) {
              const found = values.map((value) => value.held)
              expect(valuesLeftOut).toBe(0)
              expect(held).toBe((all ? found.every(Boolean) : found.some(Boolean)) !== negated)
              for (const value of values) {
                expect(value.found === null || stands(value.found)).toBe(true)
                expect(value.held).toBe(value.miss === null)
                reasons.add(value.miss?.reason ?? 'held')
                const near = value.miss !== null && 'near' in value.miss ? value.miss.near : null
                for (const place of near === null ? value.places : [near])
                  expect(there.some((each) => each.pointer === place.pointer && each.text.length >= place.end)).toBe(
                    true,
                  )
                expect(value.found !== null || value.held || value.miss?.reason === 'absent').toBe(true)
              }
            }
        }
      }),
      { seed: SEED, numRuns: 400 },
    )
    expect(reasons.size).toBeGreaterThan(9)
  })
})

describe('the reason that a value missed', () => {
  test('is that the field is absent, is null, or has no value of its own', () => {
    expect(missOf('payload.a: x', jsonEntry('{}'))).toEqual({ reason: 'absent' })
    expect(missOf('payload.a: x', jsonEntry('{"a":null}'))).toEqual({ reason: 'is_null' })
    expect(missOf('payload.a: x', jsonEntry('{"a":{"b":1}}'))).toEqual({ reason: 'no_value' })
    expect(missOf('payload.a|exists: false', jsonEntry('{"a":1}'))).toEqual({ reason: 'is_there' })
    expect(missOf('payload.a|exists: true', jsonEntry('{}'))).toEqual({ reason: 'absent' })
    expect(missOf('payload.a: null', jsonEntry('{"a":1}'))).toEqual({ reason: 'is_there' })
  })

  test('is the longest prefix of it that the text contains, with its place', () => {
    expect(missOf('payload|contains: ignore previous', textEntry('please IGNORE prior orders'))).toEqual({
      reason: 'other_text',
      near: { field: 'payload', pointer: null, start: 7, end: 16 },
    })
    expect(missOf('payload|contains: ignore previous', textEntry('nothing'))).toEqual({
      reason: 'other_text',
      near: null,
    })
  })

  test('is that of the closest of several leaves', () => {
    const miss = missOf('payload|contains: ignore previous', jsonEntry('{"a":"x","b":["ignore p","ignore previ"]}'))
    expect(miss).toMatchObject({ near: { pointer: '/b/1', start: 0, end: 12 } })
  })

  test('is that the text is not at the position that the modifier requires', () => {
    expect(missOf('payload|startswith: sudo', textEntry('run sudo now'))).toMatchObject({
      reason: 'other_position',
      near: { start: 4, end: 8 },
    })
    expect(missOf('payload: sudo', textEntry('sudo '))).toMatchObject({ reason: 'other_position' })
  })

  test('is the letter case if the rule is case-sensitive', () => {
    expect(missOf('payload|contains|cased: Secret', textEntry('a SECRET'))).toEqual({ reason: 'other_case' })
  })

  test('is the letter case for a case-sensitive regular expression', () => {
    expect(missOf("payload|re: 'Sec[r]et'", jsonEntry('["x","a SECRET"]'))).toEqual({ reason: 'other_case' })
    expect(missOf("payload|re|i: 'Sec[r]et'", textEntry('a SECRE'))).toMatchObject({ reason: 'lacks_literal' })
  })

  test('does not split a character that shares only its first unit', () => {
    expect(missOf('payload|contains: abc😀', textEntry('xabc😁'))).toMatchObject({ near: { start: 1, end: 4 } })
  })

  test('is the literal that a regular expression requires, or the expression itself', () => {
    expect(missOf('payload|re: curl\\s+-d', textEntry('wget'))).toEqual({ reason: 'lacks_literal', literals: ['curl'] })
    expect(missOf('payload|re: curl\\s+-d', textEntry('curl -d'.replace(' ', '_')))).toEqual({ reason: 'regex' })
  })

  test('is the comparison, or that the value is not a number', () => {
    expect(missOf('payload.n|gte: 10', jsonEntry('{"n":9}'))).toEqual({ reason: 'comparison' })
    expect(missOf('payload.n|gte: 10', jsonEntry('{"n":"many"}'))).toEqual({ reason: 'not_a_number' })
    expect(valueOf(explain(one('payload.n|gte: 10'), jsonEntry('{"n":9}'))).found).toMatchObject({ text: '9' })
  })

  test('is that the address is outside the network, or is not an address', () => {
    expect(missOf('payload.ip|cidr: 10.0.0.0/8', jsonEntry('{"ip":"11.0.0.1"}'))).toEqual({ reason: 'outside_network' })
    expect(missOf('payload.ip|cidr: 10.0.0.0/8', jsonEntry('{"ip":"10.1"}'))).toEqual({ reason: 'not_an_address' })
  })

  test('is the actual part of the time, or that the value is not a time', () => {
    const search = 'payload.t|hour: 3'
    expect(missOf(search, jsonEntry('{"t":"2024-05-06T07:08:09Z"}'))).toEqual({ reason: 'other_time', found: 7 })
    expect(missOf(search, jsonEntry('{"t":"2024-05-06"}'))).toEqual({ reason: 'not_a_time' })
  })

  test('is the text of the referenced field, or that this field is absent', () => {
    expect(missOf('payload.a|fieldref: sender', jsonEntry('{"a":"x"}'))).toMatchObject({
      reason: 'reference_differs',
      other: { text: 'agent.test' },
    })
    expect(missOf('payload.a|fieldref: receiver', jsonEntry('{"a":"x"}'))).toEqual({
      reason: 'reference_absent',
      field: 'receiver',
    })
  })
})

describe('an explanation', () => {
  test('names the log source key that differs', () => {
    const { held, condition, logSource } = explain(
      one('payload: x'),
      textEntry('x', { logsource: { product: 'windows', service: 'sysmon' } }),
    )
    expect(held).toBe(false)
    expect(condition.held).toBe(true)
    expect(logSource).toEqual({
      held: false,
      checked: true,
      keys: [{ key: 'product', wanted: 'ai_agent', found: 'windows', held: false }],
    })
  })

  test('uses the log source table that the rule set was compiled with', () => {
    const entry = textEntry('x', { logsource: { product: 'my_bot' } })
    const logSources = [{ from: { product: 'my_bot' }, to: { product: 'ai_agent' } }]
    expect(explain(one('payload: x'), entry).held).toBe(false)
    expect(explain(one('payload: x'), entry, { logSources }).held).toBe(true)
  })

  test('names the filter that suppresses a match, and why it does', () => {
    const filterText = [
      'title: Not for the deployer',
      'id: f-deploy',
      'logsource: {product: ai_agent}',
      'filter:',
      '  rules: [r1]',
      '  deployer:',
      '    sender: agent.deploy',
      '  condition: not deployer',
    ]
    const other = filterText.with(1, 'id: f-other').with(4, '  rules: [r2]')
    const second = aRule('  s:\n    payload: y\n  condition: s', 'id: r2')
    const { rules, filters } = readRules([
      {
        file: null,
        text: [
          aRule('  s:\n    payload: x\n  condition: s', 'id: r1'),
          second,
          filterText.join('\n'),
          other.join('\n'),
        ].join('\n---\n'),
      },
    ])
    const [r1] = rules
    const explanation = r1 && explain(r1, textEntry('x', { sender: 'agent.deploy' }), { filters })
    expect(explanation).toMatchObject({ held: true, filteredBy: 'f-deploy', filters: [{ held: false }] })
    expect(explanation && describeExplanation(explanation)).toBe(
      [
        '✗ A rule (r1) holds, but the filter f-deploy holds it back.',
        '  ✓ Log source: product "ai_agent".',
        '  ✓ Condition: s',
        '    ✓ s',
        '      ✓ payload: "x" holds at 0–1 of payload: "⟦x⟧"',
        '  ✗ Filter Not for the deployer (f-deploy) holds it back.',
        '    ✗ Condition: not deployer',
        '      ✓ deployer',
        '        ✓ sender: "agent.deploy" holds at 0–12 of sender: "⟦agent.deploy⟧"',
      ].join('\n'),
    )
  })

  test('shows an excerpt of a long text around the closest part without splitting a character', () => {
    const text = `${'😀'.repeat(60)}ignore prev${'😀'.repeat(60)}`
    const { found, miss } = valueOf(explain(one('payload|contains: ignore previous'), textEntry(text)))
    expect(found?.text.length).toBeLessThanOrEqual(LIMITS.excerptChars + 1)
    expect(found?.text).toContain('ignore prev')
    expect(found?.text.isWellFormed()).toBe(true)
    expect(found?.leafLength).toBe(text.length)
    expect(text.slice(found?.place.start, found?.place.end)).toBe(found?.text)
    expect(miss).toMatchObject({ near: { start: 120, end: 131 } })
  })

  test('of a search with thousands of values shows the deciding ones and the number of omitted ones', () => {
    const values = Array.from({ length: 5_000 }, (_, n) => `value-${n}-end`)
    const search = `payload|contains: [${values.join(', ')}]`
    const missed = explain(one(search), textEntry('value-4999-'))
    expect(missed.held).toBe(false)
    const held = explain(one(search), textEntry('a value-4998-end'))
    expect(held.selections[0]?.body).toMatchObject({
      held: true,
      parts: [{ valuesLeftOut: 5_000 - LIMITS.explainedValues }],
    })
    expect(heldParts(held)).toEqual([expect.objectContaining({ value: 4_998, pattern: 'value-4998-end' })])
  })

  test('states the content of a field once for all values that missed it, and lists only matched alternatives', () => {
    const parsed = rule(
      '  s:\n    payload|contains: [one, two, three]\n    kind: [message, prompt]\n  condition: s',
      'id: r1',
    )
    expect(describeExplanation(explain(parsed, textEntry('zero')))).toBe(
      [
        '✗ A rule (r1) does not hold.',
        '  ✓ Log source: product "ai_agent".',
        '  ✗ Condition: s',
        '    ✗ s: all of 2 parts',
        '      ✗ payload|contains: any of 3 values; payload has "zero"',
        '        ✗ "one": not in it',
        '        ✗ "two": not in it',
        '        ✗ "three": not in it',
        '      ✓ kind: any of 2 values (1 not shown)',
        '        ✓ "message" holds at 0–7 of kind: "⟦message⟧"',
      ].join('\n'),
    )
  })

  test('shows the relevant value of two equal names', () => {
    const { places, found } = valueOf(explain(one('payload.a|contains: b'), jsonEntry('{"a":"yyyy","a":"xb"}')))
    expect(places).toEqual([{ field: 'payload', pointer: '/a', start: 1, end: 2 }])
    expect(found?.text).toBe('xb')
  })

  test('of keywords or a list does not present one text as the whole, and says if there is no text', () => {
    const linesFor = (parsed: ReturnType<typeof rule>, entry: Entry) =>
      describeExplanation(explain(parsed, entry)).split('\n').slice(4)
    expect(linesFor(rule('  s:\n    - needle\n    - thread\n  condition: s'), textEntry('hay'))).toEqual([
      '      ✗ keyword: any of 2 values',
      '        ✗ "needle": in no text of the event',
      '        ✗ "thread": in no text of the event',
    ])
    expect(linesFor(one('payload.a|contains|all: [x, zz]'), jsonEntry('{"a":["y",null,{"b":1},["wx"]]}'))).toEqual([
      '      ✗ payload.a|contains|all: all of 2 values (1 not shown)',
      '        ✗ "zz": not in it: payload /a/0 has "y" (one of 2)',
    ])
    expect(linesFor(one("payload: ''"), textEntry('hay'))).toEqual([
      '      ✗ payload: "": not empty: payload has "hay"',
    ])
  })

  test('reads as plain sentences, with hostile characters made visible', () => {
    const parsed = rule(
      [
        '  cmd:',
        "    payload.command|contains|all: ['curl ', '| sh']",
        '    payload.user: root',
        '  ok:',
        '    sender: agent.deploy',
        '  condition: cmd and not ok',
      ].join('\n'),
      'id: r1',
    )
    const entry = jsonEntry('{"command":"curl \\u202e\\u001b[31m http://x","user":"Ro"}')
    expect(describeExplanation(explain(parsed, entry))).toBe(
      [
        '✗ A rule (r1) does not hold.',
        '  ✓ Log source: product "ai_agent".',
        '  ✗ Condition: cmd and not ok',
        '    ✗ cmd: all of 2 parts',
        '      ✗ payload.command|contains|all: all of 2 values (1 not shown)',
        '        ✗ "| sh": not in it: payload /command has "curl <U+202E><U+001B>[31m http://x"',
        '      ✗ payload.user: "root": not in it: payload /user has "Ro"',
        '    ✗ ok',
        '      ✗ sender: "agent.deploy": not in it; its beginning is, at 0–6: sender has "⟦agent.⟧test"',
      ].join('\n'),
    )
  })
})
