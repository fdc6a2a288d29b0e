import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'

/** After a session was last told for a trace. */
const KEPT_MS = 10 * 60_000
/** Of each org, so that one that sends very many does not take those of others. */
const TRACES = 10_000

interface SessionsOfOrg {
  of(traceId: string): string | null
  told(traceId: string, session: string): void
}

/**
 * Which session a trace belongs to, for its spans that come in later requests and do not say so. What is forgotten after
 * `KEPT_MS`, or because there are more than `TRACES`, is its own session then.
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
  /** In the order in which they were told. */
  const sessions = new Map<string, { readonly session: string; readonly until: number }>()
  return {
    of(traceId) {
      const found = sessions.get(traceId)
      return found !== undefined && found.until > clock.now() ? found.session : null
    },
    told(traceId, session) {
      if (session.length > LIMITS.sessionChars) return
      const now = clock.now()
      sessions.delete(traceId)
      sessions.set(traceId, { session, until: now + KEPT_MS })
      for (const [oldest, { until }] of sessions) {
        if (until > now && sessions.size <= TRACES) return
        sessions.delete(oldest)
      }
    },
  }
}
