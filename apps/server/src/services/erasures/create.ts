import { createHmac } from 'node:crypto'
import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { auditStore, erasureStore } from '@sentinelmesh/db'
import { nameOf } from '../api-keys/create.ts'
import type { Verb } from '../verb.ts'
import { toWire } from './to-wire.ts'

/** Up to what is stored now. Throws `conflict` while too many wait. */
export const create: Verb<Services['erasures']['create']> = async (deps, principal, { session = null }, caller) => {
  const org = authorise(principal, session === null ? 'erasures.all' : 'erasures.session')
  const target = targetOf(await deps.ingest.hmacKey(org), session)
  const { seq: to } = await deps.database.logs.head(org)
  const at = deps.clock.now() * 1000
  const by = nameOf(principal)
  const erasure = await deps.database.transaction(async (tx) => {
    const store = erasureStore(tx)
    if ((await store.countPending(org)) >= LIMITS.erasuresWaiting) throw tooMany()
    const created = await store.create(org, { session, to, at, by })
    const { remoteAddress } = caller
    const details = { erasure: created.id, to_seq: to }
    await auditStore(tx).append(org, { at, principal: by, action: 'erasures.create', target, remoteAddress, details })
    return created
  })
  deps.erasing.wake()
  return toWire(deps.database, erasure)
}

/** How the audit, which is never changed, names what was erased: a session's id may name a person. */
export function targetOf(hmacKey: Uint8Array, session: string | null): string {
  return session === null
    ? 'all'
    : `session:${createHmac('sha256', hmacKey).update(`session ${session}`).digest('hex')}`
}

function tooMany(): DomainError {
  return new DomainError('conflict', {
    say: `${LIMITS.erasuresWaiting} erasures of this organization wait already (limit erasuresWaiting). Ask again when some are finished.`,
    limit: 'erasuresWaiting',
    allowed: LIMITS.erasuresWaiting,
  })
}
