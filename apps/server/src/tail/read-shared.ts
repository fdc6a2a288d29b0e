import { setTimeout as pause } from 'node:timers/promises'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { LogItem, LogQuery, LogSlice, LogStore } from '@sentinelmesh/db'

/** Cached slices, for all orgs together: followers of one org are mostly within a slice or two of each other. */
const KEPT_SLICES = 32
/**
 * Minimum interval between reads at an org's head. Each read is a batch for every follower, with its own progress
 * message. With two hundred followers and some hundred commits per second, most messages would be progress. The first
 * read after an idle period does not wait.
 */
const ADVANCE_MS = 50

const SLICE = { entries: LIMITS.sliceEntries, bytes: LIMITS.sliceBytes }

export interface SharedReads {
  /** The entries after this position. `more`: there may be others after them. */
  read(org: OrgId, after: Seq): Promise<LogSlice>
  /** For followers with a large lag. Not shared, because each has its own filter. */
  readMatching(org: OrgId, after: Seq, query: LogQuery): Promise<LogSlice>
  /** Call this after entries are stored and before they are announced: a read in flight may lack them. */
  advanced(org: OrgId): void
  /** Call this after entries are removed, so that no cached slice shows them. */
  forget(org: OrgId): void
}

interface Reading {
  readonly slice: Promise<LogSlice>
  /** False while it waits to start: it will include entries that are stored until then. */
  begun: boolean
}

interface OrgReads {
  readonly under: Map<Seq, Reading>
  /** The head at the last read. Infinite before the first, so that no cursor counts as being at the head. */
  head: number
  /** Reads at the head wait for this. */
  rest: Promise<void> | undefined
}

interface Kept {
  readonly org: OrgId
  readonly after: Seq
  readonly slice: LogSlice
}

/** Followers of an org share one unfiltered read per advance. A cursor within a recent slice gets the rest of it. */
export function sharedReads(logs: LogStore): SharedReads {
  const orgs = new Map<OrgId, OrgReads>()
  let kept: readonly Kept[] = []

  function begin(org: OrgId, own: OrgReads, after: Seq): Promise<LogSlice> {
    const read = async (): Promise<LogSlice> => {
      if (after >= own.head && own.rest !== undefined) await own.rest
      reading.begun = true
      if (after >= own.head) own.rest = pause(ADVANCE_MS, undefined, { ref: false })
      try {
        const slice = await logs.read(org, after, SLICE)
        own.head = slice.head
        if (slice.items.length > 0 && orgs.get(org) === own) kept = [...kept, { org, after, slice }].slice(-KEPT_SLICES)
        return slice
      } finally {
        if (own.under.get(after) === reading) own.under.delete(after)
      }
    }
    const reading: Reading = { begun: false, slice: Promise.resolve().then(read) }
    own.under.set(after, reading)
    return reading.slice
  }

  return {
    async read(org, after) {
      const own = orgs.get(org) ?? { under: new Map<Seq, Reading>(), head: Number.POSITIVE_INFINITY, rest: undefined }
      orgs.set(org, own)
      // A read in flight from a nearby cursor will cover this one; wait for it.
      const near = own.under.has(after) || after >= own.head ? undefined : nearestBelow(own.under, after)
      if (near !== undefined) await near.slice
      const found = kept.findLast((one) => one.org === org && one.after <= after && after < one.slice.cursor)
      if (found !== undefined) return restOf(found, after)
      return own.under.get(after)?.slice ?? begin(org, own, after)
    },
    readMatching: (org, after, query) => logs.readMatching(org, after, query, SLICE),
    advanced(org) {
      const under = orgs.get(org)?.under
      for (const [after, { begun }] of under ?? []) if (begun) under?.delete(after)
    },
    forget(org) {
      orgs.delete(org)
      kept = kept.filter((one) => one.org !== org)
    },
  }
}

function nearestBelow(under: OrgReads['under'], after: Seq): Reading | undefined {
  for (const [from, reading] of under) if (from < after && after < from + LIMITS.sliceEntries) return reading
  return undefined
}

/** `more` is true because a cached slice may be older than the head, and an announcement may have been lost. */
function restOf({ slice }: Kept, after: Seq): LogSlice {
  const items = slice.items.flatMap((item): LogItem[] => {
    if (item.type === 'entry') return item.seq > after ? [item] : []
    if (item.to <= after) return []
    return item.from > after ? [item] : [{ ...item, from: (after + 1) as Seq }]
  })
  return { ...slice, items, more: true }
}
