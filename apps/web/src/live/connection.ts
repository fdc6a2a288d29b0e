/**
 * State of the socket that all tails of a page share, and the time of its next attempt. Pure: events carry the time.
 */
export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'open'; readonly since: number }
  /** `retryAt` is null while an attempt is under way. */
  | { readonly status: 'lost'; readonly since: number; readonly attempt: number; readonly retryAt: number | null }
  /** The page was left, or nobody is signed in. It does not reopen by itself. */
  | { readonly status: 'ended' }

export type ConnectionEvent = 'opened' | 'closed' | 'retrying' | 'ended' | 'restarted'

/** Delay before attempt 1, 2, 3, …: short while a restart is likely, longer to spare a server that stays down. */
export const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const
/** A restart takes less than this, so it changes only the status dot and shows no banner. */
export const BANNER_AFTER_MS = 2_000

export function backOff(attempt: number): number {
  return BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length) - 1] ?? BACK_OFF_MS[0]
}

export function connectionAfter(before: Connection, event: ConnectionEvent, now: number): Connection {
  if (event === 'ended') return { status: 'ended' }
  if (before.status === 'ended') return event === 'restarted' ? { status: 'connecting' } : before
  switch (event) {
    case 'restarted':
      return { status: 'connecting' }
    case 'opened':
      return { status: 'open', since: now }
    case 'closed': {
      const attempt = before.status === 'lost' ? before.attempt + 1 : 1
      const since = before.status === 'lost' ? before.since : now
      return { status: 'lost', since, attempt, retryAt: now + backOff(attempt) }
    }
    case 'retrying':
      return before.status === 'lost' ? { ...before, retryAt: null } : before
  }
}
