import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Benchmark, Row } from './benchmark.ts'
import { bundledChild } from './bundled-child.ts'
import { fillFolder, WORKERS } from './fill.ts'
import { SEARCH_BENCH } from './limits.ts'
import { inMiB, inMs, inRatio, interleaved, ratioOf, seriesOf, slopeOf } from './measure.ts'
import type { SearchWork } from './search/plain-sql.ts'
import type { SearchTimes } from './search/search-times.ts'
import { DATABASE, PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { ratio: 1.3, ms: 150 }
const HOUR_MS = 3600 * 1000

interface Size {
  readonly entries: number
  readonly filled: {
    readonly fillMs: number
    readonly indexMs: number
    readonly logBytes: number
    readonly textBytes: number
  }
  readonly searches: readonly SearchTimes[]
  /** Times to request the newest page, with its total, over HTTP. */
  readonly httpMs: readonly number[]
}

/** Compares searches through the store's port with plain SQL over the same file, at three sizes. */
export const search: Benchmark = async (options) => {
  const { full, say } = options
  const sizes: Size[] = []
  await using child = await bundledChild<SearchWork>('search-child.ts', { ...options, packagesOf: 'apps/server' })
  for (const entries of full ? SEARCH_BENCH.fullSizes : SEARCH_BENCH.sizes) {
    say(`filling a folder with ${entries.toLocaleString('en')} entries from seven days`)
    await using folder = await temporaryFolder()
    const file = join(folder.path, DATABASE)
    // End on a full hour, so that the histogram of the last hour has exactly sixty full minutes.
    const untilMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const filled = await fillFolder({ folder: folder.path, entries, untilMs })
    const [logBytes, textBytes] = await Promise.all([file, file.replace(/\.db$/, '-text.db')].map(bytesOf))
    say(`running ${SEARCH_BENCH.rounds} rounds of searches`)
    const searches = await child.run<readonly SearchTimes[]>({ file, org: filled.org, untilMs, workers: WORKERS })
    for (const { name, differs } of searches) if (differs !== null) say(`${name}: the results differ: ${differs}`)
    const httpMs = await overHttp(folder.path, filled.key)
    sizes.push({ entries, filled: { ...filled, logBytes: logBytes ?? 0, textBytes: textBytes ?? 0 }, searches, httpMs })
  }
  return rowsOf(sizes)
}

const inSeconds = (ms: number) => `${Math.round(ms / 1000)} s`
const bytesOf = async (file: string) => (await stat(file)).size

async function overHttp(folder: string, key: string): Promise<readonly number[]> {
  await using server = await startSentinelMesh({ file: PROGRAM, folder })
  const requestPage = async () => {
    const began = performance.now()
    const reply = await fetch(`http://127.0.0.1:${server.port}/api/v1/logs?limit=${SEARCH_BENCH.pageEntries}`, {
      headers: { 'x-api-key': key },
    })
    await reply.text()
    if (reply.status !== 200) throw new Error(`GET /api/v1/logs returned ${reply.status}; expected 200.`)
    return { ms: performance.now() - began }
  }
  await interleaved(SEARCH_BENCH.warmUps, [requestPage])
  const [times = []] = await interleaved<'ms'>(SEARCH_BENCH.rounds, [requestPage])
  return times.map(({ ms }) => ms)
}

function rowsOf(sizes: readonly Size[]): readonly Row[] {
  const benchmark = 'search'
  const largest = sizes.at(-1)
  if (largest === undefined) return []
  const { entries, filled, searches, httpMs } = largest
  const of = `${entries.toLocaleString('en')} entries`
  const slope = (cost: (size: Size) => number | undefined) =>
    slopeOf(
      sizes.flatMap((size) => {
        const ms = cost(size)
        return ms === undefined ? [] : [{ size: size.entries, cost: ms }]
      }),
    )
  return [
    {
      benchmark,
      work: `${of} judged, stored and indexed`,
      measured: `${inMiB(filled.logBytes)}, and ${inMiB(filled.textBytes)} of index; ${inSeconds(filled.fillMs)}, then ${inSeconds(filled.indexMs)} until all was indexed`,
      reference: '',
      result: '',
      aim: '',
      holds: null,
    },
    ...searches.map(({ name, found, ms, plainMs, differs }): Row => {
      const [ours, plain] = [seriesOf(ms), seriesOf(plainMs)]
      const ratio = ratioOf(ours, plain)
      const growth = slope(({ searches: all }) => {
        const same = all.find((one) => one.name === name)
        return same && seriesOf(same.ms).median
      })
      return {
        benchmark,
        work: `${of}: ${name} (${found.toLocaleString('en')} found)`,
        measured: `${inMs(ours.median)} (${inMs(ours.min)}–${inMs(ours.max)})`,
        reference: `plain SQL: ${inMs(plain.median)}`,
        result:
          differs === null
            ? `${inRatio(ratio)}${Number.isFinite(growth) ? `; slope ${growth.toFixed(2)}` : ''}`
            : 'the answers differ',
        aim: `≤ ${AIMS.ratio}; ≤ ${inMs(AIMS.ms)}`,
        holds: differs === null && ratio.ratio <= AIMS.ratio && ours.median <= AIMS.ms,
      }
    }),
    {
      benchmark,
      work: `${of}: newest page with its total, over HTTP`,
      measured: `${inMs(seriesOf(httpMs).median)} (${inMs(seriesOf(httpMs).min)}–${inMs(seriesOf(httpMs).max)})`,
      reference: '',
      result: `slope ${slope((size) => seriesOf(size.httpMs).median).toFixed(2)}`,
      aim: `≤ ${inMs(AIMS.ms)}`,
      holds: seriesOf(httpMs).median <= AIMS.ms,
    },
  ]
}
