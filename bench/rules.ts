import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { RULES_BENCH } from './limits.ts'
import { inMiB, inMs, inRate, ratioOf, seriesOf, slopeOf, type Series } from './measure.ts'
import { corpusRules } from './rules/corpus.ts'
import { eventsOf, MIXES } from './rules/events.ts'
import { recordedEvents, recordedRules } from './rules/recorded.ts'
import type { Loaded } from './rules/load.ts'
import type { Compared, Matched, MatchReport, Side } from './rules/match.ts'
import type { RulesWork } from './rules-child.ts'

const AIMS = {
  routed: 25_000,
  unrouted: 10_000,
  timesTheLoop: 40,
  loadMs: 2_000,
  residentBytes: 300 * 1024 * 1024,
}
const benchmark = 'rules'

/** Compares this engine, with thousands of Sigma rules, to a loop over all rules and to business-rule engines. */
export const rules: Benchmark = async (options) => {
  const { corpus, events: file, say } = options
  const generated = corpusRules(RULES_BENCH.sizes.at(-1) ?? 0)
  const texts = corpus === null ? generated.map(({ text }) => text) : recordedRules(corpus)
  const mixes =
    file === null
      ? MIXES.map((mix) => ({ name: mix.name, events: eventsOf(mix, RULES_BENCH.events, generated) }))
      : [{ name: 'recorded events', events: recordedEvents(file) }]
  const sizes = [...RULES_BENCH.sizes.filter((size) => size < texts.length * 0.9), texts.length]

  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  say(`reading and compiling ${texts.length.toLocaleString('en')} rules, ${RULES_BENCH.loads} times`)
  const loads: Loaded[] = []
  for (let round = 0; round < RULES_BENCH.loads; round++) loads.push(await child.run<Loaded>({ type: 'load', texts }))

  say(`running ${RULES_BENCH.rounds} rounds with ${sizes.join(', ')} rules and ${mixes.length} mixes of events`)
  const { rounds, segmentMs, compared } = RULES_BENCH
  const report = await child.run<MatchReport>({ type: 'match', texts, mixes, sizes, rounds, segmentMs, compared })
  return [...loadRows(loads), ...mixRows(report, sizes), ...sizeRows(report, mixes.length), ...peerRows(report)]
}

function loadRows(loads: readonly Loaded[]): Row[] {
  const total = seriesOf(loads.map(({ readMs, compileMs }) => readMs + compileMs))
  const read = seriesOf(loads.map(({ readMs }) => readMs))
  const resident = seriesOf(loads.map(({ residentBytes }) => residentBytes))
  const [first] = loads
  return [
    {
      benchmark,
      work: `${count(first?.rules)} rules (${first?.shape.fieldsPerRule.toFixed(1)} fields a rule, ${first?.shape.valuesPerField.toFixed(1)} values a field) read and compiled in a new process; RSS after it${first?.refused === 0 ? '' : `; ${count(first?.refused)} refused`}`,
      measured: `${inMs(total.median)} (${inMs(total.min)}–${inMs(total.max)}), of it reading ${inMs(read.median)}; ${inMiB(resident.median)}`,
      reference: '',
      result: '',
      aim: `≤ ${inMs(AIMS.loadMs)}; ≤ ${inMiB(AIMS.residentBytes)}`,
      holds: total.median <= AIMS.loadMs && resident.median <= AIMS.residentBytes,
    },
  ]
}

/** Rows for all rules, per mix of events, with and without routing by log source. */
function mixRows({ matched, compared }: MatchReport, sizes: readonly number[]): Row[] {
  const largest = matched.filter(({ rules }) => rules === Math.max(...sizes, 0) || rules === matched.at(-1)?.rules)
  return largest.flatMap((one): Row[] => {
    const of = `${count(one.rules)} rules, ${one.mix} (${Math.round(one.fieldsPerEvent)} fields, ${Math.round(one.bytesPerEvent).toLocaleString('en')} B`
    const loop = sideOf(one, 'loop')
    const row = (side: Side, how: string, aim: number | null, times: number | null): Row => {
      const rate = sideOf(one, side)
      const ratio = ratioOf(rate, loop)
      return {
        benchmark,
        work: `${of}${how}`,
        measured: spread(rate),
        reference: `loop over all rules: ${spread(loop)}`,
        result: `${ratio.ratio.toFixed(1)}× (${ratio.min.toFixed(1)}–${ratio.max.toFixed(1)})`,
        aim: [aim === null ? '' : `≥ ${inRate(aim, 'events')}`, times === null ? '' : `≥ ${times}×`]
          .filter((text) => text !== '')
          .join('; '),
        holds: aim === null ? null : rate.median >= aim && (times === null || ratio.ratio >= times),
      }
    }
    const matches = (many: number) => `, ${many.toFixed(2)} matches an event)`
    return [
      row('routed', `${matches(one.matchesPerEvent.routed)}, with routing`, AIMS.routed, null),
      row('unrouted', `${matches(one.matchesPerEvent.unrouted)}, without`, AIMS.unrouted, AIMS.timesTheLoop),
      ...(one === largest.at(-1)
        ? [row('everyRule', `), without the index${sameMatches(compared.everyRule)}`, null, null)]
        : []),
    ]
  })
}

/** Rows that show how the time per event grows with the number of rules. */
function sizeRows({ matched, compared, notInLoop }: MatchReport, mixes: number): Row[] {
  const grown = [...matched.slice(0, matched.length - mixes), ...matched.slice(-1)]
  const [last] = grown.slice(-1)
  const row = (side: Side, name: string, aim: number | null): Row => {
    const rates = grown.map((one) => sideOf(one, side).median)
    const slope = slopeOf(grown.map(({ rules }, index) => ({ size: rules, cost: 1 / (rates[index] ?? Number.NaN) })))
    return {
      benchmark,
      work: `${grown.map(({ rules }) => count(rules)).join('; ')} rules, ${last?.mix}: ${name}`,
      measured: rates.map((rate) => inRate(rate, 'events')).join(', '),
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: aim === null ? '' : `≤ ${aim}`,
      holds: aim === null ? null : slope <= aim,
    }
  }
  return [
    row('routed', 'with routing', 1),
    row('unrouted', 'without', 1),
    row('everyRule', 'without the index', null),
    row('loop', `loop over all rules${notInLoop === 0 ? '' : ` but ${notInLoop}`}${sameMatches(compared.loop)}`, null),
  ]
}

/** Rows that compare this engine, without routing, to each peer on the rules that the peer can express. */
function peerRows({ matched, compared }: MatchReport): Row[] {
  const mix = matched.at(-1)?.mix
  const grown = matched.filter((one) => one.mix === mix)
  const [last] = grown.slice(-1)
  if (last === undefined) return []
  const share = ((100 * last.expressible) / last.rules).toFixed(0)
  const row = (side: 'jsonRules' | 'zen', name: string): Row => {
    const [ours, theirs] = [sideOf(last, 'subset'), sideOf(last, side)]
    const ratio = ratioOf(ours, theirs)
    const slope = slopeOf(grown.map((one) => ({ size: one.expressible, cost: 1 / sideOf(one, side).median })))
    const rates = (of: Side) => grown.map((one) => inRate(sideOf(one, of).median, 'events')).join(', ')
    return {
      benchmark,
      work: `${grown.map(({ expressible }) => count(expressible)).join('; ')} rules that ${name} can express (${share} % of them), ${mix}, without routing${sameMatches(compared[side])}`,
      measured: rates('subset'),
      reference: `${name}: ${rates(side)}, slope ${slope.toFixed(2)}`,
      result: `${Math.round(ratio.ratio).toLocaleString('en')}× (${Math.round(ratio.min).toLocaleString('en')}–${Math.round(ratio.max).toLocaleString('en')}) with ${count(last.expressible)}`,
      aim: '',
      holds: null,
    }
  }
  return [row('jsonRules', 'json-rules-engine'), row('zen', 'zen-engine')]
}

const count = (number: number | undefined) => (number ?? 0).toLocaleString('en')
const sideOf = ({ rates }: Matched, side: Side): Series => seriesOf(rates[side] ?? [])
const spread = ({ median, min, max }: Series) =>
  `${inRate(median, 'events')} (${Math.round(min).toLocaleString('en')}–${Math.round(max).toLocaleString('en')})`
const sameMatches = ({ events, matches, differ }: Compared) =>
  `; ${differ === 0 ? `the same ${count(matches)} matches` : `**other matches on ${count(differ)}**`} of ${count(events)} events`
