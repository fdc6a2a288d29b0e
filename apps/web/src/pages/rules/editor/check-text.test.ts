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

test('a sound rule says nothing', () => {
  expect(checkText(RULE)).toEqual([])
})

test('what keeps a rule from being used is an error, with its place and the click that mends it', () => {
  const found = checkText(RULE.replace('contains', 'containz'))
  expect(found).toMatchObject([{ severity: 'error', code: 'unknown_modifier', range: { line: 9 } }])
  expect(found[0]?.fix?.text).toBe('payload|contains')
})

test('a fault of what a rule says of itself is a warning: it can be saved all the same', () => {
  const found = checkText(`${RULE}tags:\n  - Not A Tag\n`)
  expect(found).toMatchObject([{ severity: 'warning', code: 'bad_metadata' }])
})

test('what is legal but suspicious is a warning', () => {
  const found = checkText(RULE.replace('  condition', "  unused:\n    sender: 'nobody'\n  condition"))
  expect(found).toMatchObject([{ severity: 'warning', code: 'unused_selection' }])
})
