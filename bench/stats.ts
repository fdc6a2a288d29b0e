import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark, Row } from './benchmark.ts'
import { fillFolder } from './fill.ts'
import { STATS_BENCH } from './limits.ts'
import { inMs, interleaved, seriesOf, slopeOf } from './measure.ts'
import { PROGRAM, type SentinelMesh, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIM = 1.5
const trpc = (name: string, input: object) => `/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`
/** Paths of the requests, by their name in the table. */
const PATHS = {
  'overview of 24 hours': trpc('stats.overview', { range: '24h' }),
  'overview of 7 days': trpc('stats.overview', { range: '7d' }),
  '`GET /stats`': '/stats',
  'list of rules': '/api/v1/rules',
} as const
type RequestName = keyof typeof PATHS
const NAMES = Object.keys(PATHS) as RequestName[]
type Figures = Readonly<Record<RequestName, number>>

interface Side extends AsyncDisposable {
  readonly entries: number
  measure(): Promise<Figures>
}

/** Measures requests for statistics on folders with an increasing number of entries from the same week. */
export const stats: Benchmark = async ({ full, profileFolder, say }) => {
  await using root = await temporaryFolder()
  const sides: Side[] = []
  try {
    for (const entries of full ? STATS_BENCH.sizes.full : STATS_BENCH.sizes.usual) {
      say(`filling a folder with ${inCount(entries)} entries`)
      const folder = join(root.path, String(entries))
      mkdirSync(folder)
      sides.push(await sideOf(folder, entries, profileFolder))
    }
    say(`running ${STATS_BENCH.rounds} rounds`)
    const measured = await interleaved<RequestName>(
      STATS_BENCH.rounds,
      sides.map((side) => () => side.measure()),
    )
    return NAMES.map((name) => rowOf(name, sides, measured))
  } finally {
    for (const side of sides) await side[Symbol.asyncDispose]()
  }
}

function rowOf(name: RequestName, sides: readonly Side[], measured: readonly (readonly Figures[])[]): Row {
  const series = sides.map((_, index) => seriesOf((measured[index] ?? []).map((figures) => figures[name])))
  const costs = sides.map(({ entries }, index) => ({ size: entries, cost: series[index]?.median ?? Number.NaN }))
  const ratio = (costs.at(-1)?.cost ?? Number.NaN) / (costs[0]?.cost ?? Number.NaN)
  return {
    benchmark: 'stats',
    work: `${name} over ${sides.map(({ entries }) => inCount(entries)).join('; ')} entries of one week`,
    measured: series.map(({ median, min, max }) => `${inMs(median)} (${inMs(min)}–${inMs(max)})`).join(', '),
    reference: 'the smallest',
    result: `${ratio.toFixed(2)}×; slope ${slopeOf(costs).toFixed(2)}`,
    aim: `≤ ${AIM}×`,
    holds: ratio <= AIM,
  }
}

async function sideOf(folder: string, entries: number, profileFolder: string | null): Promise<Side> {
  const { key } = await fillFolder({ folder, entries, untilMs: Date.now() })
  const server = await startSentinelMesh({ file: PROGRAM, folder, profileFolder })
  const measure = () => medians(server, `Bearer ${key}`)
  // Warm up the JIT compiler and the caches.
  await measure()
  return { entries, measure, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Sends the requests sequentially, to measure the latency for a single user. Returns the median per request. */
async function medians(server: SentinelMesh, authorization: string): Promise<Figures> {
  const found: Partial<Record<RequestName, number>> = {}
  for (const name of NAMES) {
    const times: number[] = []
    for (let n = 0; n < STATS_BENCH.requests; n++) {
      const began = performance.now()
      const reply = await fetch(`http://127.0.0.1:${server.port}${PATHS[name]}`, { headers: { authorization } })
      const body = await reply.text()
      times.push(performance.now() - began)
      if (!reply.ok) throw new Error(`GET ${PATHS[name]} returned ${reply.status}: ${body}`)
    }
    found[name] = seriesOf(times).median
  }
  return found as Figures
}

const inCount = (count: number) => count.toLocaleString('en')
