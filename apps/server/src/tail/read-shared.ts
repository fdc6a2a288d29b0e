import type { OrgId, Seq } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { LogSlice, LogStore } from '@sentinelmesh/db'

/** Slices kept per org: followers of one org are mostly within a slice or two of each other. */
const KEPT_SLICES = 8

export interface SharedReads {
  read(org: OrgId, after: Seq): Promise<LogSlice>
  /** To be called before an announcement is passed on. */
  forget(org: OrgId): void
}

/**
 * One unfiltered read an org and advance, however many followers ask. An announcement forgets what was read before
 * it, also what is still under way: a read begun before a commit may lack it.
 */
export function sharedReads(logs: LogStore): SharedReads {
  const slices = new Map<OrgId, Map<Seq, Promise<LogSlice>>>()
  return {
    read(org, after) {
      const ofOrg = slices.get(org) ?? new Map<Seq, Promise<LogSlice>>()
      slices.set(org, ofOrg)
      const known = ofOrg.get(after)
      if (known !== undefined) return known
      const slice = logs.read(org, after, { entries: LIMITS.sliceEntries, bytes: LIMITS.sliceBytes })
      ofOrg.set(after, slice)
      // A slice that ends at the head is good for those who wait for it now: kept longer, it would make a lost
      // announcement matter. One that does not end there never changes.
      const drop = () => {
        if (ofOrg.get(after) === slice) ofOrg.delete(after)
      }
      slice.then(({ more }) => more || drop(), drop)
      const oldest = ofOrg.keys().next()
      if (ofOrg.size > KEPT_SLICES && !oldest.done) ofOrg.delete(oldest.value)
      return slice
    },
    forget: (org) => slices.delete(org),
  }
}
