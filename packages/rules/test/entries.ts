import { compileRuleSet, parseRule, SECRET_INDEX, type Entry, type RuleSet } from '../src/index.ts'

export function anEntry(more: Partial<Entry> = {}): Entry {
  return {
    sender: 'agent.test',
    receiver: null,
    kind: 'message',
    session: null,
    context: null,
    payload: { type: 'text', text: '' },
    attributes: null,
    logsource: {},
    reportedRisk: null,
    system: null,
    ...more,
  }
}
export const textEntry = (text: string, more: Partial<Entry> = {}) =>
  anEntry({ payload: { type: 'text', text }, ...more })
export const jsonEntry = (text: string, more: Partial<Entry> = {}) =>
  anEntry({ payload: { type: 'json', text }, ...more })

/** A rule about agents with this detection, given as YAML indented by two spaces. */
export function aRule(detection: string, more = ''): string {
  return `title: A rule\nlogsource:\n  product: ai_agent\ndetection:\n${detection}\n${more}`
}
/** Compiles rules as the server does. */
export const ruleSetOf = (...rules: readonly string[]): RuleSet =>
  compileRuleSet(
    rules.map((text) => parseRule(text)),
    { secrets: SECRET_INDEX },
  )
