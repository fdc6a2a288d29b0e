import type { Score, Verdict } from './score.ts'
import { shareOf } from './wilson.ts'
import {
  heldBackOf,
  type Enforced,
  type Evaluation,
  type Group,
  type Macro,
  type RuleScore,
  type Summary,
} from './saved.ts'

/** Limits of the macro false-positive rate at which recall is given. */
const FALSE_POSITIVE_LIMITS = [0.005, 0.001] as const
const RISKS = 101

/** Collects scores. Memory depends on the number of categories, families, and rules, not on that of items. */
export interface Evaluator {
  add(score: Score): void
  result(): Evaluation
}

interface Tally {
  readonly category: string
  readonly family: string | null
  readonly malicious: boolean
  readonly session: boolean
  items: number
  inTime: number
  /** Items by risk. */
  readonly risks: Uint32Array
  readonly leftOutRisks: Uint32Array
}

interface VerdictTally {
  readonly kind: string
  readonly malicious: boolean
  readonly counts: Record<Verdict, number>
}

interface RuleTally {
  malicious: number
  benign: number
  decides_malicious: number
  decides_benign: number
}

export function createEvaluation(threshold: number): Evaluator {
  const categories = new Map<string, Tally>()
  const families = new Map<string, Tally>()
  const rules = new Map<string, RuleTally>()
  const verdicts = new Map<string, VerdictTally>()

  return {
    add(score) {
      const { family, isMalicious } = score.item
      count(tallyIn(categories, null, score), score)
      count(tallyIn(families, family, score), score)
      countVerdict(verdicts, score)
      for (const id of score.rules) {
        const tally = rules.get(id) ?? { malicious: 0, benign: 0, decides_malicious: 0, decides_benign: 0 }
        rules.set(id, tally)
        const decides = score.decisive.includes(id)
        if (isMalicious) tally.malicious += 1
        else tally.benign += 1
        if (decides && isMalicious) tally.decides_malicious += 1
        if (decides && !isMalicious) tally.decides_benign += 1
      }
    },
    result() {
      const tallies = [...categories.values()]
      const entries = tallies.filter(({ session }) => !session)
      const benign = entries.filter(({ malicious }) => !malicious)
      const sumOf = (of: (tally: Tally) => number) => benign.reduce((sum, tally) => sum + of(tally), 0)
      const items = sumOf((tally) => tally.items)
      return {
        threshold,
        items: tallies.reduce((sum, tally) => sum + tally.items, 0),
        categories: tallies.map((tally) => groupOf(tally, threshold)).sort(byName),
        families: [...families.values()].map((tally) => groupOf(tally, threshold)).sort(byName),
        rules: [...rules].map(([id, tally]) => ruleScore(id, tally)).sort((a, b) => (a.id < b.id ? -1 : 1)),
        all: summary(entries, threshold, ({ risks }) => risks),
        left_out: summary(entries, threshold, ({ leftOutRisks }) => leftOutRisks),
        benign_alerted: shareOf(
          sumOf(({ risks }) => atLeast(risks, threshold)),
          items,
        ),
        benign_alerted_left_out: shareOf(
          sumOf(({ leftOutRisks }) => atLeast(leftOutRisks, threshold)),
          items,
        ),
        enforced: [...verdicts.values()].map(enforcedOf).sort(byKind),
      }
    },
  }
}

function tallyIn(tallies: Map<string, Tally>, family: string | null, { item }: Score): Tally {
  const { category } = item
  const key = JSON.stringify([category, family, item.isMalicious, item.isSession])
  const found = tallies.get(key)
  if (found !== undefined) return found
  const tally: Tally = {
    category,
    family,
    malicious: item.isMalicious,
    session: item.isSession,
    items: 0,
    inTime: 0,
    risks: new Uint32Array(RISKS),
    leftOutRisks: new Uint32Array(RISKS),
  }
  tallies.set(key, tally)
  return tally
}

function count(tally: Tally, { risk, leftOutRisk, isInTime }: Score): void {
  tally.items += 1
  tally.risks[risk] = (tally.risks[risk] ?? 0) + 1
  tally.leftOutRisks[leftOutRisk] = (tally.leftOutRisks[leftOutRisk] ?? 0) + 1
  if (isInTime) tally.inTime += 1
}

function countVerdict(verdicts: Map<string, VerdictTally>, { item, decided }: Score): void {
  if (decided === null) return
  const { kind, verdict } = decided
  const key = `${kind} ${item.isMalicious}`
  const tally = verdicts.get(key) ?? {
    kind,
    malicious: item.isMalicious,
    counts: { allow: 0, flag: 0, ask: 0, block: 0 },
  }
  verdicts.set(key, tally)
  tally.counts[verdict] += 1
}

function enforcedOf({ kind, malicious, counts: { allow, flag, ask, block } }: VerdictTally): Enforced {
  const entries = allow + flag + ask + block
  const [asked, blocked] = [shareOf(ask, entries), shareOf(block, entries)]
  return { kind, malicious, flagged: shareOf(flag, entries), asked, blocked, held_back: heldBackOf({ asked, blocked }) }
}

const atLeast = (risks: Uint32Array, threshold: number): number =>
  risks.subarray(threshold).reduce((sum, items) => sum + items, 0)

function groupOf({ risks, leftOutRisks, items, inTime, ...group }: Tally, threshold: number): Group {
  return {
    ...group,
    alerted: shareOf(atLeast(risks, threshold), items),
    alerted_left_out: shareOf(atLeast(leftOutRisks, threshold), items),
    in_time: group.malicious && group.session ? shareOf(inTime, items) : null,
  }
}

function ruleScore(id: string, tally: RuleTally): RuleScore {
  return { id, ...tally, precision: shareOf(tally.malicious, tally.malicious + tally.benign) }
}

function summary(entries: readonly Tally[], threshold: number, risksOf: (tally: Tally) => Uint32Array): Summary {
  const meanOf = (malicious: boolean, at: number) => {
    const some = entries.filter((tally) => tally.malicious === malicious)
    if (some.length === 0) return null
    return some.reduce((sum, tally) => sum + atLeast(risksOf(tally), at) / tally.items, 0) / some.length
  }
  const macro = (at: number): Macro => ({ threshold: at, recall: meanOf(true, at), false_positives: meanOf(false, at) })
  return {
    chosen: macro(threshold),
    at_most: FALSE_POSITIVE_LIMITS.map((limit) => {
      for (let at = 1; at < RISKS; at++) if ((meanOf(false, at) ?? 0) <= limit) return { limit, ...macro(at) }
      return { limit, threshold: null, recall: null, false_positives: null }
    }),
  }
}

/** Malicious categories first, then benign ones, then sessions. */
function byName(a: Group, b: Group): number {
  if (a.session !== b.session) return a.session ? 1 : -1
  if (a.malicious !== b.malicious) return a.malicious ? -1 : 1
  if (a.category !== b.category) return a.category < b.category ? -1 : 1
  return (a.family ?? '') < (b.family ?? '') ? -1 : 1
}

/** Benign entries first: what people would notice. */
const byKind = (a: Enforced, b: Enforced) =>
  a.malicious === b.malicious ? (a.kind < b.kind ? -1 : 1) : Number(a.malicious) - Number(b.malicious)
