import type { OrgId } from '@sentinelmesh/api'
import { type Database, verdictPauseStore } from '@sentinelmesh/db'
import type { Clock } from '../../clock.ts'

/** Caches the orgs' pauses, so that a request for a verdict does not wait for the disk. */
export interface VerdictPauses {
  of(org: OrgId): Promise<OrgPauses>
  /** Call this when a change is committed. */
  changed(org: OrgId): void
}

export interface OrgPauses {
  /** Returns whether enforcement is paused for one of these agents. */
  includes(names: readonly (string | null)[]): boolean
}

export function verdictPauses({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): VerdictPauses {
  const known = new Map<OrgId, Promise<OrgPauses>>()
  return {
    of(org) {
      const before = known.get(org)
      if (before !== undefined) return before
      const read = verdictPauseStore(database.read)
        .list(org, clock.now() * 1000)
        .then((pauses): OrgPauses => {
          const until = new Map(pauses.map((pause) => [pause.sender, pause.until / 1000]))
          return { includes: (names) => names.some((name) => (until.get(name ?? '') ?? 0) > clock.now()) }
        })
      known.set(org, read)
      read.catch(() => {
        if (known.get(org) === read) known.delete(org)
      })
      return read
    },
    changed: (org) => void known.delete(org),
  }
}
