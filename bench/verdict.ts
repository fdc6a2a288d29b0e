import { verdictRules } from '../apps/server/src/services/verdicts/decide.ts'
import { DEFAULT_POLICY } from '../apps/server/src/services/verdicts/default-policy.ts'
import { BUILTIN_RULES } from '../packages/rules/src/builtin/index.ts'
import { compileRuleSet, DEFAULT_REDACTION, judge, parseRule, type Entry } from '../packages/rules/src/index.ts'
import { viewsOf } from '../packages/rules/src/views/index.ts'
import type { Benchmark } from './benchmark.ts'
import { BENCH, VERDICT_BENCH as VERDICT } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMs, inRate, quantile, seriesOf, type Series } from './measure.ts'
import { cpuMs } from './rules/cpu.ts'
import { traffic } from './rules/traffic.ts'
import { createKey, makeKey, PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { p99Ms: 25, judgeMs: 2 }
const SEED = 7

/** Entries that are asked about at a constant rate: how long until each is judged, stored and answered; and how long judging takes alone. */
export const verdict: Benchmark = async ({ profileFolder, say }) => {
  const alone = VERDICT.chars.map((chars) => ({ chars, ...judgeAlone(chars) }))
  await using folder = await temporaryFolder()
  const program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  await makeKey(program)
  const authorization = `Bearer ${await createKey(program, 'verdict')}`
  using load = loadGenerator()
  const offer = (ms: number) =>
    load.run({
      port: server.port,
      authorization,
      work: { type: 'verdicts' },
      connections: VERDICT.connections,
      until: { ms },
      rate: VERDICT.entriesPerSecond,
    })

  say('warming up')
  await offer(BENCH.warmUpMs)
  const rounds: { rate: number; p50Ms: number; p99Ms: number; mostMs: number }[] = []
  for (let round = 1; round <= VERDICT.rounds; round++) {
    say(`round ${round} of ${VERDICT.rounds}`)
    const { requests, seconds, ...times } = await offer(VERDICT.ms)
    rounds.push({ ...times, rate: requests / seconds })
  }
  const of = (figure: keyof (typeof rounds)[number]) => seriesOf(rounds.map((one) => one[figure]))
  const [p50, p99] = [of('p50Ms'), of('p99Ms')]
  const benchmark = 'verdict'
  return [
    {
      benchmark,
      work: `\`POST /api/v1/verdict\`, ${inRate(VERDICT.entriesPerSecond, 'entries')} offered at a constant rate, built-in rules, durable: time to the reply from when the request was due`,
      measured: `p50 ${spread(p50)}, p99 ${spread(p99)}, longest ${inMs(of('mostMs').max)}; answered ${inRate(of('rate').median, 'entries')}`,
      reference: '',
      result: '',
      aim: `p99 ≤ ${AIMS.p99Ms} ms`,
      holds: p99.median <= AIMS.p99Ms,
    },
    ...alone.map(({ chars, p99: one, cpu }) => ({
      benchmark,
      work: `judging and deciding alone, tool calls of ${chars.toLocaleString('en')} characters, with their views`,
      measured: `p99 ${one.median.toFixed(2)} ms (${one.min.toFixed(2)}–${one.max.toFixed(2)}); ${cpu.median.toFixed(2)} ms of processor time on average`,
      reference: '',
      result: '',
      aim: `p99 ≤ ${AIMS.judgeMs} ms`,
      holds: one.median <= AIMS.judgeMs,
    })),
  ]
}

const spread = ({ median, min, max }: Series) => `${inMs(median)} (${inMs(min)}–${inMs(max)})`

/** A figure a round, in milliseconds: the 99th percentile of single entries by the clock, and their mean of processor time. */
function judgeAlone(chars: number): { readonly p99: Series; readonly cpu: Series } {
  const ruleSet = compileRuleSet(BUILTIN_RULES.map(({ text }) => parseRule(text)))
  const policy = verdictRules(DEFAULT_POLICY)
  const entries = traffic(VERDICT.judged, { chars, type: 'text', attacks: true }, SEED).map(asToolCall)
  const p99s: number[] = []
  const means: number[] = []
  // The first two rounds warm up.
  for (let round = -2; round < VERDICT.rounds; round++) {
    const cpu = cpuMs()
    const times = Float64Array.from(entries, (entry) => {
      const began = performance.now()
      const { matches, risk } = judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
      policy.decide({ ...entry, matches, risk })
      return performance.now() - began
    }).sort()
    if (round < 0) continue
    means.push((cpuMs() - cpu) / entries.length)
    p99s.push(quantile(times, 0.99))
  }
  return { p99: seriesOf(p99s), cpu: seriesOf(means) }
}

function asToolCall(entry: Entry): Entry {
  const command = JSON.stringify({ name: 'Bash', arguments: { command: entry.payload.text } })
  return { ...entry, kind: 'tool_call', receiver: 'tool.Bash', payload: { type: 'json', text: command } }
}
