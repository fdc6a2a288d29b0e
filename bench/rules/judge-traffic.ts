import { BUILTIN_RULES } from '../../packages/rules/src/builtin/index.ts'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  parseRule,
  SECRET_INDEX,
  type Entry,
} from '../../packages/rules/src/index.ts'
import { recordedEntries, traffic } from './traffic.ts'
import { cpuMs } from './cpu.ts'

/** Judges agents' entries by the built-in rules, redaction included, as the server does. */
export interface JudgeWork {
  readonly type: 'judge'
  /** Generated entries with payloads of so many characters, or a folder of recorded ones. */
  readonly entries: { readonly sizes: readonly number[] } | { readonly folder: string }
  readonly rounds: number
  readonly segmentMs: number
}

export interface Judged {
  /** Of a payload, on average. */
  readonly chars: number
  readonly payload: 'text' | 'json' | 'recorded'
  readonly entries: number
  /** Entries a second of this process's time on processors, a figure a round. */
  readonly rates: readonly number[]
}

const SEED = 7
/** Characters of all distinct entries of one length together. */
const CHARS = 1_200_000

export function judgeTraffic({ entries: asked, rounds, segmentMs }: JudgeWork): readonly Judged[] {
  const ruleSet = compileRuleSet(
    BUILTIN_RULES.map(({ text }) => parseRule(text)),
    { secrets: SECRET_INDEX },
  )
  const sides = 'sizes' in asked ? generatedSides(asked.sizes) : [recordedSide(asked.folder)]
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round++)
    for (const { entries, rates } of sides) {
      const rate = rateOf(entries, (entry) => judge(entry, ruleSet, DEFAULT_REDACTION), segmentMs)
      if (round >= 0) rates.push(rate)
    }
  return sides.map(({ entries, ...side }) => ({ ...side, entries: entries.length }))
}

interface Side extends Omit<Judged, 'entries' | 'rates'> {
  readonly entries: readonly Entry[]
  readonly rates: number[]
}

function generatedSides(sizes: readonly number[]): Side[] {
  return sizes.flatMap((chars) =>
    (['text', 'json'] as const).map((payload) => ({
      chars,
      payload,
      entries: traffic(Math.ceil(CHARS / chars), { chars, type: payload, attacks: true }, SEED),
      rates: [],
    })),
  )
}

function recordedSide(folder: string): Side {
  const entries = recordedEntries(folder)
  const chars = entries.reduce((sum, { payload }) => sum + payload.text.length, 0)
  return { chars: Math.round(chars / entries.length), payload: 'recorded', entries, rates: [] }
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
