import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Clock } from '../../clock.ts'

/** After a session was last told for a trace. */
const KEPT_MS = 10 * 60_000
/** Of all orgs together. */
const TRACES = 20_000

/**
 * Which session a trace belongs to, for its spans that come in later requests and do not say so. What is forgotten after
 * `KEPT_MS`, or because there are more than `TRACES`, is its own session then.
 */
export interface TraceSessions {
  ofOrg(org: OrgId): {
    of(traceId: string): string | null
    told(traceId: string, session: string): void
  }
}

export function traceSessions(clock: Clock): TraceSessions {
  /** In the order in which they were told. */
  const sessions = new Map<string, { readonly session: string; readonly until: number }>()
  return {
    ofOrg: (org) => ({
      of(traceId) {
        const found = sessions.get(`${org} ${traceId}`)
        return found !== undefined && found.until > clock.now() ? found.session : null
      },
      told(traceId, session) {
        if (session.length > LIMITS.sessionChars) return
        const key = `${org} ${traceId}`
        sessions.delete(key)
        sessions.set(key, { session, until: clock.now() + KEPT_MS })
        if (sessions.size <= TRACES) return
        const [oldest = ''] = sessions.keys()
        sessions.delete(oldest)
      },
    }),
  }
}
