import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'

/** Retention counts from the system clock again; what is too old by it goes within the next minutes. */
export const acceptClock: Verb<'settings.retention.acceptClock', 'retention'> = async (deps, call) => {
  const moved = await deps.retention.time.accept()
  const details = { from: toIso(moved.from * 1000), to: toIso(moved.to * 1000) }
  return write(deps, { ...call, org: null }, async () => ({
    result: details,
    audit: { action: 'retention.accept_clock', details },
  }))
}
