import type { OrgId } from '@sentinelmesh/api'

/** A concurrency limit per organization, for one sort of work. */
export interface OrgSlots {
  /** Holds a slot until it is disposed of. Undefined if the organization has none free. */
  take(org: OrgId): Disposable | undefined
}

export function orgSlots(most: number): OrgSlots {
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
