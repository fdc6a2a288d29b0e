import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'

/** Retention trusts the system clock again. Entries that are too old by it are deleted within minutes. */
export const acceptClock: Verb<'settings.retention.acceptClock', 'retention'> = async (deps, call) => {
  const moved = await deps.retention.time.accept()
  const details = { from: toIso(moved.from * 1000), to: toIso(moved.to * 1000) }
  return write(deps, { ...call, org: null }, async () => ({
    result: details,
    audit: { action: 'retention.accept_clock', details },
  }))
}
