import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { BENCH } from './limits.ts'
import { loadGenerator, type LoadGenerator } from './load-generator.ts'
import { inMs, inRate, inRatio, interleaved, ratioOf, seriesOf, slopeOf } from './measure.ts'
import { makeKey, PROGRAM, type Program, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'
import type { TelemetryForm } from './telemetry-requests.ts'

const AIM = 0.6
const RECORDS = [50, 200, 1_000]

/**
 * Compares Claude Code's log records, in both encodings, with the resulting entries sent through `POST /api/v1/logs`.
 */
export const otlp: Benchmark = async ({ profileFolder, say }) => {
  using load = loadGenerator()
  await using root = await temporaryFolder()
  const program = (form: TelemetryForm): Program => ({ file: PROGRAM, folder: join(root.path, form), profileFolder })
  await using entries = await openSide(program('entries'), 'entries', load)
  await using json = await openSide(program('json'), 'json', load)
  await using protobuf = await openSide(program('protobuf'), 'protobuf', load)
  const sides = [entries, json, protobuf]

  say('warming up')
  for (const side of sides) await side.send(BENCH.warmUpMs)
  say(`running ${BENCH.rounds} rounds of entries, JSON, and protobuf`)
  const figures = await interleaved<'rate' | 'loopMs'>(
    BENCH.rounds,
    sides.map((side) => () => side.send(BENCH.segmentMs)),
  )
  const [plain, ...encodings] = figures.map((ofSide) => seriesOf(ofSide.map(({ rate }) => rate)))
  const loops = figures.map((ofSide) => seriesOf(ofSide.map(({ loopMs }) => loopMs)))
  if (plain === undefined) throw new Error('No rounds were measured.')

  const sizes: { size: number; cost: number }[] = []
  for (const records of RECORDS) {
    say(`sending ${records} records per request`)
    const { rate } = await protobuf.send(BENCH.sizeMs, records)
    sizes.push({ size: records, cost: records / rate })
  }
  const slope = slopeOf(sizes)
  const benchmark = 'otlp'
  return [
    ...encodings.map((rate, index) => {
      const ratio = ratioOf(rate, plain)
      const loop = loops[index + 1] ?? seriesOf([])
      return {
        benchmark,
        work: `\`POST /v1/logs\` in ${index === 0 ? 'JSON' : 'protobuf'}, ${BENCH.batchEntries} records each, ${BENCH.batchConnections} connections, built-in rules, durable; event-loop delay p99 ${inMs(loop.median)}`,
        measured: inRate(rate.median, 'records'),
        reference: `the same entries by \`POST /api/v1/logs\`: ${inRate(plain.median, 'entries')}`,
        result: inRatio(ratio),
        aim: `≥ ${AIM}`,
        holds: ratio.ratio >= AIM,
      }
    }),
    {
      benchmark,
      work: `${RECORDS.join(', ')} records a request in protobuf: time a request`,
      measured: sizes.map(({ size, cost }) => inRate(size / cost, 'records')).join(', '),
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}

interface Side extends AsyncDisposable {
  send(ms: number, records?: number): Promise<{ readonly rate: number; readonly loopMs: number }>
}

async function openSide(program: Program, form: TelemetryForm, load: LoadGenerator): Promise<Side> {
  mkdirSync(program.folder)
  const server = await startSentinelMesh(program)
  const key = makeKey(program)
  return {
    async send(ms, records = BENCH.batchEntries) {
      const authorization = `Bearer ${await key}`
      await server.metrics()
      const { requests, seconds } = await load.run({
        port: server.port,
        authorization,
        work: { type: 'telemetry', form, records },
        connections: BENCH.batchConnections,
        until: { ms },
      })
      const { loopDelayMs } = await server.metrics()
      return { rate: (requests * records) / seconds, loopMs: loopDelayMs }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
