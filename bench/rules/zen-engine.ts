import { ZenEngine } from '@gorules/zen-engine'
import type { Expressed, Test } from './expressible.ts'
import { flatEvent } from './flat-event.ts'

/**
 * Loads the rules into the ZEN engine as one decision table with the `collect` hit policy. Each rule is a row with
 * its condition as an expression. The returned function lists the ids of the rules that match a JSON object.
 */
export function zenEngine(rules: readonly Expressed[]): (json: string) => Promise<string[]> {
  const decision = new ZenEngine().createDecision({
    nodes: [
      { id: 'in', type: 'inputNode', name: 'event', position: { x: 0, y: 0 } },
      {
        id: 'rules',
        type: 'decisionTableNode',
        name: 'rules',
        position: { x: 1, y: 0 },
        content: {
          hitPolicy: 'collect',
          inputs: [{ id: 'when', name: 'when' }],
          outputs: [{ id: 'found', name: 'rule', field: 'id' }],
          rules: rules.map(({ rule: { id }, test }) => ({ _id: id, when: expressionOf(test), found: `"${id}"` })),
        },
      },
      { id: 'out', type: 'outputNode', name: 'matches', position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: 'a', type: 'edge', sourceId: 'in', targetId: 'rules' },
      { id: 'b', type: 'edge', sourceId: 'rules', targetId: 'out' },
    ],
  })
  return async (json) => {
    const { result } = await decision.evaluate({ f: flatEvent(json, true) })
    return (result as readonly { readonly id: string }[]).map(({ id }) => id)
  }
}

/**
 * Returns whether ZEN can express all texts of the rule. Its string literals have no escapes, so a text cannot
 * contain both kinds of quotes.
 */
export function zenCanSay(test: Test): boolean {
  switch (test.kind) {
    case 'all':
    case 'any':
      return test.parts.every(zenCanSay)
    case 'not':
      return zenCanSay(test.part)
    case 'text':
      return test.texts.every((text) => !text.includes("'") || !text.includes('"'))
    case 'absent':
      return true
  }
}

const FUNCTIONS = { contains: 'contains', startswith: 'startsWith', endswith: 'endsWith' } as const

function expressionOf(test: Test): string {
  switch (test.kind) {
    case 'all':
    case 'any':
      return `(${test.parts.map(expressionOf).join(test.kind === 'all' ? ' and ' : ' or ')})`
    case 'not':
      return `not (${expressionOf(test.part)})`
    case 'absent':
      return `(f["${test.field}"] == null)`
    case 'text': {
      const field = `f["${test.field}"]`
      const texts = test.texts.map((text) => (text.includes('"') ? `'${text}'` : `"${text}"`))
      if (test.place === 'whole') return `(${field} in [${texts.join(', ')}])`
      // The functions accept only strings, so replace an absent field with an empty one.
      const call = (text: string) => `${FUNCTIONS[test.place as keyof typeof FUNCTIONS]}(${field} ?? "", ${text})`
      return texts.length === 1 ? call(texts[0] ?? '""') : `some([${texts.join(', ')}], ${call('#')})`
    }
  }
}
