import { expect, test } from 'vitest'
import { lintRules } from './lint-rules.ts'
import { costlyCount } from './costly-regex.ts'

const rule = (pattern: string) => `title: T
id: t
logsource: {product: ai_agent}
falsepositives: [None]
detection:
  selection:
    payload|re: '${pattern}'
  condition: selection
`

test('lint warns of a long counted repetition after an unbounded one, at its position', () => {
  const [problem, ...others] = lintRules([{ file: 't.yml', text: rule('[ab]*a[ab]{300}c') }])
  expect(others).toEqual([])
  expect(problem).toMatchObject({
    code: 'regex_costly',
    severity: 'warning',
    range: { line: 7 },
    message: expect.stringContaining('repeated 300 times') as string,
  })
})

test.each(['[ab]{300}', 'a*b{300}', '[ab]*c[ab]{0,60}', String.raw`\w+\s{1,20}x`])(
  'lint does not warn of %s',
  (pattern) => {
    expect(costlyCount(pattern)).toBeNull()
  },
)
