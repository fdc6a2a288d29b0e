import { z } from 'zod'
import { Erasure, ErasureIn, RestErasureParams } from '../schemas.ts'
import type { Operations } from './operation.ts'

/** Permanent removal of entries. A request is stored and carried out in the background. */
export const erasures = {
  list: {
    kind: 'query',
    action: 'erasures.read',
    summary: 'What was asked to be erased, the newest first',
    output: z.array(Erasure),
    rest: { method: 'get', path: '/api/v1/erasures' },
  },
  create: {
    kind: 'mutation',
    // Erasing all entries also takes `erasures.all`, which the service checks.
    action: 'erasures.session',
    summary: 'Erase the entries of a session, or all, that are stored now',
    description:
      'Answered when the request is stored. It is worked off beside other work and goes on after a restart. All takes an owner.',
    input: ErasureIn,
    output: Erasure,
    rest: { method: 'post', path: '/api/v1/erasures' },
  },
  get: {
    kind: 'query',
    action: 'erasures.read',
    summary: 'How far an erasure is',
    input: z.object({ id: z.number().int() }),
    output: Erasure,
    rest: { method: 'get', path: '/api/v1/erasures/{id}', params: RestErasureParams },
  },
} as const satisfies Operations
