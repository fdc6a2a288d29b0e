import { describe, expect, test } from 'vitest'
import { LANGUAGES } from './language-samples.ts'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import { compileRuleSet, DEFAULT_REDACTION, judge, parseRule, type Kind } from '../src/index.ts'
import { viewsOf } from '../src/views/index.ts'

const ruleSet = compileRuleSet(BUILTIN_RULES.map(({ text }) => parseRule(text)))

function riskOf(kind: Kind, text: string): number {
  const entry = {
    sender: 'agent.test',
    receiver: null,
    kind,
    session: null,
    context: null,
    payload: { type: 'text' as const, text },
    attributes: null,
    logsource: {},
    reportedRisk: null,
    system: null,
  }
  return judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf }).risk
}

const KINDS: readonly Kind[] = ['prompt', 'tool_result']
const PROMPT_ONLY = 'prompt> '

describe.each(Object.entries(LANGUAGES))('in %s', (_, { attacks, harmless }) => {
  test.each(attacks)('%s is an attack', (attack) => {
    const isPrompt = attack.startsWith(PROMPT_ONLY)
    const text = isPrompt ? attack.slice(PROMPT_ONLY.length) : attack
    for (const kind of isPrompt ? KINDS.slice(0, 1) : KINDS) expect(riskOf(kind, text)).toBeGreaterThanOrEqual(60)
  })

  test.each(harmless)('%s is harmless', (text) => {
    for (const kind of KINDS) expect(riskOf(kind, text)).toBeLessThan(60)
  })
})
