import type { OrgId } from '@sentinelmesh/api'
import { orgStore, refreshTokenStore, signInStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'

const DAY_US = 24 * 3600 * 1e6
/** Removed at a time, so that the writer is never held for long. */
const SLICE_ENTRIES = 200
const EVERY_MS = 60_000

export interface PurgeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly retentionDays: number
  readonly onPurged: (org: OrgId) => void
  readonly onFault: (fault: unknown) => void
}

/** Removes what is older than the retention, once a minute, until stopped. Retention counts when an entry was received. */
export function startPurge({ database, clock, retentionDays, onPurged, onFault }: PurgeDeps): {
  stop(): Promise<void>
} {
  let stopped = false
  let running = Promise.resolve()
  const run = async () => {
    const now = clock.now() * 1000
    for (const { id } of await orgStore(database.read).list()) {
      let removed = 0
      do {
        removed = await database.logs.purge(id, now - retentionDays * DAY_US, SLICE_ENTRIES)
        if (removed > 0) onPurged(id)
      } while (removed === SLICE_ENTRIES && !stopped)
    }
    await database.transaction(async (tx) => {
      await signInStore(tx).removeExpired(now)
      await refreshTokenStore(tx).removeExpired(now)
    })
  }
  const timer = setInterval(() => {
    running = running.then(run).catch((error: unknown) => {
      if (!stopped) onFault(error)
    })
  }, EVERY_MS)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
