import type { Benchmark } from './benchmark.ts'
import { startFollowers } from './follower-process.ts'
import { BENCH, SOAK_BENCH as SOAK } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMiB, inMs, inRate, seriesOf } from './measure.ts'
import { createKey, makeKey, PROGRAM, startSentinelMesh, temporaryFolder, type SentinelMesh } from './sentinelmesh.ts'

const AIMS = { grown: 1.05 }
const FILTERS = ['', 'risk:>=60', 'kind:tool_call', 'payload:deploy', 'password OR token']

interface Sample {
  readonly residentBytes: number
  readonly indexBehind: number
  readonly tailsBehind: number
}

/**
 * Runs the server at half of its maximum rate for a long time, with followers. Checks that neither memory nor the
 * backlogs of the followers and the full-text index grow.
 */
export const soak: Benchmark = async ({ profileFolder, minutes, say }) => {
  await using folder = await temporaryFolder()
  const program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  const { port } = server
  const authorization = `Bearer ${await makeKey(program)}`
  const key = await createKey(program, 'read')
  using load = loadGenerator()
  const offer = (ms: number, rate?: number) =>
    load.run({
      port,
      authorization,
      work: { type: 'singles', payloadBytes: null },
      connections: BENCH.singleConnections,
      until: { ms },
      ...(rate === undefined ? {} : { rate }),
    })
  using followers = await startFollowers({
    port,
    followers: Array.from({ length: SOAK.followers }, (_, index) => ({
      key,
      q: FILTERS[index % FILTERS.length] ?? '',
      behaviour: 'reads' as const,
    })),
  })

  say('warming up')
  await offer(SOAK.warmUpMs)
  say('measuring the maximum rate')
  const maximal = await offer(SOAK.maximalMs)
  const rate = maximal.requests / maximal.seconds / 2
  say(`running for ${minutes ?? SOAK.minutes} minutes at ${inRate(rate, 'entries')}`)
  const samples: Sample[] = []
  const timer = setInterval(() => {
    void sample(server, key, followers.report).then((one) => samples.push(one))
  }, SOAK.sampleMs)
  const offered = await offer((minutes ?? SOAK.minutes) * 60_000, rate)
  clearInterval(timer)
  return rowsOf(samples, { rate, answered: offered.requests / offered.seconds, p99Ms: offered.p99Ms })
}

async function sample(
  server: SentinelMesh,
  key: string,
  report: () => Promise<{ readonly followed: readonly { readonly position: number }[] }>,
): Promise<Sample> {
  const { residentBytes, indexBehind } = await server.metrics()
  // Read the head first, so that entries stored while the followers report do not count as lag.
  const head = await server.head(key)
  const { followed } = await report()
  const tailsBehind = Math.max(0, ...followed.map(({ position }) => head - position))
  return { residentBytes, indexBehind, tailsBehind }
}

function rowsOf(samples: readonly Sample[], load: { rate: number; answered: number; p99Ms: number }) {
  const third = (which: number, figure: keyof Sample) => {
    const size = Math.floor(samples.length / 3)
    return seriesOf(samples.slice(which * size, (which + 1) * size).map((one) => one[figure])).median
  }
  const thirds = (figure: keyof Sample) => [0, 1, 2].map((which) => third(which, figure))
  const grown = third(2, 'residentBytes') / third(1, 'residentBytes')
  const benchmark = 'soak'
  const work = `${inRate(load.rate, 'entries')}, half of the maximal rate, ${SOAK.followers} followers`
  const lag = (name: string, figure: 'indexBehind' | 'tailsBehind') => ({
    benchmark,
    work: `the same: entries that ${name} is behind, by thirds of the time`,
    measured: thirds(figure)
      .map((behind) => behind.toLocaleString('en'))
      .join(', '),
    reference: '',
    result: '',
    aim: 'less than a second of entries at the end',
    holds: third(2, figure) < load.rate,
  })
  return [
    {
      benchmark,
      work: `${work}: RSS by thirds of the time`,
      measured: thirds('residentBytes').map(inMiB).join(', '),
      reference: 'the second third',
      result: `${grown.toFixed(2)}×`,
      aim: `≤ ${AIMS.grown}×`,
      holds: grown <= AIMS.grown,
    },
    lag('the full-text index', 'indexBehind'),
    lag('the last of the followers', 'tailsBehind'),
    {
      benchmark,
      work: 'the same: answered; time to the reply, p99',
      measured: `${inRate(load.answered, 'entries')}; ${inMs(load.p99Ms)}`,
      reference: '',
      result: '',
      aim: '',
      holds: null,
    },
  ]
}
