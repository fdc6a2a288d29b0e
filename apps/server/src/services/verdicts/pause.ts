import type { VerdictPause as Wire } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { type VerdictPause, verdictPauseStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'

export const pauses: Verb<'verdicts.pauses'> = async ({ database, clock }, { org }) => {
  const items = await verdictPauseStore(database.read).list(org, clock.now() * 1000)
  return { items: items.map(toWire) }
}

/** Takes effect with the next verdict. */
export const pause: Verb<'verdicts.pause', 'verdicts'> = async (deps, call, { sender }) => {
  const paused = await write(deps, call, async (tx, { at, by }) => {
    const result = { sender, until: at + LIMITS.pauseMs * 1000, pausedAt: at, pausedBy: by }
    await verdictPauseStore(tx).set(call.org, result)
    return { result, audit: { action: 'verdicts.pause', target: sender, details: { until: toIso(result.until) } } }
  })
  deps.verdicts.pauses.changed(call.org)
  return toWire(paused)
}

/** Throws `not_found` if the agent has no pause. */
export const resume: Verb<'verdicts.resume', 'verdicts'> = async (deps, call, { sender }) => {
  await write(deps, call, async (tx) => {
    if (!(await verdictPauseStore(tx).remove(call.org, sender)))
      throw new DomainError('not_found', { say: `Enforcement is not paused for ${JSON.stringify(sender)}.` })
    return { result: undefined, audit: { action: 'verdicts.resume', target: sender } }
  })
  deps.verdicts.pauses.changed(call.org)
  return { sender }
}

function toWire({ sender, until, pausedAt, pausedBy }: VerdictPause): Wire {
  return { sender, until: toIso(until), paused_at: toIso(pausedAt), paused_by: pausedBy }
}
