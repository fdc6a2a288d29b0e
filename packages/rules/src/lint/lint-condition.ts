import { namesIn } from '../parse/names-in.ts'
import { find } from '../parse/parse-head.ts'
import type { Part, Reading } from '../parse/reading.ts'
import type { Condition, Filter, Rule } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml/yaml-nodes.ts'

/** Reports unused selections, and conditions that are always or never true. */
export function lintCondition(content: Rule | Filter, root: TreeMap, reading: Reading): void {
  const path = content.kind === 'rule' ? 'detection' : 'filter'
  const body = find(root, path)?.value
  const written = body?.kind === 'map' ? find(body, 'condition')?.value : undefined
  if (body?.kind !== 'map' || written === undefined) return
  const used = namesIn(content.condition)
  for (const { key, keySpan } of body.entries)
    if (content.selections.has(key) && !used.has(key))
      reading.warn(
        'unused_selection',
        { span: keySpan, path: `${path}.${key}` },
        `The condition never asks for ${JSON.stringify(key)}.`,
        key.startsWith('_')
          ? 'Name it in the condition, or take it out: "them" and patterns pass over names that begin with "_".'
          : 'Name it in the condition, or take it out.',
      )
  const part = { span: written, path: `${path}.condition` }
  if (!lintTautology(content.condition, [...used], part, reading) && content.kind === 'rule')
    lintNegations(content.condition, part, reading)
}

/** Up to this many selections, every combination is tried. */
const MAX_TRIED = 10

function lintTautology(condition: Condition, names: readonly string[], part: Part, reading: Reading): boolean {
  if (names.length > MAX_TRIED) return false
  let [once, always] = [false, true]
  for (let bits = 0; bits < 2 ** names.length && (always || !once); bits++) {
    const held = new Set(names.filter((_, index) => ((bits >> index) & 1) === 1))
    const holds = evaluate(condition, (name) => held.has(name))
    once ||= holds
    always &&= holds
  }
  if (always) reading.warn('always_true', part, 'The condition holds for every event, whatever its selections say.')
  if (!once) reading.warn('never_true', part, 'The condition holds for no event, whatever its selections say.')
  return always || !once
}

/** Reports a condition that holds if no selection does, such as `not a`, because it matches nearly every event. */
function lintNegations(condition: Condition, part: Part, reading: Reading): void {
  if (evaluate(condition, () => false))
    reading.warn(
      'always_true',
      part,
      'The condition holds for every event in which none of its selections does, which is nearly all of them.',
      'Add a selection that has to hold: "selection and not filter".',
    )
}

/** Whether the selection holds. `wanted` is false if it is under an odd number of `not`s. */
type Holds = (name: string, wanted: boolean) => boolean

/** Whether the condition holds, given which selections do. */
export function evaluate(condition: Condition, holds: Holds, wanted = true): boolean {
  switch (condition.kind) {
    case 'selection':
      return holds(condition.name, wanted)
    case 'not':
      return !evaluate(condition.part, holds, !wanted)
    case 'and':
      return condition.parts.every((one) => evaluate(one, holds, wanted))
    case 'or':
      return condition.parts.some((one) => evaluate(one, holds, wanted))
  }
}
