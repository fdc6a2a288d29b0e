import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'

/** The time for which a trace's session is remembered after a record last named it. */
const TTL_MS = 10 * 60_000
/** Per org, so that an org with very many traces does not evict those of others. */
const TRACES = 10_000

interface SessionsOfOrg {
  get(traceId: string): string | null
  remember(traceId: string, session: string): void
}

/**
 * Remembers the session of each trace, for later requests whose spans do not name it. A trace that was forgotten, after
 * `TTL_MS` or because there are more than `TRACES`, becomes a session of its own.
 */
export interface TraceSessions {
  ofOrg(org: OrgId): SessionsOfOrg
}

export function traceSessions(clock: { readonly now: () => number }): TraceSessions {
  const orgs = new Map<OrgId, SessionsOfOrg>()
  return {
    ofOrg(org) {
      const known = orgs.get(org) ?? sessionsOfOrg(clock)
      orgs.set(org, known)
      return known
    },
  }
}

function sessionsOfOrg(clock: { readonly now: () => number }): SessionsOfOrg {
  /** Least recently named first. */
  const sessions = new Map<string, { readonly session: string; readonly until: number }>()
  return {
    get(traceId) {
      const found = sessions.get(traceId)
      return found !== undefined && found.until > clock.now() ? found.session : null
    },
    remember(traceId, session) {
      if (session.length > LIMITS.sessionChars) return
      const now = clock.now()
      sessions.delete(traceId)
      sessions.set(traceId, { session, until: now + TTL_MS })
      for (const [oldest, { until }] of sessions) {
        if (until > now && sessions.size <= TRACES) return
        sessions.delete(oldest)
      }
    },
  }
}
