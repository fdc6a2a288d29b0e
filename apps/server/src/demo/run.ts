import { setTimeout as sleep } from 'node:timers/promises'
import type { PrincipalOrg } from '@sentinelmesh/api'
import { accept } from '../ingest/accept.ts'
import type { Deps } from '../services/verb.ts'
import { demoTraffic, liveTraffic, type DemoEntry } from './traffic.ts'

/** A fixed seed, so that the story is the same everywhere and a restart continues it. */
const SEED = 'sentinelmesh'
const CHUNK_ENTRIES = 250

/**
 * Sends the last day, newest hour first, and then live traffic until `signal` aborts. Entries that were sent before are
 * duplicates.
 */
export async function runDemo(deps: Deps<'ingest'>, org: PrincipalOrg, signal: AbortSignal): Promise<void> {
  const principal = { type: 'system', org, name: 'demo' } as const
  const tell = (entries: readonly DemoEntry[]) =>
    accept(
      deps.ingest,
      { principal, action: 'logs.import', surface: 'demo', remoteAddress: null },
      entries.map((value) => ({ value, text: null })),
      { lenient: false },
    )
  const startMs = deps.clock.now()
  const history = async () => {
    for (const hour of demoTraffic({ seed: SEED, until: startMs })) {
      for (let from = 0; from < hour.entries.length && !signal.aborted; from += CHUNK_ENTRIES) {
        await tell(hour.entries.slice(from, from + CHUNK_ENTRIES))
      }
    }
  }
  const live = async () => {
    for (const { entry, atMs } of liveTraffic({ seed: SEED, from: startMs })) {
      if (atMs > deps.clock.now()) await sleep(atMs - deps.clock.now(), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await tell([entry])
    }
  }
  await Promise.all([history(), live()])
}
