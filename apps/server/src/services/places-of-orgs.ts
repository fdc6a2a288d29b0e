import type { OrgId } from '@sentinelmesh/api'

/** How much of one sort of work an org may have under way at once. */
export interface PlacesOfOrgs {
  /** Until it is disposed of; undefined where all places of the org are taken. */
  take(org: OrgId): Disposable | undefined
}

export function placesOfOrgs(most: number): PlacesOfOrgs {
  const taken = new Map<OrgId, number>()
  return {
    take(org) {
      const before = taken.get(org) ?? 0
      if (before >= most) return undefined
      taken.set(org, before + 1)
      return {
        [Symbol.dispose]() {
          const left = (taken.get(org) ?? 1) - 1
          if (left === 0) taken.delete(org)
          else taken.set(org, left)
        },
      }
    },
  }
}
