import type { Correlation } from '../parse/rule.ts'

/** The input of `planCorrelations`. Both `RuleLibrary` and `RuleSet` implement it. */
export interface CorrelationSource {
  /** Everything except correlations that a correlation can refer to. */
  readonly rules: readonly { readonly id: string; readonly name: string | null }[]
  readonly correlations: readonly Correlation[]
}

/** A correlation with its references resolved. */
export interface Plan {
  readonly correlation: Correlation
  /** Its position in the order of evaluation, after everything that it refers to. */
  readonly number: number
  /** The distinct ids that it refers to. */
  readonly rules: readonly string[]
  /** For each rule, the event fields that `group-by` stands for; null if an alias does not cover the rule. */
  readonly groupBy: readonly (readonly string[] | null)[]
  /** For each rule, the event fields that the condition reads; null if an alias does not cover the rule. */
  readonly fields: readonly (readonly string[] | null)[]
  /** Says how the fields are read: as distinct texts, as one number, or not at all. */
  readonly reads: 'texts' | 'number' | 'nothing'
  /** Whether one event can belong to different groups for different rules. */
  readonly aliased: boolean
  /** False if a correlation without `generate` refers to it. */
  readonly contributes: boolean
}

/** One reference from a plan to a rule or a correlation. */
export interface Use {
  readonly plan: Plan
  /** The index of the rule in `plan.rules`. */
  readonly rule: number
}

export interface Plans {
  readonly plans: readonly Plan[]
  /** By the referenced id. */
  readonly uses: ReadonlyMap<string, readonly Use[]>
  /** The ids of rules and correlations that contribute no match of their own. */
  readonly hidden: ReadonlySet<string>
  readonly notRun: readonly NotRun[]
}

/** A correlation that cannot be evaluated. It does not affect the others. */
export interface NotRun {
  readonly correlation: Correlation
  /** A full sentence. */
  readonly reason: string
}

/** Resolves references, ids before names, and sorts correlations so that each follows those that it refers to. */
export function planCorrelations({ rules, correlations }: CorrelationSource): Plans {
  const ids = new Map<string, string>()
  const all = [...rules, ...correlations]
  for (const { id } of all) ids.set(id, id)
  for (const { id, name } of all) if (name !== null && !ids.has(name)) ids.set(name, id)
  const inOrder = inTopologicalOrder(correlations, ids)
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

/** Maps each known reference to its id. */
function resolved(references: readonly string[], ids: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    references.flatMap((reference): [string, string][] => {
      const id = ids.get(reference)
      return id === undefined ? [] : [[reference, id]]
    }),
  )
}

/**
 * The correlations that can be evaluated, because all references resolve to rules in the end, in topological order
 * (Kahn's algorithm, which needs no stack for long chains).
 */
function inTopologicalOrder(
  correlations: readonly Correlation[],
  ids: ReadonlyMap<string, string>,
): readonly Correlation[] {
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
      // An unresolved reference is never satisfied.
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
  /** Maps the names to fields of the rule's events. */
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

/** The fields of an alias by rule id; the alias may name rules. */
function byResolved(byRule: ReadonlyMap<string, string>, ids: ReadonlyMap<string, string>) {
  return new Map([...byRule].map(([reference, field]) => [ids.get(reference) ?? reference, field]))
}

function reasonOf({ rules }: Correlation, ids: ReadonlyMap<string, string>): string {
  const unknown = rules.find((reference) => !ids.has(reference))
  return unknown === undefined
    ? 'It refers to a correlation that is not run, or to itself by way of others.'
    : `It refers to ${JSON.stringify(unknown)}, which is not among the rules. Add or enable that rule.`
}
