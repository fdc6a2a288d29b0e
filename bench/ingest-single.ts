import { fileURLToPath } from 'node:url'
import type { Benchmark } from './benchmark.ts'
import { startChildServer } from './child-server.ts'
import { BENCH } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMs, inRate, inRatio, interleaved, ratioOf, seriesOf, slopeOf } from './measure.ts'
import type { LoadWork } from './requests.ts'
import { makeKey, PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const BARE = fileURLToPath(new URL('bare-fastify.ts', import.meta.url))
const AIM = 0.42
/** Requests per second of the seed's original on a similar machine. This rate is stated, not measured here. */
const SEED_RATE = { least: 170, most: 290 }
const SEED_AIM = 50
const PAYLOAD_BYTES = [256, 2_048, 16_384]
const AS_AGENTS: LoadWork = { type: 'singles', payloadBytes: null }

/**
 * Compares `POST /log`, with one entry per request, to a route that only parses the request and replies. The server
 * judges and durably stores each entry before it replies.
 */
export const ingestSingle: Benchmark = async ({ profileFolder, say }) => {
  await using folder = await temporaryFolder()
  const program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  const authorization = `Bearer ${await makeKey(program)}`
  using load = loadGenerator()
  const run = (port: number, work: LoadWork, ms: number) =>
    load.run({ port, authorization, work, connections: BENCH.singleConnections, until: { ms } })

  say('warming up')
  const { bodyBytes } = await run(server.port, AS_AGENTS, BENCH.warmUpMs)
  await using bare = await startChildServer({
    args: (port) => ['--import', 'tsx', BARE, String(port), String(Math.round(bodyBytes))],
    cwd: process.cwd(),
    env: () => process.env,
    readyPath: '/readyz',
  })
  await run(bare.port, AS_AGENTS, BENCH.warmUpMs / 2)

  say(`running ${BENCH.rounds} rounds of the server and bare Fastify`)
  const measure = async (port: number, loopDelayMs: () => Promise<number>) => {
    await loopDelayMs()
    const { requests, seconds, p50Ms, p99Ms } = await run(port, AS_AGENTS, BENCH.segmentMs)
    return { rate: requests / seconds, p50Ms, p99Ms, loopMs: await loopDelayMs() }
  }
  const [ours = [], theirs = []] = await interleaved<'rate' | 'p50Ms' | 'p99Ms' | 'loopMs'>(BENCH.rounds, [
    () => measure(server.port, async () => (await server.metrics()).loopDelayMs),
    () => measure(bare.port, async () => 0),
  ])
  const rate = seriesOf(ours.map((one) => one.rate))
  const bareRate = seriesOf(theirs.map((one) => one.rate))
  const ratio = ratioOf(rate, bareRate)
  const median = (figure: 'p50Ms' | 'p99Ms' | 'loopMs') => seriesOf(ours.map((one) => one[figure])).median

  const sizes: { size: number; cost: number }[] = []
  for (const payloadBytes of PAYLOAD_BYTES) {
    say(`sending payloads of ${payloadBytes} bytes`)
    const { requests, seconds } = await run(server.port, { type: 'singles', payloadBytes }, BENCH.sizeMs)
    sizes.push({ size: payloadBytes, cost: seconds / requests })
  }
  const slope = slopeOf(sizes)
  const overSeed = [rate.median / SEED_RATE.most, rate.median / SEED_RATE.least] as const
  const benchmark = 'ingest-single'
  return [
    {
      benchmark,
      work: `\`POST /log\`, ${BENCH.singleConnections} connections, built-in rules, durable`,
      measured: inRate(rate.median, 'entries'),
      reference: `bare Fastify: ${inRate(bareRate.median, 'requests')}`,
      result: inRatio(ratio),
      aim: `≥ ${AIM}`,
      holds: ratio.ratio >= AIM,
    },
    {
      benchmark,
      work: "the same against the seed's original",
      measured: inRate(rate.median, 'entries'),
      reference: `stated: ${SEED_RATE.least}–${SEED_RATE.most} requests/s`,
      result: `${Math.round(overSeed[0])}–${Math.round(overSeed[1])}×`,
      aim: `≥ ${SEED_AIM}×`,
      holds: overSeed[0] >= SEED_AIM,
    },
    {
      benchmark,
      work: 'time to the reply, p50 and p99; event-loop delay, p99',
      measured: `${inMs(median('p50Ms'))}, ${inMs(median('p99Ms'))}; ${inMs(median('loopMs'))}`,
      reference: '',
      result: '',
      aim: '',
      holds: null,
    },
    {
      benchmark,
      work: `payloads of ${PAYLOAD_BYTES.join(', ')} bytes`,
      measured: sizes.map(({ cost }) => inRate(1 / cost, 'entries')).join(', '),
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}
