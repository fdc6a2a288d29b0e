import {
  compileRuleSet,
  matchJson,
  matchJsonByEveryRule,
  type Rule,
  type RuleLibrary,
} from '../../packages/rules/src/index.ts'
import { interleaved } from '../measure.ts'
import { cpuMs } from './cpu.ts'
import type { BenchEvent } from './events.ts'
import { expressible } from './expressible.ts'
import { jsonRulesEngine } from './json-rules-engine.ts'
import { read } from './load.ts'
import { naiveLoop } from './naive-loop.ts'
import { zenCanSay, zenEngine } from './zen-engine.ts'

export interface MatchWork {
  readonly type: 'match'
  readonly texts: readonly string[]
  readonly mixes: readonly Events[]
  /** Rule counts, ascending. The last one is measured with all mixes, the others only with the last mix. */
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly segmentMs: number
  /** The number of events to compare with the engine's results. `peers` is for the other engines, which are slow. */
  readonly compared: { readonly own: number; readonly peers: number }
}

export interface Events {
  readonly name: string
  readonly events: readonly BenchEvent[]
}

/**
 * `routed` and `unrouted` are this engine with and without routing by log source. `everyRule` is this engine testing
 * every rule, and `loop` is the naive loop. The others get only the rules that the peers can express: `subset` is
 * this engine without routing, and `jsonRules` and `zen` are the peers.
 */
const SIDES = ['routed', 'unrouted', 'everyRule', 'loop', 'subset', 'jsonRules', 'zen'] as const
export type Side = (typeof SIDES)[number]
/** The peers are slow, so only one mix includes them. */
const OWN_SIDES: readonly Side[] = ['routed', 'unrouted', 'everyRule', 'loop']

export interface Matched {
  readonly rules: number
  readonly mix: string
  /** The number of rules that the peers can express. */
  readonly expressible: number
  readonly matchesPerEvent: { readonly routed: number; readonly unrouted: number }
  readonly fieldsPerEvent: number
  readonly bytesPerEvent: number
  /** Events per second of this process's CPU time, one figure per round. */
  readonly rates: Readonly<Partial<Record<Side, readonly number[]>>>
}

/** The number of events compared, of matches in them, and of events with different results. */
export interface Compared {
  readonly events: number
  readonly matches: number
  readonly differ: number
}

export interface MatchReport {
  readonly matched: readonly Matched[]
  readonly compared: Readonly<Record<'everyRule' | 'loop' | 'jsonRules' | 'zen', Compared>>
  /** The number of rules that the loop cannot express. */
  readonly notInLoop: number
}

type Ids = (event: BenchEvent) => readonly string[] | Promise<readonly string[]>

export async function match(work: MatchWork): Promise<MatchReport> {
  const library = read(work.texts)
  const matched: Matched[] = []
  let report: Omit<MatchReport, 'matched'> | null = null
  for (const size of work.sizes) {
    const isLargest = size === work.sizes.at(-1)
    const sides = sidesOf(library.rules.slice(0, size), library)
    if (isLargest) report = { compared: await compare(sides, work), notInLoop: sides.notInLoop.size }
    for (const mix of isLargest ? work.mixes : work.mixes.slice(-1))
      matched.push({
        ...sides.figures(mix),
        rates: await ratesOf(mix === work.mixes.at(-1) ? SIDES : OWN_SIDES, sides.ids, mix.events, work),
      })
  }
  if (report === null) throw new Error('`sizes` is empty. Pass at least one rule count.')
  return { matched, ...report }
}

function sidesOf(rules: readonly Rule[], { filters }: RuleLibrary) {
  const ruleSet = compileRuleSet(rules, { filters })
  const subset = expressible(rules).filter(({ test }) => zenCanSay(test))
  const subsetRules = compileRuleSet(subset.map(({ rule }) => rule))
  const loop = naiveLoop(rules)
  const [jsonRules, zen] = [jsonRulesEngine(subset), zenEngine(subset)]
  const ids: Readonly<Record<Side, Ids>> = {
    routed: ({ text, source }) => idsOf(matchJson(text, ruleSet, source)),
    unrouted: ({ text }) => idsOf(matchJson(text, ruleSet)),
    everyRule: ({ text }) => idsOf(matchJsonByEveryRule(text, ruleSet)),
    loop: ({ text }) => loop.ids(text),
    subset: ({ text }) => idsOf(matchJson(text, subsetRules)),
    jsonRules: ({ text }) => jsonRules(text),
    zen: ({ text }) => zen(text),
  }
  const figures = ({ name, events }: Events) => ({
    rules: rules.length,
    mix: name,
    expressible: subset.length,
    matchesPerEvent: {
      routed: mean(events, ({ text, source }) => matchJson(text, ruleSet, source).length),
      unrouted: mean(events, ({ text }) => matchJson(text, ruleSet).length),
    },
    fieldsPerEvent: mean(events, ({ text }) => Object.keys(JSON.parse(text) as object).length),
    bytesPerEvent: mean(events, ({ text }) => Buffer.byteLength(text)),
  })
  return { ids, figures, notInLoop: loop.without }
}

const idsOf = (matches: readonly { readonly ruleId: string }[]) => matches.map(({ ruleId }) => ruleId)

function mean(events: readonly BenchEvent[], figure: (event: BenchEvent) => number): number {
  return events.reduce((sum, event) => sum + figure(event), 0) / events.length
}

/** Compares the same number of events from each mix. The peers get the events with matches first. */
async function compare(
  { ids, notInLoop }: Pick<ReturnType<typeof sidesOf>, 'ids' | 'notInLoop'>,
  { mixes, compared }: MatchWork,
): Promise<MatchReport['compared']> {
  const each = Math.ceil(compared.own / mixes.length)
  const all = mixes.flatMap((mix) => mix.events.slice(0, each))
  const found = await Promise.all(all.map((event) => ids.subset(event)))
  const has = (index: number) => (found[index]?.length ?? 0) > 0
  const few = [...all.filter((_, index) => has(index)), ...all.filter((_, index) => !has(index))].slice(
    0,
    compared.peers,
  )
  const against = async (
    side: Side,
    reference: Side,
    { events = few, without }: { readonly events?: readonly BenchEvent[]; readonly without?: ReadonlySet<string> } = {},
  ): Promise<Compared> => {
    let [differ, matches] = [0, 0]
    for (const event of events) {
      const one = await ids[side](event)
      const other = (await ids[reference](event)).filter((id) => without?.has(id) !== true)
      matches += other.length
      if (one.toSorted().join() !== other.toSorted().join()) differ++
    }
    return { events: events.length, matches, differ }
  }
  return {
    everyRule: await against('everyRule', 'unrouted', { events: all }),
    loop: await against('loop', 'unrouted', { events: all, without: notInLoop }),
    jsonRules: await against('jsonRules', 'subset'),
    zen: await against('zen', 'subset'),
  }
}

async function ratesOf(
  wanted: readonly Side[],
  ids: Readonly<Record<Side, Ids>>,
  events: readonly BenchEvent[],
  { rounds, segmentMs }: MatchWork,
): Promise<Partial<Record<Side, number[]>>> {
  const segments = wanted.map((side) => segment(ids[side], events, segmentMs))
  // The first round is a warm-up.
  const measured = await interleaved<'rate'>(rounds + 1, segments)
  const rates = measured.map((figures) => figures.slice(1).map(({ rate }) => rate))
  return Object.fromEntries(wanted.map((side, index) => [side, rates[index] ?? []]))
}

/** Each round continues where the previous one stopped, so that a slow side sees more than the first few events. */
function segment(ids: Ids, events: readonly BenchEvent[], ms: number): () => Promise<{ rate: number }> {
  let at = 0
  return async () => {
    const [began, cpu] = [performance.now(), cpuMs()]
    let done = 0
    do {
      const event = events[at++ % events.length]
      const found = event === undefined ? [] : ids(event)
      if (found instanceof Promise) await found
      done++
    } while (performance.now() - began < ms)
    return { rate: (done * 1_000) / (cpuMs() - cpu) }
  }
}
