/** Fills a data folder in a separate process. The argument is a file that contains the work as JSON. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../apps/server/src/clock.ts'
import { readConfig } from '../apps/server/src/config.ts'
import { openDataFolder } from '../apps/server/src/data-folder.ts'
import { liveTraffic } from '../apps/server/src/demo/traffic.ts'
import { accept, type IngestDeps } from '../apps/server/src/ingest/accept.ts'
import { start } from '../apps/server/src/start.ts'
import type { Filled, FillWork } from './fill.ts'
import { FILL } from './limits.ts'

/** Yields the requested number of entries from the simulated agents, with timestamps spread evenly over the span. */
function* spreadEntries({ entries, untilMs }: FillWork): Generator<{ readonly atMs: number; readonly value: object }> {
  const beginMs = untilMs - FILL.spanMs
  let sent = 0
  for (const { entry } of liveTraffic({ seed: 'bench', from: beginMs })) {
    if (sent === entries) return
    const atMs = Math.floor(beginMs + (sent * FILL.spanMs) / entries)
    yield { atMs, value: { ...entry, timestamp: new Date(atMs).toISOString() } }
    sent++
  }
}

/**
 * Sends the entries through the normal ingestion pipeline. The clock follows the entries' timestamps, so that the
 * server ingests each entry at the time when it occurred.
 */
async function fill(work: FillWork): Promise<Filled> {
  let nowMs = work.untilMs - FILL.spanMs
  const workers = {
    writer: new URL(work.workers.writer),
    reader: new URL(work.workers.reader),
    text: new URL(work.workers.text),
    judge: new URL(work.workers.judge),
    rules: new URL(work.workers.rules),
  }
  const running = await start({
    config: readConfig({ SENTINELMESH_DATA_DIR: work.folder, SENTINELMESH_LOG_LEVEL: 'error' }),
    folder: openDataFolder(work.folder),
    listen: 'socket',
    workers,
    webFolder: work.folder,
    clock: { ...systemClock, now: () => nowMs, monotonic: () => nowMs },
    logStream: process.stderr,
  })
  try {
    const { database, ingest, orgBySlug } = running.deps
    const org = await orgBySlug(work.org)
    if (org === undefined)
      throw new Error(`Organization ${work.org} does not exist. Create it before you fill the folder.`)
    const began = performance.now()
    const inFlight = new Set<Promise<unknown>>()
    let batch: object[] = []
    const send = async () => {
      const sending = ingestBatch(ingest, org, batch).finally(() => inFlight.delete(sending))
      inFlight.add(sending)
      batch = []
      if (inFlight.size >= FILL.underWay) await Promise.race(inFlight)
    }
    for (const { atMs, value } of spreadEntries(work)) {
      batch.push(value)
      nowMs = atMs
      if (batch.length === FILL.batchEntries) await send()
    }
    if (batch.length > 0) await send()
    await Promise.all(inFlight)
    const filled = performance.now()

    const id = org.id as Parameters<typeof database.textIndex.advance>[0]
    while ((await database.textIndex.advance(id)).more || (await database.textIndex.progress(id)).behind > 0)
      await sleep(0)
    return { org: id, fillMs: filled - began, indexMs: performance.now() - filled }
  } finally {
    await running.close()
  }
}

async function ingestBatch(
  ingest: IngestDeps,
  org: { readonly id: number; readonly uid: string; readonly name: string; readonly slug: string },
  entries: readonly object[],
): Promise<void> {
  const principal = { type: 'system', name: 'demo', org } as const
  const outcomes = await accept(
    ingest,
    { principal, action: 'logs.import', surface: 'demo', remoteAddress: null },
    entries.map((value) => ({ value, text: null })),
    { lenient: false },
  )
  const refused = outcomes.find((outcome) => 'refused' in outcome)
  if (refused !== undefined && 'refused' in refused) throw refused.refused
}

const [file = ''] = process.argv.slice(2)
process.send?.(await fill(JSON.parse(readFileSync(file, 'utf8')) as FillWork))
process.disconnect?.()
