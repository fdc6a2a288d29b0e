import { setTimeout as sleep } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import type { Bus } from '../bus.ts'
import { SomeFailed, type Jobs } from '../jobs/jobs.ts'

/** Nothing waits for the index: what is announced within a second is taken in together. */
const GATHER_MS = 1_000
/** What was forgotten or let go is not announced, and an announcement may be lost. */
const ALL_EVERY_MS = 30_000
/** Most passes skip orgs whose log has not moved since the index caught up. One pass in this many checks them all. */
const UNMOVED_EVERY = 10
const RETRY_MS = 5_000
/** Between two slices while entries wait to be written: the two share a disk, and taking in goes first. */
const REST_MS = 100

export interface IndexerDeps {
  readonly database: Database
  readonly bus: Bus
  readonly jobs: Jobs
}

export interface Indexer {
  /** Entries that wait to be taken into the index of texts; searches read them meanwhile. */
  behind(): number
  stop(): Promise<void>
}

/**
 * Keeps the index of texts after the logs of all orgs: what was left at the last stop first, then what arrives. Orgs take
 * turns by slices, so that a flood in one does not keep the others waiting.
 */
export function startIndexer({ database, bus, jobs }: IndexerDeps): Indexer {
  const stop = new AbortController()
  const { signal } = stop
  const behind = new Map<OrgId, number>()

  const rest = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)

  let looks = 0
  /** Each org's position when the index last caught up. */
  const doneAt = new Map<OrgId, string>()
  const indexAll = async () => {
    const rows = await database.read.selectFrom('org_heads').select(['org', 'head_seq', 'entries']).execute()
    const all = looks++ % UNMOVED_EVERY === 0
    const stands = new Map(rows.map((row) => [row.org as OrgId, `${row.head_seq} ${row.entries}`]))
    const moved = [...stands].flatMap(([org, at]) => (all || doneAt.get(org) !== at ? [org] : []))
    for (const org of moved) doneAt.delete(org)
    await index(moved)
    if (!signal.aborted) for (const org of moved) doneAt.set(org, stands.get(org) ?? '')
  }

  /** An org that fails holds up no other; it is tried again with the next run. */
  const index = async (orgs: readonly OrgId[]) => {
    const failures: unknown[] = []
    for (let left = orgs; left.length > 0;) {
      const unfinished: OrgId[] = []
      for (const org of left) {
        if (signal.aborted) return
        if (database.health().queuedEntries > 0) await rest(REST_MS)
        try {
          const { more } = await database.textIndex.advance(org)
          if (more) unfinished.push(org)
          behind.set(org, more ? (await database.textIndex.progress(org)).behind : 0)
        } catch (error) {
          failures.push(error)
        }
      }
      left = unfinished
    }
    if (failures.length > 0) throw new SomeFailed(failures, orgs.length, 'organizations')
  }

  const run = async () => {
    using wake = bus.followAll()
    let announced: ReadonlySet<OrgId> = new Set()
    let lookedAtAll = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      const all = performance.now() - lookedAtAll >= ALL_EVERY_MS
      if (all) lookedAtAll = performance.now()
      const orgs = announced
      const done = await jobs.attempt('text_index', () => (all ? indexAll() : index([...orgs])), signal)
      if (signal.aborted) return
      const failing = !done
      if (failing) lookedAtAll = Number.NEGATIVE_INFINITY
      await rest(failing ? RETRY_MS : GATHER_MS)
      announced = await wake.wait(failing ? 0 : ALL_EVERY_MS, signal)
    }
  }

  jobs.register('text_index', async () => {
    await jobs.attempt('text_index', indexAll, signal)
  })
  const running = run()
  return {
    behind: () => [...behind.values()].reduce((sum, entries) => sum + entries, 0),
    async stop() {
      stop.abort()
      await running
    },
  }
}
