import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { buildWithoutRules } from './build-without-rules.ts'
import { BENCH } from './limits.ts'
import { loadGenerator, type LoadGenerator } from './load-generator.ts'
import { inMs, inRate, inRatio, interleaved, ratioOf, seriesOf, slopeOf } from './measure.ts'
import { plainSqlite } from './plain-sqlite.ts'
import { DATABASE, makeKey, PROGRAM, type Program, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { withRules: 0.7, withoutRules: 0.9, loopMs: 10 }
const ENTRIES = [50, 200, 1_000]

/** Compares `POST /api/v1/logs`, 500 entries per request, with inserting the resulting rows directly. */
export const ingestBatch: Benchmark = async ({ profileFolder, say }) => {
  say('building the server without rules')
  const withoutRules = await buildWithoutRules()
  using load = loadGenerator()
  await using root = await temporaryFolder()
  await using ruled = await openSide({ file: PROGRAM, folder: join(root.path, 'ruled'), profileFolder }, load)
  await using unruled = await openSide({ file: withoutRules, folder: join(root.path, 'unruled'), profileFolder }, load)

  say('warming up')
  for (const side of [ruled, unruled]) {
    await side.ingest(BENCH.warmUpMs)
    side.insert()
  }
  say(`running ${BENCH.rounds} rounds of the server with rules, without rules, and of better-sqlite3`)
  const sides = [ruled, unruled].flatMap((side) => [
    () => side.ingest(BENCH.segmentMs),
    async () => ({ rate: side.insert(), loopMs: 0 }),
  ])
  const [ours = [], plain = [], oursUnruled = [], plainUnruled = []] = await interleaved<'rate' | 'loopMs'>(
    BENCH.rounds,
    sides,
  )
  const rate = (figures: readonly { rate: number }[]) => seriesOf(figures.map((one) => one.rate))
  const ratio = ratioOf(rate(ours), rate(plain))
  const unruledRatio = ratioOf(rate(oursUnruled), rate(plainUnruled))
  const loop = seriesOf(ours.map((one) => one.loopMs))

  const sizes: { size: number; cost: number }[] = []
  for (const entries of ENTRIES) {
    say(`sending ${entries} entries per request`)
    const { rate } = await ruled.ingest(BENCH.sizeMs, entries)
    sizes.push({ size: entries, cost: entries / rate })
  }
  const slope = slopeOf(sizes)
  const benchmark = 'ingest-batch'
  const row = (work: string, { one, reference, ratio, aim }: Compared) => ({
    benchmark,
    work,
    measured: inRate(one, 'entries'),
    reference: `better-sqlite3 alone: ${inRate(reference, 'entries')}`,
    result: inRatio(ratio),
    aim: `≥ ${aim}`,
    holds: ratio.ratio >= aim,
  })
  return [
    row(
      `\`POST /api/v1/logs\`, ${BENCH.batchEntries} entries each, ${BENCH.batchConnections} connections, built-in rules, durable`,
      { one: rate(ours).median, reference: rate(plain).median, ratio, aim: AIMS.withRules },
    ),
    row('the same without rules', {
      one: rate(oursUnruled).median,
      reference: rate(plainUnruled).median,
      ratio: unruledRatio,
      aim: AIMS.withoutRules,
    }),
    {
      benchmark,
      work: 'event-loop delay with rules, p99',
      measured: `${inMs(loop.median)} (${inMs(loop.min)}–${inMs(loop.max)})`,
      reference: '',
      result: '',
      aim: `≤ ${AIMS.loopMs} ms`,
      holds: loop.median <= AIMS.loopMs,
    },
    {
      benchmark,
      work: `${ENTRIES.join(', ')} entries a request: time a request`,
      measured: sizes.map(({ size, cost }) => inRate(size / cost, 'entries')).join(', '),
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}

interface Compared {
  readonly one: number
  readonly reference: number
  readonly ratio: Parameters<typeof inRatio>[0]
  readonly aim: number
}

interface Side extends AsyncDisposable {
  ingest(ms: number, entries?: number): Promise<{ readonly rate: number; readonly loopMs: number }>
  /** Inserts the rows that the server stored since the last call. Returns entries per second. */
  insert(): number
}

/** Starts a server, and opens a separate SQLite file for the same rows. */
async function openSide(program: Program, load: LoadGenerator): Promise<Side> {
  mkdirSync(program.folder)
  const server = await startSentinelMesh(program)
  const plain = plainSqlite(join(program.folder, 'plain.db'))
  const key = makeKey(program)
  return {
    async ingest(ms, entries = BENCH.batchEntries) {
      const authorization = `Bearer ${await key}`
      await server.metrics()
      const { requests, seconds } = await load.run({
        port: server.port,
        authorization,
        work: { type: 'batches', entries },
        connections: BENCH.batchConnections,
        until: { ms },
      })
      const { loopDelayMs } = await server.metrics()
      return { rate: (requests * entries) / seconds, loopMs: loopDelayMs }
    },
    insert() {
      const { entries, seconds } = plain.copyFrom(join(program.folder, DATABASE))
      return entries / seconds
    },
    async [Symbol.asyncDispose]() {
      plain[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
