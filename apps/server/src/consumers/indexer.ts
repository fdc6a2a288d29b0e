import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import { runConsumer, type RunDeps, type RunningConsumer } from './run.ts'

/** Between two batches while entries wait to be written: the two share a disk, and taking in goes first. */
const REST_MS = 100

export interface IndexerDeps extends Pick<RunDeps, 'bus' | 'clock' | 'jobs'> {
  readonly database: Database
}

/**
 * Keeps the full-text index after the logs of all organizations. The index is a file of its own with its own cursor, which
 * it saves together with what it took in; so this is a consumer without a transaction of the log's database.
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
