import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { compileRuleSet, matchJson, parseRule } from '../src/index.ts'

interface SpecCase {
  readonly id: string
  readonly rule: string
  readonly event: unknown
  readonly match: boolean
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

const cases = sharedLines<SpecCase>('sigma/spec_cases.jsonl')

describeShared('the Sigma specification', { needs: ['sigma/spec_cases.jsonl'], tests: 450 }, () => {
  test.each(cases)('$id', ({ rule, event, match, placeholders = {} }) => {
    const ruleSet = compileRuleSet([parseRule(rule, { placeholders: new Map(Object.entries(placeholders)) })])
    expect(matchJson(JSON.stringify(event), ruleSet).length > 0).toBe(match)
  })
})
