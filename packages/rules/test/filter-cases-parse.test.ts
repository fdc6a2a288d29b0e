import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { readRules } from '../src/index.ts'

interface LibraryCase {
  readonly id: string
  readonly rules: string
}

const filterCases = sharedLines<LibraryCase>('sigma/filter_cases.jsonl')

describeShared('filters are parsed', { needs: ['sigma/filter_cases.jsonl'], tests: 43 }, () => {
  test.each(filterCases)('$id: everything loads, and only a filter without "not" is reported', ({ rules: text }) => {
    const { rules, correlations, filters, documents, problems } = readRules([{ file: null, text }])
    expect(rules.length + correlations.length + filters.length).toBe(documents)
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      filters.every(({ text }) => / condition: .*\bnot\b/.test(text)) ? [] : ['warning filter_without_not'],
    )
  })
})

const correlationCases = sharedLines<LibraryCase>('sigma/correlation_cases.jsonl')

describeShared('correlations are parsed', { needs: ['sigma/correlation_cases.jsonl'], tests: 99 }, () => {
  test.each(correlationCases)('$id: everything loads without a problem', ({ rules: text }) => {
    const { rules, correlations, documents, problems } = readRules([{ file: null, text }])
    expect(problems).toEqual([])
    expect(rules.length + correlations.length).toBe(documents)
    expect(correlations.length).toBeGreaterThan(0)
  })
})

const conformanceCases = sharedLines<LibraryCase>('sigma/conformance_dev.jsonl')

describeShared('rules of other projects are parsed', { needs: ['sigma/conformance_dev.jsonl'], tests: 180 }, () => {
  test.each(conformanceCases)('$id', ({ rules: text, ...more }) => {
    const { placeholders = {} } = more as { placeholders?: Record<string, string[]> }
    const { problems } = readRules([{ file: null, text }], { placeholders: new Map(Object.entries(placeholders)) })
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})
