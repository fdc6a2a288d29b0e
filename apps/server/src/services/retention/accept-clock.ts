import type { Services } from '@sentinelmesh/api'
import { authoriseSystem } from '@sentinelmesh/api/constants'
import { auditStore } from '@sentinelmesh/db'
import { toIso } from '../../ingest/timestamp.ts'
import type { Verb } from '../verb.ts'

/** Retention counts from the system clock again; what is too old by it goes within the next minutes. */
export const acceptClock: Verb<Services['settings']['acceptClock']> = async (
  { database, clock, retention },
  principal,
) => {
  authoriseSystem(principal, 'settings.clock')
  const moved = await retention.time.accept()
  const [from, to] = [toIso(moved.from * 1000), toIso(moved.to * 1000)]
  await database.transaction((tx) =>
    auditStore(tx).append(null, {
      at: clock.now() * 1000,
      principal: 'system:cli',
      action: 'retention.accept_clock',
      details: { from, to },
    }),
  )
  return { from, to }
}
