import type { OrgId } from '@sentinelmesh/api'
import {
  refreshTokenStore,
  retentionStore,
  ruleVersionStore,
  signInStore,
  type Database,
  type Standing,
} from '@sentinelmesh/db'
import type { Clock } from '../../clock.ts'
import { eachInTurn, type Jobs } from '../../jobs/jobs.ts'
import { daysBefore, inForce } from './in-force.ts'
import { LIMITS } from './limits.ts'
import type { RetentionTime, RetentionWait } from './retention-time.ts'

/**
 * Entries to remove before followers are notified and a stop is handled. The store itself works in slices of some ten
 * milliseconds.
 */
const STEP_ENTRIES = 2_000

export interface PurgeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly jobs: Jobs
  readonly time: RetentionTime
  /** The default for orgs without their own setting. */
  readonly retentionDays: number
  /** Built-in rules, whose versions are kept although no org owns them. */
  readonly builtinRules: readonly string[]
  readonly onPurged: (org: OrgId) => void
  /** Called when a clock jump begins to delay deletions, and with null when that ends. */
  readonly onWithheld: (wait: RetentionWait | null) => void
}

export interface Purge {
  /** Set while a clock jump delays deletions. */
  withheld(): RetentionWait | null
  stop(): Promise<void>
}

/**
 * Once a minute, removes the entries that exceed each org's maximum age or size. The age counts from an entry's
 * arrival.
 */
export function startPurge(deps: PurgeDeps): Purge {
  const { database, clock, jobs, time, retentionDays, onWithheld } = deps
  let withheld: RetentionWait | null = null

  const noteWithheld = (standing: readonly Standing[], now: number) => {
    const wait = time.waiting()
    const wall = clock.now() * 1000
    const keeps =
      wait !== null &&
      standing.some((one) => isDue(one, retentionDays, wall) && !isDue(one, retentionDays, Math.min(now, wall)))
    if (keeps !== (withheld !== null)) onWithheld(keeps ? wait : null)
    withheld = keeps ? wait : null
  }

  const retention = jobs.every('retention', LIMITS.retentionTickMs, async (signal) => {
    const now = await time.tick()
    const standing = await retentionStore(database.read).standing()
    noteWithheld(standing, now)
    let removed = 0
    const due = standing.filter((one) => isDue(one, retentionDays, now))
    try {
      await eachInTurn({ items: due, what: 'organizations', signal }, async ({ org }) => {
        removed += await purgeOrg(deps, org, now, signal)
      })
    } finally {
      if (removed > 0) await database.space.giveBack(signal)
    }
  })
  const signIns = jobs.every('sign_in_expiry', LIMITS.retentionTickMs, async () => {
    const now = clock.now() * 1000
    await database.transaction(async (tx) => {
      await signInStore(tx).removeExpired(now)
      await refreshTokenStore(tx).removeExpired(now)
    })
  })
  return {
    withheld: () => withheld,
    async stop() {
      await Promise.all([retention.stop(), signIns.stop()])
      // If this write is lost, retention only waits longer.
      await time.save().catch(() => undefined)
    },
  }
}

function isDue(
  { retention, bytes, oldestArrival, earliestAt, firstCount }: Standing,
  retentionDays: number,
  now: number,
): boolean {
  const { days, maxBytes, rollupsDays } = inForce(retention, retentionDays)
  const countsBefore = Math.min(daysBefore(now, rollupsDays), earliestAt ?? Number.POSITIVE_INFINITY)
  return (
    (oldestArrival !== null && oldestArrival < daysBefore(now, days)) ||
    (maxBytes !== null && bytes > maxBytes) ||
    // Counts are removed by whole days.
    (firstCount !== null && dayOf(firstCount) < dayOf(countsBefore))
  )
}

const dayOf = (at: number) => Math.floor(at / 86_400e6)

/** `now` is in microseconds. Returns the number of removed entries. */
export async function purgeOrg(
  {
    database,
    retentionDays,
    builtinRules,
    onPurged,
  }: Pick<PurgeDeps, 'database' | 'retentionDays' | 'builtinRules' | 'onPurged'>,
  org: OrgId,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const { removal } = database
  const { days, maxBytes, rollupsDays } = inForce(await retentionStore(database.read).get(org), retentionDays)
  let total = 0
  const removeAll = async (step: () => Promise<number>) => {
    for (let removed = STEP_ENTRIES; removed === STEP_ENTRIES && !signal.aborted;) {
      removed = await step()
      total += removed
      if (removed > 0) onPurged(org)
    }
  }
  await removeAll(() => removal.purge(org, daysBefore(now, days), STEP_ENTRIES))
  if (maxBytes !== null) await removeAll(() => removal.purgeToSize(org, maxBytes, STEP_ENTRIES))
  if (signal.aborted) return total
  await removal.purgeRollups(org, daysBefore(now, rollupsDays))
  if (total > 0) {
    await database.textIndex.dropExpired(org)
    await database.transaction((tx) => ruleVersionStore(tx).forgetUnused(org, builtinRules))
  }
  return total
}
