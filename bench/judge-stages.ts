import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { STAGES_BENCH } from './limits.ts'
import { seriesOf } from './measure.ts'
import type { JudgedStages } from './rules/judge-stages.ts'
import type { RulesWork } from './rules-child.ts'

/** Measures what each stage of judging one entry takes, and its share of the whole. */
export const judgeStages: Benchmark = async (options) => {
  const { cases, rounds, segmentMs } = STAGES_BENCH
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  options.say(`running ${rounds} rounds on ${cases.map(({ name }) => name).join(', ')}`)
  const judged = await child.run<readonly JudgedStages[]>({ type: 'stages', cases, rounds, segmentMs })
  return judged.flatMap(({ name, chars, whole, stages }) => {
    const total = seriesOf(whole).median
    const row = (stage: string, micros: readonly number[], result: string): Row => ({
      benchmark: 'judge-stages',
      work: `${name}, ${chars.toLocaleString('en')} characters: ${stage}`,
      measured: inMicros(micros),
      reference: '',
      result,
      aim: '',
      holds: null,
    })
    return [
      row('whole', whole, ''),
      ...stages.map(({ stage, micros }) =>
        row(stage, micros, `${((100 * seriesOf(micros).median) / total).toFixed(1)} %`),
      ),
    ]
  })
}

function inMicros(figures: readonly number[]): string {
  const { median, min, max } = seriesOf(figures)
  return `${median.toFixed(2)} µs (${min.toFixed(2)}–${max.toFixed(2)})`
}
