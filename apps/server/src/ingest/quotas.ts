import type { OrgId, Principal } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { ingestQuotaStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { Reporter } from './reporter.ts'
import { tokenBuckets, type Rate } from './token-buckets.ts'

/** The limit that was exceeded: the key's rate, or the organization's quota. */
export type ThrottledBy = 'key' | 'org'

export interface Throttled {
  /** Entries that were refused since the server started. One that is sent again counts again. */
  readonly entries: number
  /** Milliseconds since 1970. */
  readonly lastMs: number
}

/**
 * How many entries keys and organizations may report per second. Verdicts and hooks are exempt: an agent must not be able
 * to switch off its own guard by using up its rate. So are imports and what the program itself reports.
 */
export interface Quotas {
  /**
   * Takes so many entries from the rates of the key and of its org. Resolves with what gives them back. Throws
   * `rate_limited` while either is used up; then nothing is taken.
   */
  admit(reporter: Reporter, org: OrgId, entries: number): Promise<() => void>
  /** Entries per second that the org may report; null: any number. */
  ofOrg(org: OrgId): Promise<number | null>
  changed(org: OrgId, entriesPerSecond: number | null): void
  /** The buckets of the org and of its keys, by id. */
  throttled(org: OrgId): { readonly org: Throttled | null; readonly keys: ReadonlyMap<string, Throttled> }
}

const NOTHING_TAKEN = () => {}

interface Held {
  readonly by: ThrottledBy
  /** Names the bucket. */
  readonly name: string
  readonly rate: Rate
}

export function quotas({
  database,
  clock,
  onThrottled,
}: {
  readonly database: Pick<Database, 'read'>
  readonly clock: Clock
  readonly onThrottled: (by: ThrottledBy, entries: number) => void
}): Quotas {
  const buckets = tokenBuckets(clock, LIMITS.rateBuckets)
  const known = new Map<OrgId, Promise<number | null>>()
  const refusals = new Map<OrgId, Map<string, Throttled>>()

  function ofOrg(org: OrgId): Promise<number | null> {
    const before = known.get(org)
    if (before !== undefined) return before
    const read = ingestQuotaStore(database.read).get(org)
    known.set(org, read)
    read.catch(() => {
      if (known.get(org) === read) known.delete(org)
    })
    return read
  }

  async function held(principal: Principal | null, org: OrgId): Promise<readonly Held[]> {
    const all: Held[] = []
    if (principal?.type === 'key' && principal.entriesPerSecond !== null)
      all.push({ by: 'key', name: principal.keyId, rate: rateOf(principal.entriesPerSecond) })
    const quota = await ofOrg(org)
    if (quota !== null) all.push({ by: 'org', name: `org ${org}`, rate: rateOf(quota) })
    return all
  }

  function refused(org: OrgId, { by, name }: Held, entries: number): void {
    onThrottled(by, entries)
    const ofThis = refusals.get(org) ?? new Map<string, Throttled>()
    const before = ofThis.get(name)?.entries ?? 0
    ofThis.delete(name)
    ofThis.set(name, { entries: before + entries, lastMs: clock.now() })
    forgetOldest(ofThis)
    refusals.delete(org)
    refusals.set(org, ofThis)
    forgetOldest(refusals)
  }

  return {
    async admit({ principal, action, isAdmitted }, org, entries) {
      if (action !== 'logs.report' || principal?.type === 'system') return NOTHING_TAKEN
      const all = await held(principal, org)
      for (const one of isAdmitted === true ? [] : all) {
        const waitMs = buckets.waitMs(one.name, one.rate)
        if (waitMs === 0) continue
        refused(org, one, entries)
        throw tooMany(one, waitMs)
      }
      for (const { name, rate } of all) buckets.take(name, rate, entries)
      return () => {
        for (const { name, rate } of all) buckets.giveBack(name, rate, entries)
      }
    },
    ofOrg,
    changed: (org, entriesPerSecond) => void known.set(org, Promise.resolve(entriesPerSecond)),
    throttled(org) {
      const keys = new Map(refusals.get(org))
      const own = keys.get(`org ${org}`) ?? null
      keys.delete(`org ${org}`)
      return { org: own, keys }
    },
  }
}

export function rateOf(perSecond: number): Rate {
  return { perSecond, burst: Math.max(1, perSecond * LIMITS.rateBurstSeconds) }
}

function tooMany({ by, rate: { perSecond, burst } }: Held, waitMs: number): DomainError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  const who = by === 'key' ? 'This API key' : 'This organization'
  const where = by === 'key' ? 'its rate' : 'its ingest quota'
  return new DomainError('rate_limited', {
    say: `${who} may report ${perSecond} ${perSecond === 1 ? 'entry' : 'entries'} per second, and ${burst} at once after a pause (${where}, see Settings → Limits). More have come. Nothing of this request was stored; send it again in ${seconds} s.`,
    limit: by === 'key' ? 'keyEntriesPerSecond' : 'orgEntriesPerSecond',
    allowed: perSecond,
    retryAfterSeconds: seconds,
  })
}

function forgetOldest(map: Map<unknown, unknown>): void {
  const [oldest] = map.keys()
  if (map.size > LIMITS.rateBuckets) map.delete(oldest)
}
