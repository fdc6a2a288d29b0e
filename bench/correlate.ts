import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { CORRELATE_BENCH } from './limits.ts'
import { inRate, seriesOf, slopeOf } from './measure.ts'
import type { Correlated } from './rules/correlate-entries.ts'
import type { RulesWork } from './rules-child.ts'

/** With 100,000 live groups. */
const AIM = 100_000

/** Correlations of all seven types and one of them all, over entries for which a rule has held. */
export const correlate: Benchmark = async (options) => {
  const { sizes, rounds, entries } = CORRELATE_BENCH
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  options.say(`${rounds} rounds at ${sizes.map(inGroups).join(', ')} groups`)
  const found = await child.run<readonly Correlated[]>({ type: 'correlate', sizes, rounds, entries })
  const rates = found.map((one) => seriesOf(one.rates))
  const slope = slopeOf(sizes.map((size, index) => ({ size, cost: 1 / (rates[index]?.median ?? Number.NaN) })))
  return [
    ...found.map(({ groups, events, fires, dropped }, index): Row => {
      const rate = rates[index] ?? seriesOf([])
      const hasAim = index === found.length - 1
      return {
        benchmark: 'correlate',
        work: `all types and one of them all, ${inGroups(groups)} live groups with ${inGroups(events)} events, ${inGroups(fires)} fires${dropped === 0 ? '' : `, ${inGroups(dropped)} groups dropped`}`,
        measured: `${inRate(rate.median, 'entries')} (${inGroups(rate.min)}–${inGroups(rate.max)})`,
        reference: '',
        result: '',
        aim: hasAim ? `≥ ${inRate(AIM, 'entries')}` : '',
        holds: hasAim ? rate.median >= AIM : null,
      }
    }),
    {
      benchmark: 'correlate',
      work: `time of an entry over ${sizes.map(inGroups).join('; ')} groups`,
      measured: '',
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}

const inGroups = (number: number) => Math.round(number).toLocaleString('en')
