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

/** Judges agents' entries with the built-in rules and redaction, as the server does. */
export interface JudgeWork {
  readonly type: 'judge'
  /** Payload sizes in characters for generated entries, or a folder of recorded entries. */
  readonly entries: { readonly sizes: readonly number[] } | { readonly folder: string }
  readonly rounds: number
  readonly segmentMs: number
}

export interface Judged {
  /** Mean payload length. */
  readonly chars: number
  readonly payload: 'text' | 'json' | 'recorded'
  readonly entries: number
  /** Entries per second of this process's CPU time, one figure per round. */
  readonly rates: readonly number[]
}

const SEED = 7
/** Total characters of the distinct entries of one size. */
const CHARS = 1_200_000

export function judgeTraffic({ entries: asked, rounds, segmentMs }: JudgeWork): readonly Judged[] {
  const ruleSet = compileRuleSet(
    BUILTIN_RULES.map(({ text }) => parseRule(text)),
    { secrets: SECRET_INDEX },
  )
  const sides = 'sizes' in asked ? generatedSides(asked.sizes) : [recordedSide(asked.folder)]
  // The first two rounds are warm-ups.
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

/** Makes complete passes over the entries for at least `ms`. */
function rateOf(entries: readonly Entry[], work: (entry: Entry) => void, ms: number): number {
  const [began, cpu] = [performance.now(), cpuMs()]
  let done = 0
  do {
    for (const entry of entries) work(entry)
    done += entries.length
  } while (performance.now() - began < ms)
  return (done * 1_000) / (cpuMs() - cpu)
}
