import type { Benchmark } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { BENCH, VERDICT_BENCH as VERDICT } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMs, inRate, seriesOf, type Series } from './measure.ts'
import type { JudgedVerdicts } from './rules/judge-verdicts.ts'
import type { RulesWork } from './rules-child.ts'
import { createKey, makeKey, PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { p99Ms: 25, judgeMs: 2 }

/**
 * Measures verdict requests that are offered at a constant rate: the time until each entry is judged and stored, and
 * the reply is sent. Also measures judging without a server.
 */
export const verdict: Benchmark = async (options) => {
  const { profileFolder, say } = options
  const alone = await judgeAlone(options)
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
    ...alone.map(({ chars, p99: one, cpu, viewsPerEntry }) => ({
      benchmark,
      work: `judging and deciding alone, shell calls of ${chars.toLocaleString('en')} characters, with their ${viewsPerEntry.toFixed(1)} views`,
      measured: `p99 ${one.median.toFixed(2)} ms (${one.min.toFixed(2)}–${one.max.toFixed(2)}); ${cpu.median.toFixed(2)} ms of processor time on average`,
      reference: '',
      result: '',
      aim: `p99 ≤ ${AIMS.judgeMs} ms`,
      holds: one.median <= AIMS.judgeMs,
    })),
  ]
}

const spread = ({ median, min, max }: Series) => `${inMs(median)} (${inMs(min)}–${inMs(max)})`

async function judgeAlone(options: Parameters<Benchmark>[0]) {
  await using child = await bundledChild<RulesWork>('rules-child.ts', options)
  const judged = async (chars: number) => {
    const work = { type: 'verdicts', chars, entries: VERDICT.judged, rounds: VERDICT.rounds } as const
    const { p99, cpu, viewsPerEntry } = await child.run<JudgedVerdicts>(work)
    return { chars, p99: seriesOf(p99), cpu: seriesOf(cpu), viewsPerEntry }
  }
  // Run sequentially, because concurrent runs would compete for the CPU.
  const [short, long] = VERDICT.chars
  return [await judged(short), await judged(long)]
}
