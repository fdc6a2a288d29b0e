import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { REGEX_BENCH } from './limits.ts'
import { seriesOf } from './measure.ts'
import type { RegexTimes } from './rules/regex-times.ts'
import type { RulesWork } from './rules-child.ts'

/** The maximum factor by which the time may grow if the text is ten times as long. */
const AIM = 12

/** Measures patterns that cause catastrophic backtracking in other engines, on texts that nearly match. */
export const regex: Benchmark = async (options) => {
  const { sizes, rounds, leastMs, javascriptMs } = REGEX_BENCH
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  options.say(`running ${rounds} rounds with texts of ${sizes.map(inCharacters).join(', ')} characters`)
  const times = await child.run<readonly RegexTimes[]>({ type: 'regex', sizes, rounds, leastMs, javascriptMs })
  return times.map(({ name, pattern, ms, javascript }): Row => {
    // Compare times of the same round only, because the processor's speed varies between rounds.
    const steps = ms
      .slice(1)
      .map((times, index) => seriesOf(times.map((time, round) => time / (ms[index]?.[round] ?? Number.NaN))).median)
    const worst = Math.max(...steps)
    const shown = pattern.length > 40 ? `${pattern.slice(0, 30)}…${pattern.slice(-6)}` : pattern
    return {
      benchmark: 'regex',
      work: `${name}: \`${shown.replaceAll('|', String.raw`\|`)}\`, ${sizes.map(inCharacters).join('; ')} characters`,
      measured: ms.map((times) => inShortMs(seriesOf(times).median)).join(', '),
      reference: `JavaScript: ${javascript.map((time) => (time === null ? `stopped after ${javascriptMs.toLocaleString('en')} ms` : inShortMs(time))).join(', ')}`,
      result: `10× the text: ${steps.map((step) => step.toFixed(1)).join('×, ')}×`,
      aim: `≤ ${AIM}×`,
      holds: worst <= AIM,
    }
  })
}

const inCharacters = (size: number) => size.toLocaleString('en')
const inShortMs = (ms: number) => `${ms.toFixed(ms < 1 ? 3 : ms < 10 ? 1 : 0)} ms`
