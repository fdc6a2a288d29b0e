import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine'
import type { TextPlace } from '../../packages/rules/src/parse/rule.ts'
import type { Expressed, Test } from './expressible.ts'
import { flatEvent } from './flat-event.ts'

/** Custom operators, as its documentation shows: the built-in ones cannot match part of a text. */
const OPERATORS: Readonly<Record<TextPlace, (text: unknown, wanted: readonly string[]) => boolean>> = {
  whole: (text, wanted) => typeof text === 'string' && wanted.includes(text),
  contains: (text, wanted) => typeof text === 'string' && wanted.some((one) => text.includes(one)),
  startswith: (text, wanted) => typeof text === 'string' && wanted.some((one) => text.startsWith(one)),
  endswith: (text, wanted) => typeof text === 'string' && wanted.some((one) => text.endsWith(one)),
}

/** Loads the rules into json-rules-engine. The returned function lists the ids of the rules that match an event. */
export function jsonRulesEngine(rules: readonly Expressed[]): (json: string) => Promise<string[]> {
  const engine = new Engine([], { allowUndefinedFacts: true })
  for (const [place, operator] of Object.entries(OPERATORS)) engine.addOperator(`text_${place}`, operator)
  engine.addOperator('absent', (value: unknown, wanted: boolean) => (value === undefined) === wanted)
  for (const { rule, test } of rules) {
    const conditions = conditionOf(test)
    const top: TopLevelCondition = 'all' in conditions || 'any' in conditions ? conditions : { all: [conditions] }
    engine.addRule({ conditions: top, event: { type: rule.id } })
  }
  return async (json) => {
    const { events } = await engine.run({ ...flatEvent(json, true) })
    return events.map(({ type }) => type)
  }
}

function conditionOf(test: Test): NestedCondition {
  switch (test.kind) {
    case 'all':
      return { all: test.parts.map(conditionOf) }
    case 'any':
      return { any: test.parts.map(conditionOf) }
    case 'not':
      return { not: conditionOf(test.part) }
    case 'text':
      return { fact: test.field, operator: `text_${test.place}`, value: test.texts }
    case 'absent':
      return { fact: test.field, operator: 'absent', value: true }
  }
}
