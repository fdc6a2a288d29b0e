import type { Correlation } from '../parse/rule.ts'

/** What correlations are made from: a `RuleLibrary` is one, and a `RuleSet`. */
export interface CorrelationSource {
  /** Everything that a correlation may refer to, beside correlations. */
  readonly rules: readonly { readonly id: string; readonly name: string | null }[]
  readonly correlations: readonly Correlation[]
}

/** A correlation with its references resolved. */
export interface Plan {
  readonly correlation: Correlation
  /** Its place in the order in which plans are evaluated: after all that it refers to. */
  readonly number: number
  /** The ids of what it refers to, each once. */
  readonly rules: readonly string[]
  /** For each of them the fields of its events that `group-by` means; null where an alias leaves the rule out. */
  readonly groupBy: readonly (readonly string[] | null)[]
  /** For each of them the fields of its events that the condition reads; null where an alias leaves the rule out. */
  readonly fields: readonly (readonly string[] | null)[]
  /** What of them: their texts to be told apart, the first one as a number, or nothing. */
  readonly reads: 'texts' | 'number' | 'nothing'
  /** Whether an event may belong to other groups as an event of one rule than as one of another. */
  readonly aliased: boolean
  /** False where a correlation refers to it that does not say `generate`. */
  readonly contributes: boolean
}

/** What refers to a rule or a correlation. */
export interface Use {
  readonly plan: Plan
  /** The index of the rule in `plan.rules`. */
  readonly rule: number
}

export interface Plans {
  readonly plans: readonly Plan[]
  /** By the id that is referred to. */
  readonly uses: ReadonlyMap<string, readonly Use[]>
  /** The ids of rules and correlations that make no match of their own. */
  readonly hidden: ReadonlySet<string>
  readonly notRun: readonly NotRun[]
}

/** A correlation that cannot be evaluated; the others are. */
export interface NotRun {
  readonly correlation: Correlation
  /** A sentence. */
  readonly reason: string
}

/** Resolves what correlations refer to, ids before names, and puts each behind all that it refers to. */
export function planCorrelations({ rules, correlations }: CorrelationSource): Plans {
  const ids = new Map<string, string>()
  const all = [...rules, ...correlations]
  for (const { id } of all) ids.set(id, id)
  for (const { id, name } of all) if (name !== null && !ids.has(name)) ids.set(name, id)
  const inOrder = inner(correlations, ids)
  const run = new Set(inOrder)
  const hidden = new Set(
    inOrder.filter(({ generate }) => !generate).flatMap((one) => [...resolved(one.rules, ids).values()]),
  )
  const plans = inOrder.map((correlation, number) => planOf(correlation, number, ids, hidden))

  const uses = new Map<string, Use[]>()
  for (const plan of plans)
    for (const [rule, id] of plan.rules.entries()) {
      const known = uses.get(id)
      if (known === undefined) uses.set(id, [{ plan, rule }])
      else known.push({ plan, rule })
    }
  const notRun = correlations
    .filter((correlation) => !run.has(correlation))
    .map((correlation) => ({ correlation, reason: reasonOf(correlation, ids) }))
  return { plans, uses, hidden, notRun }
}

/** Of each reference that is known, the id. */
function resolved(references: readonly string[], ids: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    references.flatMap((reference): [string, string][] => {
      const id = ids.get(reference)
      return id === undefined ? [] : [[reference, id]]
    }),
  )
}

/**
 * Those of which all references are known and lead to rules in the end, each behind the ones that it refers to (Kahn's
 * algorithm: a chain of any length needs no stack).
 */
function inner(correlations: readonly Correlation[], ids: ReadonlyMap<string, string>): readonly Correlation[] {
  const byId = new Map(correlations.map((correlation) => [correlation.id, correlation]))
  const waitsFor = new Map<Correlation, number>()
  const awaitedBy = new Map<Correlation, Correlation[]>()
  for (const correlation of correlations) {
    let waits = 0
    for (const reference of correlation.rules) {
      const id = ids.get(reference)
      const other = id === undefined ? undefined : byId.get(id)
      if (id !== undefined && other === undefined) continue
      waits++
      // What is not known is waited for in vain.
      if (other === undefined) continue
      const waiting = awaitedBy.get(other)
      if (waiting === undefined) awaitedBy.set(other, [correlation])
      else waiting.push(correlation)
    }
    waitsFor.set(correlation, waits)
  }
  const ready = correlations.filter((correlation) => waitsFor.get(correlation) === 0)
  for (const correlation of ready)
    for (const waiting of awaitedBy.get(correlation) ?? []) {
      const waits = (waitsFor.get(waiting) ?? 0) - 1
      waitsFor.set(waiting, waits)
      if (waits === 0) ready.push(waiting)
    }
  return ready
}

function planOf(
  correlation: Correlation,
  number: number,
  ids: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string>,
): Plan {
  const { aliases, groupBy, fields } = correlation
  const rules = [...new Set(resolved(correlation.rules, ids).values())]
  const aliasOf = new Map([...aliases].map(([alias, byRule]) => [alias, byResolved(byRule, ids)]))
  /** The names as fields of the rule's events. */
  const meant = (names: readonly string[], rule: string): readonly string[] | null => {
    const found: string[] = []
    for (const name of names) {
      const alias = aliasOf.get(name)
      const field = alias === undefined ? name : alias.get(rule)
      if (field === undefined) return null
      found.push(field)
    }
    return found
  }
  return {
    correlation,
    number,
    rules,
    groupBy: rules.map((rule) => meant(groupBy, rule)),
    fields: rules.map((rule) => meant(fields, rule)),
    reads: readsOf(correlation),
    aliased: groupBy.some((name) => aliases.has(name)),
    contributes: !hidden.has(correlation.id),
  }
}

function readsOf({ type, percentile }: Correlation): Plan['reads'] {
  if (type === 'value_count' || (type === 'value_percentile' && percentile === null)) return 'texts'
  return type.startsWith('value_') ? 'number' : 'nothing'
}

/** An alias' fields by the ids of rules, which may be written as names. */
function byResolved(byRule: ReadonlyMap<string, string>, ids: ReadonlyMap<string, string>) {
  return new Map([...byRule].map(([reference, field]) => [ids.get(reference) ?? reference, field]))
}

function reasonOf({ rules }: Correlation, ids: ReadonlyMap<string, string>): string {
  const unknown = rules.find((reference) => !ids.has(reference))
  return unknown === undefined
    ? 'It refers to a correlation that is not run, or to itself by way of others.'
    : `It refers to ${JSON.stringify(unknown)}, which is not among the rules. Add or enable that rule.`
}
