import { compileRules } from '@sentinelmesh/rules'
import { expect, test } from 'vitest'
import { compareEvaluations } from './compare.ts'
import { createEvaluation } from './evaluation.ts'
import { LabelError, parseLabeled } from './labeled.ts'
import { renderComparison, renderEvaluation } from './render.ts'
import { readSaved, type Evaluation } from './saved.ts'
import { score, type Verdict } from './score.ts'
import { readWrittenFrom, type WrittenFrom } from './written-from.ts'

const RULES = `
title: Alpha
id: alpha
logsource: {product: ai_agent}
level: high
detection: {one: {payload|contains: alpha}, condition: one}
sentinelmesh: {family: a}
---
title: Beta
id: beta
logsource: {product: ai_agent}
level: medium
detection: {one: {payload|contains: beta}, condition: one}
sentinelmesh: {family: b}
`
const { ruleSet, problems } = compileRules(RULES)
const NOT_WRITTEN: WrittenFrom = new Map()

const line = (label: string, payload: string, more: object = {}) =>
  JSON.stringify({ label, category: `${label}_text`, source: 'mail', entry: { context: 'email', payload }, ...more })

function evaluate(lines: readonly string[], writtenFrom = NOT_WRITTEN, threshold = 60): Evaluation {
  const evaluation = createEvaluation(threshold)
  for (const text of lines) evaluation.add(score(parseLabeled(text, 'file'), { ruleSet, threshold, writtenFrom }))
  return evaluation.result()
}

test('recall and false positives are shares of the items of each category at the threshold', () => {
  expect(problems).toEqual([])
  const result = evaluate([
    line('malicious', 'alpha'),
    line('malicious', 'beta'),
    line('benign', 'alpha'),
    line('benign', 'none'),
    line('benign', 'none'),
    line('benign', 'beta'),
  ])
  expect(result.categories.map(({ category, alerted }) => [category, alerted.hits, alerted.of])).toEqual([
    ['malicious_text', 1, 2],
    ['benign_text', 1, 4],
  ])
  expect(result.all.chosen).toEqual({ threshold: 60, recall: 0.5, false_positives: 0.25 })
  expect(result.benign_alerted.share).toBe(0.25)
})

test('categories count the same in the macro rates, however many items they have', () => {
  const one = line('malicious', 'alpha', { category: 'rare' })
  const result = evaluate([one, ...Array.from({ length: 9 }, () => line('malicious', 'none'))])
  expect(result.all.chosen.recall).toBe(0.5)
})

test('recall at a false-positive limit is taken at the lowest threshold that meets it', () => {
  const result = evaluate(
    [line('malicious', 'alpha beta'), line('malicious', 'alpha'), line('benign', 'alpha')],
    NOT_WRITTEN,
    30,
  )
  expect(result.all.chosen).toEqual({ threshold: 30, recall: 1, false_positives: 1 })
  // Alpha alone has 70 points; with beta, the risk is 82.
  expect(result.all.at_most[0]).toEqual({ limit: 0.005, threshold: 71, recall: 0.5, false_positives: 0 })
})

test('a rule is not scored on the families that it was written from', () => {
  const lines = [line('malicious', 'alpha'), line('malicious', 'alpha', { source: 'web' })]
  const result = evaluate(lines, readWrittenFrom({ alpha: ['mail'] }))
  expect(result.all.chosen.recall).toBe(1)
  expect(result.left_out.chosen.recall).toBe(0.5)
  expect(result.families.map(({ family, alerted_left_out }) => [family, alerted_left_out.hits])).toEqual([
    ['mail', 0],
    ['web', 1],
  ])
  expect(evaluate(lines, readWrittenFrom({ alpha: ['*'] })).left_out.chosen.recall).toBe(0)
})

test('false alarms count even on the families that a rule was written from', () => {
  const result = evaluate([line('benign', 'alpha')], readWrittenFrom({ alpha: ['mail'] }))
  expect(result.left_out.chosen.false_positives).toBe(1)
})

test('a rule decides an item that would be below the threshold without it', () => {
  const result = evaluate([line('malicious', 'alpha beta'), line('malicious', 'beta'), line('benign', 'alpha')])
  expect(result.rules).toMatchObject([
    { id: 'alpha', malicious: 1, benign: 1, decides_malicious: 1, decides_benign: 1, precision: { share: 0.5 } },
    { id: 'beta', malicious: 2, benign: 0, decides_malicious: 0, decides_benign: 0 },
  ])
})

test('a session has the risk of its worst entry, and is in time if the alert is not after the first harmful entry', () => {
  const session = (payloads: readonly string[]) =>
    JSON.stringify({
      category: 'session_malicious',
      first_malicious_index: 1,
      entries: payloads.map((payload) => ({ context: 'tool_result', payload })),
    })
  const result = evaluate([session(['alpha', 'none']), session(['none', 'none', 'alpha']), session(['none', 'beta'])])
  expect(result.categories).toMatchObject([
    { category: 'session_malicious', session: true, alerted: { hits: 2, of: 3 }, in_time: { hits: 1, of: 3 } },
  ])
  expect(result.all.chosen.recall).toBeNull()
})

test('the interval contains the share, and is never empty', () => {
  const result = evaluate(Array.from({ length: 30 }, () => line('benign', 'none')))
  const { share, low, high } = result.benign_alerted
  expect([share, low]).toEqual([0, 0])
  // Wilson: z²/(n + z²) for no hits.
  expect(high).toBeCloseTo(0.1135, 3)
})

test('a comparison shows what differs, and a saved result is equal to itself', () => {
  const before = evaluate([line('malicious', 'none'), line('benign', 'alpha')])
  const after = evaluate([line('malicious', 'alpha'), line('benign', 'none')])
  expect(renderComparison(compareEvaluations(before, readSaved(JSON.stringify(before))))).toBe('Nothing changed.')
  const shown = renderComparison(compareEvaluations(before, after))
  expect(shown).toContain('| macro recall | 0.00 | 100.00 |')
  expect(shown).toContain('| benign_text | 100.00 | 0.00 |')
})

test('the tables show left-out figures only if a list of sources was given', () => {
  const result = evaluate([line('malicious', 'alpha'), line('benign', 'none')])
  expect(renderEvaluation(result, { isLeftOut: false })).not.toContain('left out')
  expect(renderEvaluation(result, { isLeftOut: true })).toContain('| figure | left out | in sample |')
})

test.each([
  ['{', 'The line is not JSON.'],
  ['[]', 'The line is not as expected'],
  ['{"entry": {"payload": "x"}}', '"label" is missing'],
  ['{"label": "evil", "entry": {"payload": "x"}}', '"label" is not as expected'],
  ['{"label": "benign"}', 'either "entry"'],
  ['{"label": "benign", "entry": {"payload": 7}}', '"entry.payload" is not as expected'],
])('%s is refused with a sentence', (text, message) => {
  const parse = () => parseLabeled(text, 'file')
  expect(parse).toThrow(LabelError)
  expect(parse).toThrow(message)
})

test('an entry has the kind that it names, or the one of its context', () => {
  const kindOf = (entry: object) =>
    parseLabeled(JSON.stringify({ label: 'benign', entry: { payload: { a: 1 }, ...entry } }), 'f').entries[0]?.kind
  expect(kindOf({ context: 'shell_command' })).toBe('tool_call')
  expect(kindOf({ context: 'shell_command', kind: 'prompt' })).toBe('prompt')
  expect(kindOf({})).toBe('message')
})

const decide = ({ risk }: { readonly risk: number }): Verdict => (risk >= 60 ? 'block' : risk > 0 ? 'ask' : 'allow')

function withVerdicts(lines: readonly string[]): Evaluation {
  const evaluation = createEvaluation(60)
  for (const text of lines)
    evaluation.add(score(parseLabeled(text, 'file'), { ruleSet, threshold: 60, writtenFrom: NOT_WRITTEN, decide }))
  return evaluation.result()
}

test('verdicts are counted by kind and label, without sessions', () => {
  const call = { entry: { context: 'tool_call', payload: 'beta' } }
  const session = JSON.stringify({ label: 'benign', entries: [{ payload: 'alpha' }] })
  const result = withVerdicts([
    line('benign', 'alpha'),
    line('benign', 'none'),
    line('malicious', 'beta', call),
    session,
  ])
  const { enforced } = result
  expect(enforced.map(({ kind, malicious, asked, blocked }) => [kind, malicious, asked.hits, blocked.hits])).toEqual([
    ['tool_result', false, 0, 1],
    ['tool_call', true, 1, 0],
  ])
  expect(enforced[0]?.blocked).toMatchObject({ of: 2, share: 0.5 })
  expect(renderEvaluation(result, { isLeftOut: false })).toContain('| benign results and documents | 2 | 0.0 (')
  expect(renderEvaluation(result, { isLeftOut: false, hasEnforced: false })).not.toContain('Enforced by default')
})

test('entries that are asked about or blocked are held back', () => {
  const { enforced } = withVerdicts(['alpha', 'beta', 'none', 'none'].map((text) => line('malicious', text)))
  expect(enforced[0]?.held_back).toMatchObject({ hits: 2, of: 4, share: 0.5 })
})

test('a comparison shows the verdicts that changed', () => {
  const changed = compareEvaluations(withVerdicts([line('benign', 'none')]), withVerdicts([line('benign', 'alpha')]))
  expect(changed.enforced).toEqual([{ name: 'benign results and documents, held back', before: 0, after: 1 }])
  expect(renderComparison(changed)).toContain('| benign results and documents, held back | 0.0 | 1000.0 |')
})

test('an evaluation that was saved before verdicts were counted is read and compared', () => {
  const after = withVerdicts([line('benign', 'none')])
  const { enforced: _, ...earlier } = after
  const before = readSaved(JSON.stringify(earlier))
  expect(before.enforced).toEqual([])
  expect(renderComparison(compareEvaluations(before, after))).toBe('Nothing changed.')
})

test('an evaluation that was saved without the entries held back gets them from its verdicts', () => {
  const after = withVerdicts([line('benign', 'alpha'), line('benign', 'none')])
  const enforced = after.enforced.map((one) => {
    const { held_back: _, ...rest } = one
    return rest
  })
  expect(readSaved(JSON.stringify({ ...after, enforced }))).toEqual(after)
})
