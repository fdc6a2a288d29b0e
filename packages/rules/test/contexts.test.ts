import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import { parseRule } from '../src/index.ts'
import { CONTEXTS } from '../src/lint/contexts.ts'
import { kindsOf } from '../src/lint/kinds-of-rule.ts'

const rules = BUILTIN_RULES.map(({ text }) => parseRule(text))
const named = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')

test('docs/detection.md shows the table of contexts', () => {
  const page = readFileSync(new URL('../../../docs/detection.md', import.meta.url), 'utf8')
  const shown = page.slice(page.indexOf('<!-- contexts -->'), page.indexOf('<!-- end of contexts -->'))
  const rows = CONTEXTS.map(({ families, kinds }) => `| ${named(families)} | ${named(kinds)}`)
  const lines = shown.split('\n').filter((line) => line.startsWith('| `'))
  expect(lines.map((line) => line.slice(0, line.lastIndexOf(' | ')))).toEqual(rows)
})

test('a family has one context, and each is of a built-in rule', () => {
  const listed = CONTEXTS.flatMap(({ families }) => families)
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed.filter((family) => !rules.some((rule) => rule.family === family))).toEqual([])
})

test.each([
  ['action', 'd: {Does: reads}\n  condition: d', ['tool_call']],
  ['tool_definition', 'd: {payload: x}\n  condition: d', ['tool_definition']],
  ['statement', 'd: {Send: x}\n  k: {Kind: [prompt, message]}\n  condition: d and k', ['message', 'prompt']],
  [
    'statement',
    'd: {Send: x}\n  k: {Kind: [tool_result, completion]}\n  condition: d and not k',
    ['message', 'prompt', 'tool_definition'],
  ],
  ['statement', 'd: {Send: x, Kind: prompt}\n  e: {Kind: message}\n  condition: d or e', ['message', 'prompt']],
])('a rule for %s with %j is for %j', (category, detection, kinds) => {
  const rule = parseRule(
    `title: t\nid: t-1\nlogsource: {category: ${category}}\ndetection:\n  ${detection}\nlevel: low\n`,
  )
  expect(kindsOf(rule)).toEqual(kinds)
})

test('a rule for another product matches no entry', () => {
  const text =
    'title: t\nid: t-1\nlogsource: {product: windows, service: security}\ndetection:\n  d: {EventID: 1}\n  condition: d\n'
  expect(kindsOf(parseRule(text))).toEqual([])
})
