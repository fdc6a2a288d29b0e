import { expect, test } from 'vitest'
import { checkText } from './check-text.ts'

const RULE = `title: A rule
id: one
status: stable
level: medium
logsource:
  product: ai_agent
detection:
  selection:
    payload|contains: 'some text'
  condition: selection
falsepositives:
  - None known
`

test('a valid rule has no problems', () => {
  expect(checkText(RULE)).toEqual([])
})

test('a problem that keeps a rule from being used is an error, with its range and its fix', () => {
  const found = checkText(RULE.replace('contains', 'containz'))
  expect(found).toMatchObject([{ severity: 'error', code: 'unknown_modifier', range: { line: 9 } }])
  expect(found[0]?.fix?.text).toBe('payload|contains')
})

test('a problem in the metadata of a rule is a warning, so the rule can be saved', () => {
  const found = checkText(`${RULE}tags:\n  - Not A Tag\n`)
  expect(found).toMatchObject([{ severity: 'warning', code: 'bad_metadata' }])
})

test('a valid but suspicious construct is a warning', () => {
  const found = checkText(RULE.replace('  condition', "  unused:\n    sender: 'nobody'\n  condition"))
  expect(found).toMatchObject([{ severity: 'warning', code: 'unused_selection' }])
})
