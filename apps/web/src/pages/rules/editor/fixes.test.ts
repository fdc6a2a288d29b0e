import type { RuleProblem } from '@sentinelmesh/api'
import { readRules } from '@sentinelmesh/rules'
import { expect, test } from 'vitest'
import { withFixes } from './fixes.ts'

const engine = (text: string): RuleProblem[] => [...readRules([{ file: null, text }]).problems]

const RULE = `title: A rule
id: one
status: stable
level: medium
logsource:
  product: ai_agent
detection:
  selection:
    payload|containz: 'x y'
  condition: selection
`

test('a suggestion of the engine becomes a fix if applying it verbatim solves the problem', () => {
  const [problem] = withFixes(RULE, engine(RULE), engine)
  expect(problem?.fix).not.toBeNull()
  const { range, text } = problem?.fix ?? { range: { line: 1, column: 1, endColumn: 1 }, text: '' }
  const lines = RULE.split('\n')
  const line = lines[range.line - 1] ?? ''
  lines[range.line - 1] = line.slice(0, range.column - 1) + text + line.slice(range.endColumn - 1)
  expect(lines[range.line - 1]).toBe("    payload|contains: 'x y'")
  expect(engine(lines.join('\n'))).toEqual([])
})

const at = (message: string, mend: string | null): RuleProblem => ({
  file: null,
  range: { line: 1, column: 1, endLine: 1, endColumn: 4 },
  path: '$',
  code: 'bad',
  severity: 'error',
  message,
  mend,
  ruleId: null,
})

test('a suggestion that would cause another error is not offered as a fix', () => {
  const lint = (text: string) => (text.startsWith('abc') ? [at('This.', 'Write "xyz".')] : [at('That.', null)])
  expect(withFixes('abc', lint('abc'), lint)[0]?.fix).toBeNull()
})

test('advice that is not a literal replacement is not offered as a fix', () => {
  const lint = (text: string) => (text.startsWith('abc') ? [at('This.', 'Say what the rule looks for.')] : [])
  expect(withFixes('abc', lint('abc'), lint)[0]?.fix).toBeNull()
})
