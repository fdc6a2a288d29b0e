import { resolve } from 'node:path'
import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { JUDGE_BENCH } from './limits.ts'
import { inRate, ratioOf, seriesOf, slopeOf } from './measure.ts'
import { corpusRules } from './rules/corpus.ts'
import type { Judged, JudgeWork } from './rules/judge-traffic.ts'
import type { JudgedViews } from './rules/judge-views.ts'
import type { RulesWork } from './rules-child.ts'

/** Entries per second on one core, by the number of characters per payload. */
const AIMS = [
  { chars: [200, 300], rate: 100_000 },
  { chars: [8_192, 8_192], rate: 10_000 },
] as const
const aimOf = (chars: number) => AIMS.find(({ chars: [least, most] }) => chars >= least && chars <= most)?.rate

const WORK = {
  text: (chars: string) => `generated prose and commands, ${chars} characters`,
  json: (chars: string) => `the same as JSON, ${chars} characters`,
  recorded: (chars: string, entries: string) => `${entries} recorded entries, ${chars} characters on average`,
} as const

/** Measures the built-in rules, including redaction, on agents' traffic. One entry in fifty is an attack. */
export const rulesAgent: Benchmark = async (options) => {
  const { sizes, rounds, segmentMs } = JUDGE_BENCH
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  const judge = (entries: JudgeWork['entries']) =>
    child.run<readonly Judged[]>({ type: 'judge', entries, rounds, segmentMs })
  options.say(`running ${rounds} rounds with payloads of ${sizes.join(', ')} characters`)
  const judged = [...(await judge({ sizes }))]
  if (options.traffic !== null) {
    options.say(`running ${rounds} rounds with recorded entries`)
    judged.push(...(await judge({ folder: resolve(options.traffic) })))
  }
  options.say(`running ${rounds} rounds with views and without`)
  const texts = corpusRules(Infinity).map(({ text }) => text)
  const views = await child.run<readonly JudgedViews[]>({ type: 'views', texts, rounds, segmentMs })
  const benchmark = 'rules-agent'
  return [
    ...judged.map(({ chars, payload, entries, rates }): Row => {
      const rate = seriesOf(rates)
      const aim = aimOf(chars)
      return {
        benchmark,
        work: `built-in rules: ${WORK[payload](chars.toLocaleString('en'), entries.toLocaleString('en'))}`,
        measured: `${inRate(rate.median, 'entries')} (${Math.round(rate.min).toLocaleString('en')}–${Math.round(rate.max).toLocaleString('en')})`,
        reference: '',
        result: '',
        aim: aim === undefined ? '' : `≥ ${inRate(aim, 'entries')}`,
        holds: aim === undefined ? null : rate.median >= aim,
      }
    }),
    ...(['text', 'json'] as const).map((payload): Row => {
      const points = judged
        .filter((one) => one.payload === payload)
        .map(({ chars, rates }) => ({ size: chars, cost: 1 / seriesOf(rates).median }))
      const slope = slopeOf(points)
      return {
        benchmark,
        work: `time of an entry over ${sizes.map((size) => size.toLocaleString('en')).join('; ')} characters, ${payload === 'json' ? 'JSON' : 'text'}`,
        measured: '',
        reference: '',
        result: `slope ${slope.toFixed(2)}`,
        aim: '≤ 1',
        holds: slope <= 1,
      }
    }),
    ...views.map(({ entries, rules, viewsPerEntry, ...figures }): Row => {
      const ratio = ratioOf(seriesOf(figures.with), seriesOf(figures.without))
      return {
        benchmark,
        work: `${rules.toLocaleString('en')} rules, ${entries} of 100 characters, ${viewsPerEntry.toFixed(1)} views each`,
        measured: inMicros(figures.with),
        reference: `without views: ${inMicros(figures.without)}`,
        result: `${ratio.ratio.toFixed(2)}× (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`,
        aim: viewsPerEntry === 0 ? '≤ 1.05×' : '',
        holds: viewsPerEntry === 0 ? ratio.ratio <= 1.05 : null,
      }
    }),
  ]
}

function inMicros(figures: readonly number[]): string {
  const { median, min, max } = seriesOf(figures)
  return `${median.toFixed(1)} µs (${min.toFixed(1)}–${max.toFixed(1)})`
}
