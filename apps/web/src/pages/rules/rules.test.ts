import { LIMITS } from '@sentinelmesh/api/constants'
import { parseRule } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import { describe, expect, test } from 'vitest'
import { toBatches } from './import-files.ts'
import { canOpen, listInput, readRulesSearch } from './rules-search.ts'
import { copiedRule, newRuleText } from './template.ts'
import { readTried } from './tried-entry.ts'

describe('the address of Rules', () => {
  test('gives the input of the list, and reports and ignores an unknown value', () => {
    const view = readRulesSearch({ q: ' shell ', status: 'own', level: 'high', sort: 'sideways' })
    expect(view).toMatchObject({ status: 'own', level: 'high', sort: 'level', tab: 'yaml' })
    expect(view.problems).toHaveLength(1)
    expect(listInput(view)).toEqual({ q: 'shell', origin: 'own', level: 'high', order: 'level' })
    expect(listInput(readRulesSearch({ status: 'quarantined' }))).toEqual({ state: 'quarantined', order: 'level' })
  })
})

test('Enter opens a rule of the list, enters the open one, and does nothing for a rule that left the list', () => {
  const rules = [{ id: 'sm-cred-001' }]
  expect(canOpen('sm-cred-001', undefined, rules)).toBe(true)
  expect(canOpen('own-report', 'own-report', rules)).toBe(true)
  expect(canOpen('sm-cmd-009', undefined, rules)).toBe(false)
  expect(canOpen(null, undefined, rules)).toBe(false)
})

describe('the entry to try a rule on', () => {
  test('is a stored entry for an id, the exact entry for an object, and a payload for any other text', () => {
    const id = '0198c2a4-7d6e-7c3a-9f00-1234567890ab'
    expect(readTried(` ${id.toUpperCase()} `)).toEqual({ log_id: id })
    const entry = '{"sender": "a", "payload": 12345678901234567890}'
    expect(readTried(entry)).toEqual({ entry })
    expect(readTried('{ not json')).toEqual({
      entry: JSON.stringify({ sender: 'try', kind: 'tool_call', payload: '{ not json' }),
    })
    expect(readTried('  ')).toBeUndefined()
  })
})

describe('initial texts of a rule', () => {
  test('the text of a new rule can be saved unchanged', () => {
    expect(parseRule(newRuleText())).toMatchObject({ kind: 'rule', title: 'New rule', level: 'medium' })
  })

  test('a copy of each built-in rule is the same rule with another id', () => {
    expect(BUILTIN_RULES.length).toBeGreaterThan(0)
    for (const { text } of BUILTIN_RULES) {
      const [one, copy] = [parseRule(text), parseRule(copiedRule(text))]
      expect(copy.id).not.toBe(one.id)
      expect(copy.title).toContain(one.title)
      expect(copy).toMatchObject({ level: one.level, logsource: one.logsource, condition: one.condition })
    }
  })
})

describe('an import in several requests', () => {
  test('has no request over the limit of files or characters, and includes every file once', () => {
    const files = Array.from({ length: 2_500 }, (_, at) => ({
      file: `${at}.yml`,
      text: 'x'.repeat(at < 4 ? 1_900_000 : 10),
    }))
    const batches = toBatches(files)
    expect(batches.flat()).toEqual(files)
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(LIMITS.importSources)
      expect(batch.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(LIMITS.requestBytes)
    }
  })
})
