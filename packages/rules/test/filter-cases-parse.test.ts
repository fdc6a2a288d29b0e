import { describe, expect, test } from 'vitest'
import { readRules } from '../src/index.ts'
import { sigmaCases, howMany } from './sigma-cases.ts'

interface LibraryCase {
  readonly id: string
  readonly rules: string
}

const filterCases = sigmaCases<LibraryCase>('filter_cases.jsonl')

describe.skipIf(filterCases.length === 0)(`filters are read (${howMany(filterCases)})`, () => {
  test.each(filterCases)('$id: all of it loads, and only a filter without "not" is told of', ({ rules: text }) => {
    const { rules, correlations, filters, documents, problems } = readRules([{ file: null, text }])
    expect(rules.length + correlations.length + filters.length).toBe(documents)
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      filters.every(({ text }) => / condition: .*\bnot\b/.test(text)) ? [] : ['warning filter_without_not'],
    )
  })
})

const correlationCases = sigmaCases<LibraryCase>('correlation_cases.jsonl')

describe.skipIf(correlationCases.length === 0)(`correlations are read (${howMany(correlationCases)})`, () => {
  test.each(correlationCases)('$id: all of it loads without a word', ({ rules: text }) => {
    const { rules, correlations, documents, problems } = readRules([{ file: null, text }])
    expect(problems).toEqual([])
    expect(rules.length + correlations.length).toBe(documents)
    expect(correlations.length).toBeGreaterThan(0)
  })
})

const conformanceCases = sigmaCases<LibraryCase>('conformance_dev.jsonl')

describe.skipIf(conformanceCases.length === 0)(
  `rules of other projects are read (${howMany(conformanceCases)})`,
  () => {
    test.each(conformanceCases)('$id', ({ rules: text, ...more }) => {
      const { placeholders = {} } = more as { placeholders?: Record<string, string[]> }
      const { problems } = readRules([{ file: null, text }], { placeholders: new Map(Object.entries(placeholders)) })
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    })
  },
)
