import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { erasureStore } from '@sentinelmesh/db'
import { targetOf } from '../../consumers/erasure/target.ts'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { toWire } from './to-wire.ts'

/**
 * Covers the entries stored so far. Only an owner can erase all entries. Throws `conflict` if too many erasures wait.
 */
export const create: Verb<'erasures.create', 'erasing' | 'ingest'> = async (deps, call, { session = null }) => {
  const { org } = call
  if (session === null) authorise(call.principal, 'erasures.all')
  const target = targetOf(await deps.ingest.hmacKey(org), session)
  const { seq: to } = await deps.database.logs.head(org)
  const erasure = await write(deps, call, async (tx, by) => {
    const store = erasureStore(tx)
    if ((await store.countPending(org)) >= LIMITS.erasuresWaiting) throw tooMany()
    const created = await store.create(org, { session, to, ...by })
    const details = { erasure: created.id, to_seq: to }
    return { result: created, audit: { action: 'erasures.create', target, details } }
  })
  deps.erasing.wake()
  return toWire(deps.database, erasure)
}

function tooMany(): DomainError {
  return new DomainError('conflict', {
    say: `${LIMITS.erasuresWaiting} erasures of this organization wait already (limit erasuresWaiting). Ask again when some are finished.`,
    limit: 'erasuresWaiting',
    allowed: LIMITS.erasuresWaiting,
  })
}
