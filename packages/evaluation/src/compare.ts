import { enforcedName } from './enforced-name.ts'
import type { Evaluation, Group } from './saved.ts'

/** A figure of two evaluations. Null where one of them does not have it. */
export interface Change {
  readonly name: string
  readonly before: number | null
  readonly after: number | null
}

export interface Comparison {
  readonly categories: readonly Change[]
  readonly families: readonly Change[]
  readonly macro: readonly Change[]
  /** The shares of entries that verdicts flag and hold back. Empty if one of the evaluations has no verdicts. */
  readonly enforced: readonly Change[]
  /** The number of malicious items that reach the threshold only because of the rule. */
  readonly decidesMalicious: readonly Change[]
  readonly decidesBenign: readonly Change[]
}

/** The figures of two evaluations that differ. */
export function compareEvaluations(before: Evaluation, after: Evaluation): Comparison {
  const groups = (of: readonly Group[]) => new Map(of.map((group) => [nameOf(group), group.alerted.share]))
  const rules = (of: Evaluation, key: 'decides_malicious' | 'decides_benign') =>
    new Map(of.rules.map((rule) => [rule.id, rule[key]]))
  return {
    categories: changes(groups(before.categories), groups(after.categories)),
    families: changes(groups(before.families), groups(after.families)),
    macro: changes(macroOf(before), macroOf(after)),
    enforced:
      before.enforced.length === 0 || after.enforced.length === 0 ? [] : changes(enforcedOf(before), enforcedOf(after)),
    decidesMalicious: changes(rules(before, 'decides_malicious'), rules(after, 'decides_malicious')),
    decidesBenign: changes(rules(before, 'decides_benign'), rules(after, 'decides_benign')),
  }
}

const nameOf = ({ category, family }: Group) => (family === null ? category : `${category} · ${family}`)

const enforcedOf = ({ enforced }: Evaluation): ReadonlyMap<string, number | null> =>
  new Map(
    enforced.flatMap((one): (readonly [string, number | null])[] => [
      [`${enforcedName(one)}, flagged`, one.flagged.share],
      [`${enforcedName(one)}, held back`, one.held_back.share],
    ]),
  )

function macroOf({ all, left_out, benign_alerted }: Evaluation): ReadonlyMap<string, number | null> {
  return new Map([
    ['macro recall', all.chosen.recall],
    ['macro false-positive rate', all.chosen.false_positives],
    ['macro recall, left out', left_out.chosen.recall],
    ['macro false-positive rate, left out', left_out.chosen.false_positives],
    ['benign items alerted', benign_alerted.share],
  ])
}

function changes(
  before: ReadonlyMap<string, number | null>,
  after: ReadonlyMap<string, number | null>,
): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): Change[] => {
    const change = { name, before: before.get(name) ?? null, after: after.get(name) ?? null }
    return change.before === change.after ? [] : [change]
  })
}
