import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { auditStore, chainStore, type Database } from '@sentinelmesh/db'
import { type ChainKey, toLine } from '../chain-key.ts'
import type { Clock } from '../clock.ts'
import type { Jobs } from '../jobs/jobs.ts'

export interface HeadsTarget {
  readonly name: 'file' | 'url'
  /** Delivers lines of NDJSON. Rejects if they did not arrive, and when the signal aborts. */
  deliver(lines: string, signal: AbortSignal): Promise<void>
}

export interface PublishDeps {
  readonly database: Database
  readonly clock: Clock
  readonly chainKey: ChainKey
  readonly targets: readonly HeadsTarget[]
  readonly everyMs: number
  /** Delay after a failure. It doubles after each further failure, up to `everyMs`. */
  readonly retryMs?: number
  readonly jobs: Jobs
  readonly onPublished: (target: HeadsTarget['name'], heads: number) => void
  readonly onFault: (target: HeadsTarget['name']) => void
}

const RETRY_MS = 30_000
const DELIVERY_MS = 10_000
/** The shutdown as a whole takes less than 10 s. */
const LAST_DELIVERY_MS = 3_000

/**
 * Publishes the changed signed heads at each interval and at shutdown. Delivery is at least once, because a repeated
 * head does no harm. After a start, all heads are published. A failing target does not block the others.
 */
export function startPublishing(deps: PublishDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loops = deps.targets.map((target) => publishTo(deps, target, stopping.signal))
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

async function publishTo(deps: PublishDeps, target: HeadsTarget, stopping: AbortSignal): Promise<void> {
  const { database, clock, chainKey, everyMs, retryMs = RETRY_MS, jobs, onPublished, onFault } = deps
  const sent = new Map<string, number>()
  const job = `heads_${target.name}` as const

  const publish = async (signal: AbortSignal, last = false): Promise<boolean> => {
    try {
      const audit = await auditStore(database.read).head()
      const heads = [...(audit === undefined ? [] : [audit]), ...(await chainStore(database.read).heads())]
      const changed = heads.filter(({ org, seq }) => sent.get(org) !== seq)
      if (changed.length === 0) {
        jobs.succeeded(job)
        return true
      }
      // The server is shutting down. The last round delivers these heads.
      signal.throwIfAborted()
      const at = new Date(clock.now())
      await target.deliver(changed.map((head) => toLine(chainKey.sign(head, at))).join(''), signal)
      for (const { org, seq } of changed) sent.set(org, seq)
      jobs.succeeded(job)
      onPublished(target.name, changed.length)
      return true
    } catch (error) {
      // The last round publishes heads whose delivery the shutdown interrupted.
      if (last || !stopping.aborted) {
        jobs.failed(job, error)
        onFault(target.name)
      }
      return false
    }
  }

  jobs.register(job, async () => {
    await publish(stopping)
  })
  let waitMs = retryMs
  while (!stopping.aborted) {
    const published = await publish(AbortSignal.any([stopping, AbortSignal.timeout(DELIVERY_MS)]))
    await clock.sleep(published ? everyMs : Math.min(waitMs, everyMs), stopping)
    waitMs = published ? retryMs : Math.min(waitMs * 2, everyMs)
  }
  await publish(AbortSignal.timeout(LAST_DELIVERY_MS), true)
}

/** Appends the lines and syncs the file to disk. */
export function headsFile(file: string): HeadsTarget {
  return {
    name: 'file',
    async deliver(lines) {
      await mkdir(dirname(file), { recursive: true })
      const handle = await open(file, 'a+', 0o600)
      try {
        const { size } = await handle.stat()
        const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
        // Ends a line that a crash cut off.
        await handle.appendFile(size === 0 || buffer.toString() === '\n' ? lines : `\n${lines}`)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

export function headsUrl(url: URL): HeadsTarget {
  return {
    name: 'url',
    async deliver(lines, signal) {
      const headers = { 'content-type': 'application/x-ndjson' }
      const reply = await fetch(url, { method: 'POST', headers, body: lines, redirect: 'error', signal })
      await reply.body?.cancel()
      if (!reply.ok) throw new Error(`The address of SENTINELMESH_HEADS_URL answered ${reply.status}.`)
    },
  }
}
