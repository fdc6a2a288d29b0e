import { describe, expect, test } from 'vitest'
import { compileRuleSet, matchJson, parseRule } from '../src/index.ts'
import { sigmaCases, howMany } from './sigma-cases.ts'

interface SpecCase {
  readonly id: string
  readonly rule: string
  readonly event: unknown
  readonly match: boolean
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

const cases = sigmaCases<SpecCase>('spec_cases.jsonl')

describe.skipIf(cases.length === 0)(`the Sigma specification (${howMany(cases)})`, () => {
  test.each(cases)('$id', ({ rule, event, match, placeholders = {} }) => {
    const ruleSet = compileRuleSet([parseRule(rule, { placeholders: new Map(Object.entries(placeholders)) })])
    expect(matchJson(JSON.stringify(event), ruleSet).length > 0).toBe(match)
  })
})
