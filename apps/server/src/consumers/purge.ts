import type { OrgId } from '@sentinelmesh/api'
import {
  orgStore,
  refreshTokenStore,
  retentionStore,
  ruleVersionStore,
  signInStore,
  type Database,
} from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import { daysBefore, inForce } from '../services/retention/in-force.ts'

/** Removed before followers are told and a stop is heard; the store itself works in slices of some ten milliseconds. */
const STEP_ENTRIES = 2_000
const EVERY_MS = 60_000

export interface PurgeDeps {
  readonly database: Database
  readonly clock: Clock
  /** Where an org decided nothing. */
  readonly retentionDays: number
  /** Rules whose versions stay although no org has them among its own. */
  readonly builtinRules: readonly string[]
  readonly onPurged: (org: OrgId) => void
  readonly onFault: (fault: unknown) => void
}

/** Removes what is older, or more, than each org keeps, once a minute, until stopped. Retention counts when an entry arrived. */
export function startPurge(deps: PurgeDeps): { stop(): Promise<void> } {
  const { database, clock, onFault } = deps
  const stop = new AbortController()
  const { signal } = stop
  let running = Promise.resolve()
  const run = async () => {
    let removed = 0
    for (const { id } of await orgStore(database.read).list()) {
      if (signal.aborted) return
      removed += await purgeOrg(deps, id, signal)
    }
    if (removed > 0) await database.space.giveBack(signal)
    if (signal.aborted) return
    const now = clock.now() * 1000
    await database.transaction(async (tx) => {
      await signInStore(tx).removeExpired(now)
      await refreshTokenStore(tx).removeExpired(now)
    })
  }
  const timer = setInterval(() => {
    running = running.then(run).catch((error: unknown) => {
      if (!signal.aborted) onFault(error)
    })
  }, EVERY_MS)
  timer.unref()
  return {
    async stop() {
      stop.abort()
      clearInterval(timer)
      await running
    },
  }
}

/** Returns how many entries it removed. */
export async function purgeOrg(
  { database, clock, retentionDays, builtinRules, onPurged }: Omit<PurgeDeps, 'onFault'>,
  org: OrgId,
  signal: AbortSignal,
): Promise<number> {
  const { logs } = database
  const { days, maxBytes, rollupsDays } = inForce(await retentionStore(database.read).get(org), retentionDays)
  let total = 0
  const removeAll = async (step: () => Promise<number>) => {
    for (let removed = STEP_ENTRIES; removed === STEP_ENTRIES && !signal.aborted;) {
      removed = await step()
      total += removed
      if (removed > 0) onPurged(org)
    }
  }
  await removeAll(() => logs.purge(org, daysBefore(clock.now(), days), STEP_ENTRIES))
  if (maxBytes !== null) await removeAll(() => logs.purgeToSize(org, maxBytes, STEP_ENTRIES))
  if (signal.aborted) return total
  await logs.purgeRollups(org, daysBefore(clock.now(), rollupsDays))
  if (total > 0) {
    await database.textIndex.dropExpired(org)
    await database.transaction((tx) => ruleVersionStore(tx).forgetUnused(org, builtinRules))
  }
  return total
}
