import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { erasureStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { toWire } from './to-wire.ts'

/** Newest first. */
export const list: Verb<'erasures.list'> = async ({ database }, { org }) => {
  const erasures = await erasureStore(database.read).list(org, LIMITS.erasuresListed)
  return Promise.all(erasures.map((erasure) => toWire(database, erasure)))
}

/** Throws `not_found`. */
export const get: Verb<'erasures.get'> = async ({ database }, { org }, { id }) => {
  const erasure = await erasureStore(database.read).get(org, id)
  if (erasure === undefined)
    throw new DomainError('not_found', { say: 'There is no such erasure in this organization.' })
  return toWire(database, erasure)
}
