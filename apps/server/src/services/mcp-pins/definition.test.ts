import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalDefinition, definitionDiff, hashOf } from './definition.ts'

/** The members in the MCP specification of 2025-06-18, without icons. The list is repeated here so that the test notices an omission. */
const MEMBERS = {
  tool: ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'],
  prompt: ['name', 'title', 'description', 'arguments'],
}
const ALL = new Set(Object.values(MEMBERS).flat())

type Definition = Readonly<Record<string, unknown>>
const canonicalOf = (definition: Definition) => canonicalDefinition({ type: 'json', text: JSON.stringify(definition) })

const words = fc.string({ minLength: 1, maxLength: 12 })
const annotations = fc.dictionary(fc.constantFrom('readOnlyHint', 'destructiveHint', 'openWorldHint'), fc.boolean())
const values = fc.oneof(
  words,
  annotations,
  fc.array(fc.record({ name: words, required: fc.boolean() }), { maxLength: 3 }),
  fc.record({ type: fc.constant('object'), properties: fc.dictionary(words, fc.record({ description: words })) }),
)
const definitions = (members: readonly string[]) =>
  fc.record(Object.fromEntries(members.map((name) => [name, values])), { requiredKeys: ['name'] })

const isEqual = (one: unknown, other: unknown) => canonicalOf({ name: one }) === canonicalOf({ name: other })

describe.each(Object.entries(MEMBERS))('the definition of a %s', (_kind, members) => {
  test.each(members)(
    'changes when its member %s is changed, added or removed, and the diff names the member',
    (member) => {
      fc.assert(
        fc.property(definitions(members), values, values, (definition, before, after) => {
          const { [member]: _, ...without } = definition as Definition
          const versions = [without, { ...without, [member]: before }]
          if (!isEqual(before, after)) versions.push({ ...without, [member]: after })
          const canonical = versions.map(canonicalOf)
          expect(new Set(canonical.map(hashOf)).size).toBe(versions.length)
          for (const [index, one] of canonical.entries())
            for (const other of canonical.slice(index + 1)) expect(definitionDiff(one, other)).toMatch(`${member}: `)
        }),
      )
    },
  )

  test('ignores its icons, unknown members, and the order of its members', () => {
    fc.assert(
      fc.property(definitions(members), values, words, (definition, value, other) => {
        const { name, ...rest } = definition as Definition
        const turned = Object.fromEntries([...Object.entries(rest).toReversed(), ['name', name]])
        const more = ALL.has(other) ? {} : { [other]: value }
        expect(canonicalOf({ ...more, icons: value, ...turned })).toBe(canonicalOf(definition))
      }),
    )
  })
})
