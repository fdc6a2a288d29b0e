import type { HeldCall as Wire, LogId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { type HeldCall, heldCallStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'

/** Takes effect with the next call. Throws `not_found` if the entry is no call that was held lately. */
export const allowOnce: Verb<'verdicts.allowOnce', 'ingest'> = async (deps, call, { log_id: logId }) => {
  const { org } = call
  const held = await deps.ingest.heldCalls.of(org)
  const allowed = await write(deps, call, async (tx, by) => {
    const store = heldCallStore(tx)
    const before = await store.get(org, logId as LogId)
    if (before === undefined || before.at / 1000 < deps.clock.now() - LIMITS.heldCallMs)
      throw new DomainError('not_found', {
        say: 'This entry is not a call that was blocked or asked about in the last 24 hours. Copy the log entry from the reason of the block.',
      })
    await store.allow(org, before.entry, by)
    const result: HeldCall = { ...before, allowedAt: by.at, allowedBy: by.by, usedAt: null, usedEntry: null }
    return { result, audit: { action: 'verdicts.allowOnce', target: before.entry } }
  })
  held.allowed(allowed)
  return toHeldCall(allowed)
}

export function toHeldCall({ verdict, allowedAt, allowedBy, usedEntry, resultEntry }: HeldCall): Wire {
  return {
    verdict,
    allowed_at: allowedAt === null ? null : toIso(allowedAt),
    allowed_by: allowedBy,
    allowed_until: allowedAt === null ? null : toIso(allowedAt + LIMITS.allowOnceMs * 1000),
    used_entry: usedEntry,
    result_entry: resultEntry,
  }
}
