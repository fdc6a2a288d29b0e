import { verdictRules } from '../../apps/server/src/services/verdicts/decide.ts'
import { DEFAULT_POLICY } from '../../apps/server/src/services/verdicts/default-policy.ts'
import { BUILTIN_RULES } from '../../packages/rules/src/builtin/index.ts'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  parseRule,
  SECRET_INDEX,
  type Entry,
} from '../../packages/rules/src/index.ts'
import { viewsOf } from '../../packages/rules/src/views/index.ts'
import { quantile } from '../measure.ts'
import { cpuMs } from './cpu.ts'
import { traffic } from './traffic.ts'

/** Judges tool calls of `chars` characters with their views, and applies the default verdict policy. */
export interface VerdictsWork {
  readonly type: 'verdicts'
  readonly chars: number
  readonly entries: number
  readonly rounds: number
}

/** Times are in milliseconds, one figure per round. */
export interface JudgedVerdicts {
  /** The 99th percentile of the wall-clock time per entry. */
  readonly p99: readonly number[]
  /** The mean CPU time per entry. */
  readonly cpu: readonly number[]
  readonly viewsPerEntry: number
}

const SEED = 7

export function judgeVerdicts({ chars, entries: count, rounds }: VerdictsWork): JudgedVerdicts {
  const ruleSet = compileRuleSet(
    BUILTIN_RULES.map(({ text }) => parseRule(text)),
    { secrets: SECRET_INDEX },
  )
  const policy = verdictRules(DEFAULT_POLICY)
  const entries = traffic(count, { chars, type: 'text', attacks: true }, SEED).map(asToolCall)
  const viewsPerEntry = entries.reduce((sum, entry) => sum + viewsOf(entry).length, 0) / entries.length
  const p99: number[] = []
  const cpu: number[] = []
  // The first two rounds are warm-ups.
  for (let round = -2; round < rounds; round++) {
    const began = cpuMs()
    const times = Float64Array.from(entries, (entry) => {
      const start = performance.now()
      const { matches, undecided, risk } = judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
      policy.decide({ ...entry, matches, undecided, risk, hiddenRules: new Set() })
      return performance.now() - start
    }).sort()
    if (round < 0) continue
    cpu.push((cpuMs() - began) / entries.length)
    p99.push(quantile(times, 0.99))
  }
  return { p99, cpu, viewsPerEntry }
}

function asToolCall(entry: Entry): Entry {
  const command = JSON.stringify({ name: 'Bash', arguments: { command: entry.payload.text } })
  return { ...entry, kind: 'tool_call', receiver: 'tool.Bash', payload: { type: 'json', text: command } }
}
