import { setTimeout as sleep } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import type { Bus } from '../bus.ts'

/** Nothing waits for the index: what is announced within a second is taken in together. */
const GATHER_MS = 1_000
/** What was forgotten or let go is not announced, and an announcement may be lost. */
const ALL_EVERY_MS = 30_000
const RETRY_MS = 5_000
/** Between two slices while entries wait to be written: the two share a disk, and taking in goes first. */
const REST_MS = 100

export interface IndexerDeps {
  readonly database: Database
  readonly bus: Bus
  /** Once for a failure that lasts. */
  readonly onFault: (fault: unknown) => void
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
export function startIndexer({ database, bus, onFault }: IndexerDeps): Indexer {
  const stop = new AbortController()
  const { signal } = stop
  const behind = new Map<OrgId, number>()
  let failing = false

  const rest = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)

  const allOrgs = async () => {
    const rows = await database.read.selectFrom('org_heads').select('org').execute()
    return rows.map(({ org }) => org as OrgId)
  }

  const index = async (orgs: readonly OrgId[]) => {
    for (let left = orgs; left.length > 0;) {
      const unfinished: OrgId[] = []
      for (const org of left) {
        if (signal.aborted) return
        if (database.health().queuedEntries > 0) await rest(REST_MS)
        const { more } = await database.textIndex.advance(org)
        if (more) unfinished.push(org)
        behind.set(org, more ? (await database.textIndex.progress(org)).behind : 0)
      }
      left = unfinished
    }
  }

  const run = async () => {
    using wake = bus.followAll()
    let announced: ReadonlySet<OrgId> = new Set()
    let lookedAtAll = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      const all = performance.now() - lookedAtAll >= ALL_EVERY_MS
      if (all) lookedAtAll = performance.now()
      try {
        await index(all ? await allOrgs() : [...announced])
        failing = false
      } catch (error) {
        if (signal.aborted) return
        if (!failing) onFault(error)
        failing = true
        lookedAtAll = Number.NEGATIVE_INFINITY
      }
      await rest(failing ? RETRY_MS : GATHER_MS)
      announced = await wake.wait(failing ? 0 : ALL_EVERY_MS, signal)
    }
  }

  const running = run()
  return {
    behind: () => [...behind.values()].reduce((sum, entries) => sum + entries, 0),
    async stop() {
      stop.abort()
      await running
    },
  }
}
