/**
 * Does one part of the benchmark of rules in a process of its own, built as the program is, and sends what it measured.
 * Started by rules.ts with the work as JSON in a file.
 */
import { readFileSync } from 'node:fs'
import {
  compileRuleSet,
  matchJson,
  matchJsonByEveryRule,
  parseRule,
  type Rule,
  type RuleSet,
} from '../packages/rules/src/index.ts'
import type { BenchEvent } from './rules/events.ts'
import { expressible } from './rules/expressible.ts'
import { jsonRulesEngine } from './rules/json-rules-engine.ts'
import { naiveLoop } from './rules/naive-loop.ts'
import { zenCanSay, zenEngine } from './rules/zen-engine.ts'
import { interleaved } from './measure.ts'

export type RulesWork =
  /** Reads and compiles once, as a process does that has just started. */
  | { readonly type: 'load'; readonly texts: readonly string[] }
  | {
      readonly type: 'match'
      readonly texts: readonly string[]
      readonly mixes: readonly { readonly name: string; readonly events: readonly BenchEvent[] }[]
      /** How many of the rules, ascending; the last is measured with all mixes, the others with the last mix. */
      readonly sizes: readonly number[]
      readonly rounds: number
      readonly segmentMs: number
      /** Events on which the answers of the others are compared with the engine's. */
      readonly compared: number
    }

export interface Loaded {
  readonly rules: number
  readonly refused: number
  readonly readMs: number
  readonly compileMs: number
  readonly residentBytes: number
}

export const SIDES = ['routed', 'unrouted', 'everyRule', 'loop', 'subset', 'jsonRules', 'zen'] as const
export type Side = (typeof SIDES)[number]
const OWN_SIDES: readonly Side[] = ['routed', 'unrouted', 'everyRule', 'loop']

export interface Matched {
  readonly rules: number
  readonly mix: string
  /** Of the rules those that the peers can express. */
  readonly expressible: number
  readonly matchesPerEvent: { readonly routed: number; readonly unrouted: number }
  readonly bytesPerEvent: number
  /** Events a second of this process's time on processors, a figure a round. */
  readonly rates: Readonly<Partial<Record<Side, readonly number[]>>>
}

/** On how many events, and on how many of them the answers were not the engine's. */
export type Differences = Readonly<
  Record<'everyRule' | 'loop' | 'jsonRules' | 'zen', { readonly events: number; readonly differ: number }>
>

export interface MatchReport {
  readonly matched: readonly Matched[]
  readonly differences: Differences
}

type Ids = (event: BenchEvent) => readonly string[] | Promise<readonly string[]>
type Work<Type> = Extract<RulesWork, { type: Type }>

function load({ texts }: Work<'load'>): Loaded {
  const began = performance.now()
  const { rules, refused } = read(texts)
  const read_ = performance.now()
  const { rules: compiled } = compileRuleSet(rules)
  const compileMs = performance.now() - read_
  return { rules: compiled.length, refused, readMs: read_ - began, compileMs, residentBytes: process.memoryUsage.rss() }
}

function read(texts: readonly string[]): { rules: readonly Rule[]; refused: number } {
  const rules = texts.flatMap((text) => {
    try {
      return [parseRule(text)]
    } catch {
      return []
    }
  })
  return { rules, refused: texts.length - rules.length }
}

async function match(work: Work<'match'>): Promise<MatchReport> {
  const { rules } = read(work.texts)
  const matched: Matched[] = []
  let differences: Differences | null = null
  for (const size of work.sizes) {
    const isLargest = size === work.sizes.at(-1)
    const some = rules.slice(0, size)
    const sides = sidesOf(some)
    if (isLargest) differences = await compare(sides.ids, work)
    for (const mix of isLargest ? work.mixes : work.mixes.slice(-1))
      matched.push({
        rules: some.length,
        mix: mix.name,
        expressible: sides.expressible,
        matchesPerEvent: {
          routed: mean(mix.events, (event) => matchJson(event.text, sides.ruleSet, event.source).length),
          unrouted: mean(mix.events, (event) => matchJson(event.text, sides.ruleSet).length),
        },
        bytesPerEvent: mean(mix.events, ({ text }) => Buffer.byteLength(text)),
        // The peers take long, and are measured with one mix.
        rates: await ratesOf(mix === work.mixes.at(-1) ? SIDES : OWN_SIDES, sides.ids, mix.events, work),
      })
  }
  if (differences === null) throw new Error('No size was asked for')
  return { matched, differences }
}

function sidesOf(rules: readonly Rule[]) {
  const ruleSet = compileRuleSet(rules)
  const subset = expressible(rules)
  const said = subset.tests.map(({ test }) => zenCanSay(test))
  const tests = subset.tests.filter((_, index) => said[index])
  const subsetRules = compileRuleSet(subset.rules.filter((_, index) => said[index]))
  const loop = naiveLoop(rules)
  const [jsonRules, zen] = [jsonRulesEngine(tests), zenEngine(tests)]
  const ids: Readonly<Record<Side, Ids>> = {
    routed: ({ text, source }) => idsOf(matchJson(text, ruleSet, source)),
    unrouted: ({ text }) => idsOf(matchJson(text, ruleSet)),
    everyRule: ({ text }) => idsOf(matchJsonByEveryRule(text, ruleSet)),
    loop: ({ text }) => loop(text),
    subset: ({ text }) => idsOf(matchJson(text, subsetRules)),
    jsonRules: ({ text }) => jsonRules(text),
    zen: ({ text }) => zen(text),
  }
  return { ruleSet: ruleSet satisfies RuleSet, expressible: tests.length, ids }
}

const idsOf = (matches: readonly { readonly ruleId: string }[]) => matches.map(({ ruleId }) => ruleId)

function mean(events: readonly BenchEvent[], figure: (event: BenchEvent) => number): number {
  return events.reduce((sum, event) => sum + figure(event), 0) / events.length
}

/** The same number of each mix, so that there are matches to differ in. */
async function compare(ids: Readonly<Record<Side, Ids>>, { mixes, compared }: Work<'match'>): Promise<Differences> {
  const each = Math.ceil(compared / mixes.length)
  const events = mixes.flatMap((mix) => mix.events.slice(0, each))
  const against = async (side: Side, reference: Side) => {
    let differ = 0
    for (const event of events) {
      const [one, other] = [await ids[side](event), await ids[reference](event)]
      if (one.toSorted().join() !== other.toSorted().join()) differ++
    }
    return { events: events.length, differ }
  }
  return {
    everyRule: await against('everyRule', 'unrouted'),
    loop: await against('loop', 'unrouted'),
    jsonRules: await against('jsonRules', 'subset'),
    zen: await against('zen', 'subset'),
  }
}

async function ratesOf(
  wanted: readonly Side[],
  ids: Readonly<Record<Side, Ids>>,
  events: readonly BenchEvent[],
  { rounds, segmentMs }: Work<'match'>,
): Promise<Partial<Record<Side, number[]>>> {
  const segments = wanted.map((side) => segment(ids[side], events, segmentMs))
  // The first round warms up.
  const measured = await interleaved<'rate'>(rounds + 1, segments)
  const rates = measured.map((figures) => figures.slice(1).map(({ rate }) => rate))
  return Object.fromEntries(wanted.map((side, index) => [side, rates[index] ?? []]))
}

/** Goes on through the events where the last round stopped: a slow side sees more than the first few of them. */
function segment(ids: Ids, events: readonly BenchEvent[], ms: number): () => Promise<{ rate: number }> {
  let at = 0
  return async () => {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    let done = 0
    do {
      const event = events[at++ % events.length]
      const found = event === undefined ? [] : ids(event)
      if (found instanceof Promise) await found
      done++
    } while (performance.now() - began < ms)
    const { user, system } = process.cpuUsage(cpu)
    return { rate: (done * 1e6) / (user + system) }
  }
}

const [file = ''] = process.argv.slice(2)
const work = JSON.parse(readFileSync(file, 'utf8')) as RulesWork
process.send?.(work.type === 'load' ? load(work) : await match(work))
process.disconnect?.()
