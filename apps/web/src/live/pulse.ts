import { useSyncExternalStore } from 'react'
import type { Row } from '@sentinelmesh/api'
import { BANDS } from '@sentinelmesh/api/constants'
import { beginAt, REWOUND, step, type Continuity } from './continuity.ts'
import type { Connection } from './connection.ts'
import { addSample, rateAt, type Sample } from './rate.ts'
import type { LiveSocket } from './socket.ts'

/**
 * Statistics of the log for the whole page: its ingest rate, whether there are new entries, and each critical entry.
 * Follows a tail that is filtered to critical entries; the progress of that tail counts all others.
 */
export interface PulseState {
  readonly connection: Connection
  /** Entries per second over the last 5 s; null until the first batch. */
  readonly perSecond: number | null
  /** When the last non-empty batch arrived. */
  readonly lastNews: number | null
  /** Counts since the page was opened. */
  readonly entries: number
  readonly criticals: number
  readonly joined: boolean
}

export interface Pulse {
  state(): PulseState
  watch(listener: () => void): () => void
  onCritical(listener: (row: Row) => void): () => void
  close(): void
}

export function createPulse(socket: LiveSocket): Pulse {
  const watchers = new Set<() => void>()
  const criticalWatchers = new Set<(row: Row) => void>()
  let samples: readonly Sample[] = []
  let continuity: Continuity = beginAt(undefined)
  let measured = false
  let joined = true
  let lastNews: number | null = null
  let entries = 0
  const seen = new Set<string>()
  let state = compose()

  function compose(): PulseState {
    const perSecond = measured ? rateAt(samples, Date.now()).scanned : null
    return { connection: socket.connection(), perSecond, lastNews, entries, criticals: seen.size, joined }
  }
  function emit(): void {
    state = compose()
    for (const watcher of watchers) watcher()
  }

  const followed = socket.follow({
    q: `risk:>=${BANDS.critical.from}`,
    after: () => continuity.proven,
    onItem(item) {
      if (item.type === 'entry' && !seen.has(item.entry.id)) {
        seen.add(item.entry.id)
        for (const listener of criticalWatchers) listener(item.entry)
      }
      if (item.type === 'gap' && item.reason === REWOUND) continuity = beginAt(undefined)
      if (item.type !== 'progress') return
      const result = step(continuity, item)
      continuity = result.next
      joined = result.joined
      if (!result.joined && result.again) return followed.resubscribe()
      measured = true
      if (item.scanned > 0) {
        lastNews = Date.now()
        samples = addSample(samples, { at: lastNews, scanned: item.scanned, matched: item.matched })
        entries += item.scanned
      }
    },
  })
  const unwatch = socket.watch(emit)
  const second = window.setInterval(emit, 1_000)

  return {
    state: () => state,
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    onCritical(listener) {
      criticalWatchers.add(listener)
      return () => criticalWatchers.delete(listener)
    },
    close() {
      followed.stop()
      unwatch()
      window.clearInterval(second)
    },
  }
}

export function usePulse(pulse: Pulse): PulseState {
  return useSyncExternalStore(pulse.watch, pulse.state)
}
