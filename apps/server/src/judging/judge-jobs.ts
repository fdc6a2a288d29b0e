import { readFileSync } from 'node:fs'
import {
  compileRuleSet,
  SECRET_INDEX,
  type Correlation,
  type Entry,
  type Filter,
  type Judged,
  type Rule,
  type RuleSet,
} from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { hashesOf, type Hashes } from './hashes.ts'
import type { ParsedEntry } from './parsed-entry.ts'
import { judgeEntry } from './judge-entry.ts'
import { LIMITS } from './limits.ts'

export interface JudgeInput {
  /** Hash of the rule set; null: the entry is only redacted. */
  readonly set: string | null
  readonly parsed: ParsedEntry
  readonly idConflict: boolean
  /** For the hashes; never kept. */
  readonly hmacKey: Uint8Array
}

export interface JudgeOutput {
  /** `entry` is null where nothing was masked or cut, which saves copying it back. */
  readonly judged: Omit<Judged, 'entry'> & { readonly entry: Entry | null }
  readonly hashes: Hashes
  readonly micros: number
}

/** The thread does not have this rule set, or no longer: it has to be loaded first. */
export type Missing = 'missing'

/** Least recently used first. */
const compiled = new Map<string, RuleSet>()
let loading: Rule[] = []

/** The jobs of a judge thread. */
export const judgeJobs = {
  /** The rules of a set arrive in several messages, then `compile` ends it. */
  rules({ isFirst, rules }: { readonly isFirst: boolean; readonly rules: readonly Rule[] }): void {
    if (isFirst) loading = []
    loading.push(...rules)
  },

  compile({
    filters,
    correlations,
  }: {
    readonly filters: readonly Filter[]
    readonly correlations: readonly Correlation[]
  }): string {
    const ruleSet = compileRuleSet(loading, { filters, correlations, secrets: SECRET_INDEX })
    loading = []
    compiled.set(ruleSet.hash, ruleSet)
    let rules = 0
    for (const { rules: own } of compiled.values()) rules += own.length
    for (const [hash, { rules: own }] of compiled) {
      if (rules <= LIMITS.threadRules || hash === ruleSet.hash) break
      compiled.delete(hash)
      rules -= own.length
    }
    return ruleSet.hash
  },

  judge({ set, parsed, idConflict, hmacKey }: JudgeInput): JudgeOutput | Missing {
    const ruleSet = set === null ? null : used(set)
    if (ruleSet === undefined) return 'missing'
    const began = cpuMicros()
    const judged = atOnce(judgeEntry(parsed, { ruleSet, idConflict }))
    const micros = cpuMicros() - began
    const isMarked = idConflict || parsed.marks !== undefined
    const isSame = judged.masked.length === 0 && judged.entry.payload.text === parsed.entry.payload.text && !isMarked
    return {
      judged: isSame ? { ...judged, entry: null } : judged,
      hashes: hashesOf(parsed, hmacKey),
      micros,
    }
  },

  /** The cost of each rule for an entry in microseconds, the better of two runs. */
  costs({
    set,
    entry,
  }: {
    readonly set: string
    readonly entry: Entry
  }): readonly (readonly [string, number])[] | Missing {
    const ruleSet = used(set)
    if (ruleSet === undefined) return 'missing'
    const [first, second] = [0, 1].map(() => ruleSet.program.costs(entry, timed, { views: viewsOf }))
    return [...(first ?? [])].map(([id, micros]) => [id, Math.min(micros, second?.get(id) ?? micros)] as const)
  },
}
export type JudgeJobs = typeof judgeJobs

function used(hash: string): RuleSet | undefined {
  const ruleSet = compiled.get(hash)
  if (ruleSet === undefined) return undefined
  compiled.delete(hash)
  compiled.set(hash, ruleSet)
  return ruleSet
}

function atOnce<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function timed(work: () => void): number {
  const began = cpuMicros()
  work()
  return cpuMicros() - began
}

/** Processor time of this thread alone: on a busy machine the time that passes says little about the work. */
function cpuMicros(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1000
  } catch {
    return performance.now() * 1000
  }
}
