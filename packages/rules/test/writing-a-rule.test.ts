import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileRules, lintRules, matchJson, readPipeline, type ReadOptions } from '../src/index.ts'
import { MODIFIER_NAMES } from '../src/parse/values/modifiers.ts'
import { WARNING_CODES } from '../src/parse/problem.ts'
import { CORRELATION_TYPES } from '../src/parse/rule.ts'
import { runRuleTests } from '../src/rule-tests/index.ts'

const page = readFileSync(new URL('../../../docs/writing-a-rule.md', import.meta.url), 'utf8')
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

/** The examples by the name in their first line. */
const files = new Map(
  [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => [name, text]),
)
const textOf = (name: string) => files.get(name) ?? ''

const placeholders = parse(textOf('placeholders.yml')) as Readonly<Record<string, readonly string[]>>
const options: ReadOptions = {
  placeholders: new Map(Object.entries(placeholders)),
  pipeline: readPipeline(textOf('pipeline.yml')),
}
const cases = [...files.keys()].filter((name) => name.endsWith('.cases.yml'))
const besides = cases.map((name) => name.replace('.cases.yml', '.yml'))

describe('the page on writing a rule', () => {
  test('names all of its examples and has events for each rule', () => {
    expect(files.size).toBe([...page.matchAll(/^```\w/gm)].length)
    expect([...files.keys()].toSorted()).toEqual([...cases, ...besides, 'placeholders.yml', 'pipeline.yml'].toSorted())
  })

  test.each(besides)('%s has no lint problems and passes its events', (name) => {
    const source = { file: name, text: textOf(name) }
    const beside = name.replace('.yml', '.cases.yml')
    expect(lintRules([source], options)).toEqual([])
    const report = runRuleTests([source], [{ file: beside, text: textOf(beside), beside: name }], options)
    expect(report.faults).toEqual([])
    expect(report.untested).toEqual([])
    expect(report.rules.flatMap(({ failures }) => failures)).toEqual([])
    expect(report.sequences.flatMap(({ missing, unwanted }) => [...missing, ...unwanted])).toEqual([])
  })

  const rows = [...section('Modifiers').matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
    row.split(/(?<!\\) \| /).map((cell) => cell.replaceAll('\\|', '|')),
  )
  const inCode = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

  test('has a row for each modifier', () => {
    expect(rows.flatMap(([names]) => inCode(names)).toSorted()).toEqual(MODIFIER_NAMES.toSorted())
  })

  test.each(rows)('shows the effect of %s', (names, _, example, yes, no) => {
    const [search = ''] = inCode(example)
    const rule = (key: string) =>
      `title: t\nid: r\nlogsource: {product: x}\ndetection:\n  s:\n    ${key}\n  condition: s\n`
    const eventOf = (cell = '') => {
      const [json = ''] = inCode(cell)
      return json.startsWith('{') ? json : `{"f": ${json}}`
    }
    const used = inCode(names).filter((name) => search.includes(`|${name}`))
    expect(used.length).toBeGreaterThan(0)
    for (const name of inCode(names)) {
      const text = rule(search.replace(`|${used[0] ?? ''}`, `|${name}`))
      const { ruleSet, problems } = compileRules(text, options)
      expect(problems).toEqual([])
      expect(matchJson(eventOf(yes), ruleSet)).toHaveLength(1)
      expect(matchJson(eventOf(no), ruleSet)).toHaveLength(0)
    }
  })

  test('has each type of correlation', () => {
    const documented = section('Correlations').matchAll(/^\| (`[^|]*`) \|/gm)
    expect([...documented].flatMap(([, types]) => inCode(types))).toEqual(
      expect.arrayContaining([...CORRELATION_TYPES]),
    )
  })

  test('lists every lint warning', () => {
    const documented = section('What lint says').matchAll(/`([a-z]+_[a-z_]+)`/g)
    expect([...documented].map(([, code]) => code).toSorted()).toEqual(WARNING_CODES.toSorted())
  })
})
