import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import { runConsumer, type RunDeps, type RunningConsumer } from './run.ts'

/** Pause between batches while entries wait to be written. Both use the same disk, and ingestion has priority. */
const REST_MS = 100

export interface IndexerDeps extends Pick<RunDeps, 'bus' | 'clock' | 'jobs'> {
  readonly database: Database
}

/**
 * Updates the full-text index from the logs of all organizations. The index is a separate file and saves its cursor
 * together with its content, so this consumer has no transaction of the log's database.
 */
export function startIndexer({ database, bus, clock, jobs }: IndexerDeps): RunningConsumer {
  const { textIndex } = database
  return runConsumer(
    {
      job: 'text_index',
      async step(org) {
        const { more } = await textIndex.advance(org)
        return { more, lag: more ? (await textIndex.progress(org)).behind : 0 }
      },
    },
    {
      bus,
      clock,
      jobs,
      async yieldTo(signal) {
        if (database.health().queuedEntries > 0) await clock.sleep(REST_MS, signal)
      },
      async heads() {
        const rows = await database.read.selectFrom('org_heads').select(['org', 'head_seq', 'entries']).execute()
        return rows.map((row) => ({ org: row.org as OrgId, version: `${row.head_seq} ${row.entries}` }))
      },
    },
  )
}
