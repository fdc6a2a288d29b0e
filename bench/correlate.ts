import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { CORRELATE_BENCH } from './limits.ts'
import { inRate, seriesOf, slopeOf } from './measure.ts'
import type { Correlated } from './rules/correlate-entries.ts'
import type { RulesWork } from './rules-child.ts'

/** Entries per second with 100,000 live groups. */
const AIM = 100_000

/** Measures correlations of all seven types, and one that combines them, over entries that matched a rule. */
export const correlate: Benchmark = async (options) => {
  const { sizes, rounds, entries } = CORRELATE_BENCH
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  options.say(`running ${rounds} rounds with ${sizes.map(inCount).join(', ')} groups`)
  const found = await child.run<readonly Correlated[]>({ type: 'correlate', sizes, rounds, entries })
  const rates = found.map((one) => seriesOf(one.rates))
  const slope = slopeOf(sizes.map((size, index) => ({ size, cost: 1 / (rates[index]?.median ?? Number.NaN) })))
  return [
    ...found.map(({ groups, events, fires, dropped }, index): Row => {
      const rate = rates[index] ?? seriesOf([])
      const hasAim = index === found.length - 1
      return {
        benchmark: 'correlate',
        work: `all types and one of them all, ${inCount(groups)} live groups with ${inCount(events)} events, ${inCount(fires)} fires${dropped === 0 ? '' : `, ${inCount(dropped)} groups dropped`}`,
        measured: `${inRate(rate.median, 'entries')} (${inCount(rate.min)}–${inCount(rate.max)})`,
        reference: '',
        result: '',
        aim: hasAim ? `≥ ${inRate(AIM, 'entries')}` : '',
        holds: hasAim ? rate.median >= AIM : null,
      }
    }),
    {
      benchmark: 'correlate',
      work: `time of an entry over ${sizes.map(inCount).join('; ')} groups`,
      measured: '',
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}

const inCount = (number: number) => Math.round(number).toLocaleString('en')
