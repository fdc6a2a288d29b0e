import { BUILTIN_RULES } from '../../packages/rules/src/builtin/index.ts'
import { compileRuleSet, DEFAULT_REDACTION, judge, parseRule, type Entry } from '../../packages/rules/src/index.ts'
import { traffic } from '../../packages/rules/bench/traffic.ts'
import { cpuMs } from './cpu.ts'

/** Judges agents' entries by the built-in rules, redaction included, as the server does. */
export interface JudgeWork {
  readonly type: 'judge'
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly segmentMs: number
}

export interface Judged {
  readonly chars: number
  readonly payload: 'text' | 'json'
  /** Entries a second of this process's time on processors, a figure a round. */
  readonly rates: readonly number[]
}

const SEED = 7
/** Characters of all distinct entries of one length together. */
const CHARS = 1_200_000

export function judgeTraffic({ sizes, rounds, segmentMs }: JudgeWork): readonly Judged[] {
  const ruleSet = compileRuleSet(BUILTIN_RULES.map(({ text }) => parseRule(text)))
  const sides = sizes.flatMap((chars) =>
    (['text', 'json'] as const).map((payload) => ({
      chars,
      payload,
      entries: traffic(Math.ceil(CHARS / chars), { chars, type: payload, attacks: true }, SEED),
      rates: [] as number[],
    })),
  )
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round++)
    for (const { entries, rates } of sides) {
      const rate = rateOf(entries, (entry) => judge(entry, ruleSet, DEFAULT_REDACTION), segmentMs)
      if (round >= 0) rates.push(rate)
    }
  return sides.map(({ chars, payload, rates }) => ({ chars, payload, rates }))
}

/** Whole passes over the entries, for a while at least. */
function rateOf(entries: readonly Entry[], work: (entry: Entry) => void, ms: number): number {
  const [began, cpu] = [performance.now(), cpuMs()]
  let done = 0
  do {
    for (const entry of entries) work(entry)
    done += entries.length
  } while (performance.now() - began < ms)
  return (done * 1_000) / (cpuMs() - cpu)
}
