import type { Erasure } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { erasureStore, type Database, type Erasure as StoredErasure } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

export async function toWire({ read }: Pick<Database, 'read'>, erasure: StoredErasure): Promise<Erasure> {
  const { id, scope, session, to, removed, requestedAt, requestedBy, finishedAt } = erasure
  return {
    id,
    scope,
    session,
    to_seq: to,
    removed,
    left: finishedAt === null ? await erasureStore(read).countLeft(erasure, LIMITS.erasureCounted) : 0,
    state: finishedAt === null ? 'running' : 'finished',
    requested_at: toIso(requestedAt),
    requested_by: requestedBy,
    finished_at: finishedAt === null ? null : toIso(finishedAt),
  }
}
