import { namesIn } from '../parse/names-in.ts'
import { find } from '../parse/parse-head.ts'
import type { Part, Reading } from '../parse/reading.ts'
import type { Condition, Filter, Rule } from '../parse/rule.ts'
import type { TreeMap } from '../parse/yaml-tree.ts'

/** Selections that the condition never asks for, and conditions that ask for nothing. */
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

/** Of so many selections each combination is tried. */
const MOST_TRIED = 10

function lintTautology(condition: Condition, names: readonly string[], part: Part, reading: Reading): boolean {
  if (names.length > MOST_TRIED) return false
  let [once, always] = [false, true]
  for (let bits = 0; bits < 2 ** names.length && (always || !once); bits++) {
    const held = new Set(names.filter((_, index) => ((bits >> index) & 1) === 1))
    const holds = evaluate(condition, held)
    once ||= holds
    always &&= holds
  }
  if (always) reading.warn('always_true', part, 'The condition holds for every event, whatever its selections say.')
  if (!once) reading.warn('never_true', part, 'The condition holds for no event, whatever its selections say.')
  return always || !once
}

/** `not a` alone: what a rule looks for is what is there, and this looks for what is not. */
function lintNegations(condition: Condition, part: Part, reading: Reading): void {
  if (evaluate(condition, new Set()))
    reading.warn(
      'always_true',
      part,
      'The condition holds for every event in which none of its selections does, which is nearly all of them.',
      'Add a selection that has to hold: "selection and not filter".',
    )
}

function evaluate(condition: Condition, held: ReadonlySet<string>): boolean {
  switch (condition.kind) {
    case 'selection':
      return held.has(condition.name)
    case 'not':
      return !evaluate(condition.part, held)
    case 'and':
      return condition.parts.every((one) => evaluate(one, held))
    case 'or':
      return condition.parts.some((one) => evaluate(one, held))
  }
}
