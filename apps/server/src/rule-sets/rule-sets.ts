import type { OrgId } from '@sentinelmesh/api'
import { ruleSettingsStore, ruleStore, ruleVersionStore, type Database, type RuleVersion } from '@sentinelmesh/db'
import { customHash, parseRule, type CustomEvaluator, type Problem, type RuleSet } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import type { Clock } from '../clock.ts'
import type { RuleThreads } from '../rule-jobs/rule-threads.ts'
import { LIMITS } from './limits.ts'
import { assemble, compileParts, hiddenRulesOf, keyOf, type Assembled, type OrgRules, type Parts } from './org-rules.ts'
import { documentReader, type Builtin, type DocumentReader } from './read-documents.ts'

/**
 * Reads, compiles, shares, and replaces the rules of orgs. Guarantees:
 * 1. The result of `of` is immutable, so a request judges all of its entries with one version.
 * 2. When `refresh` resolves, `of` returns the state that was committed before the call, or a newer one.
 * 3. Before a rule is returned, its text is stored for the org under the hash that matches refer to.
 * 4. A stored rule that cannot be used is left out and shown with its problem. It does not affect other rules.
 * Not guaranteed: that orgs with equal rules share one object, or that an org's rules stay in memory.
 */
export interface RuleSets {
  of(org: OrgId): Promise<OrgRules>
  /** Call this after the commit and before the reply, so that the change is in force when the caller gets the reply. */
  refresh(org: OrgId): Promise<OrgRules>
  /** Caches a text that a thread has just parsed, for the next load. */
  remember: DocumentReader['remember']
  readonly builtin: ReadonlyMap<string, Builtin>
}

export interface RuleSetsDeps {
  readonly database: Database
  readonly clock: Clock
  /** Reads stored texts. */
  readonly threads: RuleThreads['load']
  /** Evaluators in code, for every org. A document cannot add one. */
  readonly custom?: readonly CustomEvaluator[]
}

export function ruleSets({ database, clock, threads, custom = [] }: RuleSetsDeps): RuleSets {
  const builtin = builtinOf(custom)
  const versions: RuleVersion[] = builtin.map(({ id, hash, title, text }) => ({ ruleId: id, hash, title, text }))
  const reader = documentReader(threads)
  const compiled = sharedSets()
  const loaded = new Map<OrgId, Loading>()
  const remembered = new Set<OrgId>()

  const load = async (org: OrgId): Promise<OrgRules> => {
    if (!remembered.has(org)) {
      await database.transaction((tx) => ruleVersionStore(tx).remember(org, versions, clock.now() * 1000))
      remembered.add(org)
    }
    const [records, settings] = await Promise.all([
      ruleStore(database.read).list(org),
      ruleSettingsStore(database.read).list(org),
    ])
    const assembled = await assemble(org, builtin, { records, settings, reader })
    const { rules, parts, ruleSet } = await compiled.of(org, assembled)
    const { filters, correlations } = parts
    return { rules, ruleSet, filters, correlations, hiddenRules: hiddenRulesOf(parts) }
  }

  /** Loads an org once at a time. Calls during a load share the next one. */
  const start = (org: OrgId): Promise<OrgRules> => {
    const before = loaded.get(org)
    if (before?.next !== undefined) return before.next
    if (before?.isSettled === false) {
      const next = before.result.then(
        () => begin(org),
        () => begin(org),
      )
      before.next = next
      return next
    }
    return begin(org)
  }
  const begin = (org: OrgId): Promise<OrgRules> => {
    const serves = loaded.get(org)?.serves
    const result = load(org)
    const loading: Loading = { result: loadUntilCurrent(), isSettled: false, next: undefined, serves }
    loaded.delete(org)
    loaded.set(org, loading)
    return loading.result

    async function loadUntilCurrent(): Promise<OrgRules> {
      try {
        const rules = await result
        loading.serves = rules
        return rules
      } catch (error) {
        // The next call tries again. An outdated version is not returned.
        if (loaded.get(org) === loading) loaded.delete(org)
        throw error
      } finally {
        loading.isSettled = true
        evictOthers(org)
      }
    }
  }
  const evictOthers = (org: OrgId): void => {
    for (const [oldest, { isSettled }] of loaded) {
      if (loaded.size <= LIMITS.loadedOrgs && compiled.rules() <= LIMITS.compiledRules) return
      if (oldest === org || !isSettled) continue
      loaded.delete(oldest)
      compiled.release(oldest)
    }
  }

  return {
    of(org) {
      const known = loaded.get(org)
      if (known === undefined) return start(org)
      loaded.delete(org)
      loaded.set(org, known)
      // While a change is compiled, entries are judged by the previous version.
      return known.serves === undefined ? known.result : Promise.resolve(known.serves)
    },
    refresh: start,
    remember: reader.remember,
    builtin: new Map(builtin.map((one) => [one.id, one])),
  }
}

interface Loading {
  readonly result: Promise<OrgRules>
  isSettled: boolean
  /** Begins after the current load. */
  next: Promise<OrgRules> | undefined
  /** The version in force. */
  serves: OrgRules | undefined
}

function builtinOf(custom: readonly CustomEvaluator[]): readonly Builtin[] {
  const rules = BUILTIN_RULES.map(({ text }): Builtin => {
    const rule = parseRule(text)
    return { id: rule.id, title: rule.title, hash: rule.hash, text, rule, custom: null }
  })
  const evaluators = custom.map((evaluator): Builtin => {
    const { id, title, version } = evaluator
    return {
      id,
      title,
      hash: customHash(evaluator),
      text: `# In code, version ${version}.\n`,
      rule: null,
      custom: evaluator,
    }
  })
  return [...rules, ...evaluators]
}

type Compiled = Assembled & { readonly ruleSet: RuleSet }

/** Caches compiled sets by content, so that orgs with the same rules and settings share one. */
function sharedSets() {
  const sets = new Map<string, { readonly ruleSet: RuleSet; readonly rules: number; readonly orgs: Set<OrgId> }>()
  const keys = new Map<OrgId, string>()
  const underWay = new Map<string, Promise<Compiled>>()
  const release = (org: OrgId) => {
    const key = keys.get(org)
    if (key === undefined) return
    keys.delete(org)
    const set = sets.get(key)
    set?.orgs.delete(org)
    if (set?.orgs.size === 0) sets.delete(key)
  }
  /** Concurrent requests for the same set share one compilation. */
  const compile = async (key: string, assembled: Assembled): Promise<Compiled> => {
    const begun = underWay.get(key)
    if (begun !== undefined) return { ...assembled, ruleSet: (await begun).ruleSet }
    const compiled = compileUsable(assembled)
    underWay.set(key, compiled)
    try {
      return await compiled
    } finally {
      underWay.delete(key)
    }
  }
  return {
    release,
    rules: () => [...sets.values()].reduce((sum, { rules }) => sum + rules, 0),
    async of(org: OrgId, assembled: Assembled): Promise<Compiled> {
      const { parts } = assembled
      const key = keyOf(parts)
      const known = sets.get(key)
      const compiled = known === undefined ? await compile(key, assembled) : { ...assembled, ruleSet: known.ruleSet }
      if (keys.get(org) !== key) release(org)
      const set = sets.get(key) ?? { ruleSet: compiled.ruleSet, rules: parts.rules.length, orgs: new Set<OrgId>() }
      set.orgs.add(org)
      sets.set(key, set)
      keys.set(org, key)
      return compiled
    },
  }
}

/** If the parts do not compile together, leaves out those that do not compile alone and reports why. */
async function compileUsable(assembled: Assembled): Promise<Compiled> {
  const { parts } = assembled
  try {
    return { ...assembled, ruleSet: await compileParts(parts) }
  } catch {
    const rules = new Map(assembled.rules)
    const isUsable = async (part: Partial<Parts>, id: string): Promise<boolean> => {
      try {
        await compileParts({ ...NO_PARTS, ...part })
        return true
      } catch (error) {
        const rule = rules.get(id)
        const message = error instanceof Error ? error.message : 'It does not compile.'
        if (rule !== undefined)
          rules.set(id, { ...rule, state: 'refused', problems: [...rule.problems, problemOf(id, message)] })
        return false
      }
    }
    const usable: Parts = {
      rules: await filtered(parts.rules, (rule) => isUsable({ rules: [rule] }, rule.id)),
      filters: await filtered(parts.filters, (filter) => isUsable({ filters: [filter] }, filter.id)),
      correlations: await filtered(parts.correlations, (one) => isUsable({ correlations: [one] }, one.id)),
      custom: parts.custom,
    }
    return { rules, parts: usable, ruleSet: await compileParts(usable) }
  }
}

async function filtered<Item>(items: readonly Item[], isWanted: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const wanted: Item[] = []
  for (const item of items) if (await isWanted(item)) wanted.push(item)
  return wanted
}

const NO_PARTS: Parts = { rules: [], filters: [], correlations: [], custom: [] }

function problemOf(ruleId: string, message: string): Problem {
  const range = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  return { file: null, range, path: '$', code: 'too_large', severity: 'error', message, mend: null, ruleId }
}
