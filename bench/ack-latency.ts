import type { Benchmark } from './benchmark.ts'
import { ACK_BENCH as ACK, BENCH } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMs, inRate, seriesOf } from './measure.ts'
import { makeKey, PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { p50Ms: 5, p99Ms: 25, loopMs: 20 }

/**
 * Measures the time until an entry is durable, with one entry per request. Requests are offered at a constant rate,
 * even if earlier replies are late.
 */
export const ackLatency: Benchmark = async ({ profileFolder, say }) => {
  await using folder = await temporaryFolder()
  const program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  const authorization = `Bearer ${await makeKey(program)}`
  using load = loadGenerator()
  const offer = (ms: number) =>
    load.run({
      port: server.port,
      authorization,
      work: { type: 'singles', payloadBytes: null },
      connections: ACK.connections,
      until: { ms },
      rate: ACK.entriesPerSecond,
    })

  say('warming up')
  await offer(BENCH.warmUpMs)
  const rounds: { rate: number; p50Ms: number; p99Ms: number; mostMs: number; loopMs: number }[] = []
  for (let round = 1; round <= ACK.rounds; round++) {
    say(`round ${round} of ${ACK.rounds}`)
    await server.metrics()
    const { requests, seconds, ...times } = await offer(ACK.ms)
    rounds.push({ ...times, rate: requests / seconds, loopMs: (await server.metrics()).loopDelayMs })
  }
  const of = (figure: keyof (typeof rounds)[number]) => seriesOf(rounds.map((one) => one[figure]))
  const [p50, p99, loop] = [of('p50Ms'), of('p99Ms'), of('loopMs')]
  const spread = ({ median, min, max }: typeof p50) => `${inMs(median)} (${inMs(min)}–${inMs(max)})`
  const benchmark = 'ack-latency'
  return [
    {
      benchmark,
      work: `\`POST /log\`, ${inRate(ACK.entriesPerSecond, 'entries')} offered at a constant rate, built-in rules, durable: time to the reply from when the request was due`,
      measured: `p50 ${spread(p50)}, p99 ${spread(p99)}, longest ${inMs(of('mostMs').max)}; answered ${inRate(of('rate').median, 'entries')}`,
      reference: '',
      result: '',
      aim: `p50 ≤ ${AIMS.p50Ms} ms, p99 ≤ ${AIMS.p99Ms} ms`,
      holds: p50.median <= AIMS.p50Ms && p99.median <= AIMS.p99Ms,
    },
    {
      benchmark,
      work: 'the same: event-loop delay, p99',
      measured: spread(loop),
      reference: '',
      result: '',
      aim: `≤ ${AIMS.loopMs} ms`,
      holds: loop.median <= AIMS.loopMs,
    },
  ]
}
