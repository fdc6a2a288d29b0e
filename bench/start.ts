import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { fillFolder } from './fill.ts'
import { BENCH } from './limits.ts'
import { inMiB, inMs, interleaved, seriesOf, slopeOf } from './measure.ts'
import { PROGRAM, startSentinelMesh, temporaryFolder } from './sentinelmesh.ts'

const AIMS = { readyMs: 1_500, residentBytes: 150 * 1024 * 1024 }
const ENTRIES = { usual: [1_000, 10_000, 100_000], full: [10_000, 100_000, 1_000_000] }

/**
 * Measures the time from process start to the first 200 response of `/readyz`, on an empty folder and on filled ones.
 * Also measures memory when idle.
 */
export const start: Benchmark = async ({ full, say }) => {
  await using root = await temporaryFolder()
  const folders: { entries: number; path: string }[] = []
  for (const entries of full ? ENTRIES.full : ENTRIES.usual) {
    say(`filling a folder with ${entries.toLocaleString('en')} entries`)
    const path = join(root.path, String(entries))
    mkdirSync(path)
    await fillFolder({ folder: path, entries, untilMs: Date.now() })
    folders.push({ entries, path })
  }

  say(`running ${BENCH.rounds} rounds of starts`)
  const [node = [], empty = [], ...others] = await interleaved<'ms' | 'bytes'>(BENCH.rounds, [
    async () => ({ ms: await nodeAloneMs(), bytes: 0 }),
    async () => {
      await using folder = await temporaryFolder()
      return await startOnce(folder.path)
    },
    ...folders.map(
      ({ path }) =>
        () =>
          startOnce(path),
    ),
  ])
  const benchmark = 'start'
  const nodeMs = seriesOf(node.map(({ ms }) => ms))
  const rows = [{ name: 'an empty folder', figures: empty }].concat(
    folders.map(({ entries }, index) => ({
      name: `a folder of ${entries.toLocaleString('en')} entries`,
      figures: others[index] ?? [],
    })),
  )
  const slope = slopeOf(
    folders.map(({ entries }, index) => ({
      size: entries,
      cost: seriesOf((others[index] ?? []).map(({ ms }) => ms)).median,
    })),
  )
  return [
    ...rows.map(({ name, figures }) => {
      const ready = seriesOf(figures.map(({ ms }) => ms))
      const resident = seriesOf(figures.map(({ bytes }) => bytes))
      return {
        benchmark,
        work: `ready on ${name}; idle RSS`,
        measured: `${inMs(ready.median)} (${inMs(ready.min)}–${inMs(ready.max)}); ${inMiB(resident.median)}`,
        reference: `\`node -e 0\`: ${inMs(nodeMs.median)}`,
        result: `${(ready.median / nodeMs.median).toFixed(1)}×`,
        aim: `≤ ${inMs(AIMS.readyMs)}; ≤ ${inMiB(AIMS.residentBytes)}`,
        holds: ready.median <= AIMS.readyMs && resident.median <= AIMS.residentBytes,
      }
    }),
    {
      benchmark,
      work: `time to ready over ${folders.map(({ entries }) => entries.toLocaleString('en')).join('; ')} entries`,
      measured: '',
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: '≤ 1',
      holds: slope <= 1,
    },
  ]
}

async function startOnce(folder: string): Promise<{ ms: number; bytes: number }> {
  await using server = await startSentinelMesh({ file: PROGRAM, folder })
  await sleep(BENCH.idleMs)
  const { residentBytes } = await server.metrics()
  return { ms: server.readyMs, bytes: residentBytes }
}

async function nodeAloneMs(): Promise<number> {
  const began = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - began
}
