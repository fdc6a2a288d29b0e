import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { readRules, type ReadOptions } from '../src/index.ts'

interface LoadCase {
  readonly id: string
  readonly yaml: string
  readonly loads: boolean
  readonly category?: string
  readonly path?: string
  /** The case is a metadata fault: an error in lint, a warning at run time. */
  readonly strict?: boolean
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

const optionsOf = ({ placeholders = {} }: LoadCase): ReadOptions => ({
  placeholders: new Map(Object.entries(placeholders)),
})

const cases = sharedLines<LoadCase>('sigma/load_cases.jsonl')

describeShared('rules that load and rules that are rejected', { needs: ['sigma/load_cases.jsonl'], tests: 168 }, () => {
  const [faults, others] = [cases.filter(({ strict }) => strict), cases.filter(({ strict }) => !strict)]

  test.each(others)('$id: the library accepts or rejects it', (one) => {
    const { problems, rules, correlations, filters, documents } = readRules(
      [{ file: 'a.yml', text: one.yaml }],
      optionsOf(one),
    )
    const first = problems.find(({ severity }) => severity === 'error')
    expect(first && { category: first.code.replaceAll('_', '-'), path: first.path }).toEqual(
      one.loads ? undefined : { category: one.category, path: one.path },
    )
    expect(rules.length + correlations.length + filters.length === documents && documents > 0).toBe(one.loads)
  })

  test.each(faults)('$id: a metadata fault is a warning at run time', (one) => {
    const { problems, rules } = readRules([{ file: 'a.yml', text: one.yaml }], optionsOf(one))
    expect(problems.map(({ code, path, severity }) => ({ code: code.replaceAll('_', '-'), path, severity }))).toEqual([
      { code: one.category, path: one.path, severity: 'warning' },
    ])
    expect(rules).toHaveLength(1)
  })
})
