import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'
import type { Operation } from './operation.ts'

export const SETTING_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/settings/retention',
    summary: 'How long entries and roll-ups are kept, and what is stored now',
    reply: schemas.Retention,
  },
  {
    method: 'put',
    path: '/api/v1/settings/retention',
    summary: 'Change how long entries and roll-ups are kept',
    description: 'null gives back the default. What is older, or more, than allowed is removed within minutes.',
    body: { 'application/json': schemas.RetentionIn },
    reply: schemas.Retention,
  },
  {
    method: 'post',
    path: '/api/v1/settings/retention/preview',
    summary: 'How many entries a change of retention would remove',
    body: { 'application/json': schemas.RetentionIn },
    reply: schemas.RetentionPreview,
  },
  {
    method: 'get',
    path: '/api/v1/settings/quota',
    summary: 'How many entries the organization may report per second, and how many were refused',
    reply: schemas.IngestQuota,
  },
  {
    method: 'put',
    path: '/api/v1/settings/quota',
    summary: 'Change how many entries the organization may report per second',
    description:
      'null removes the quota. What is reported beyond it is answered 429 with Retry-After. Verdicts, hooks and imports do not count.',
    body: { 'application/json': schemas.IngestQuotaIn },
    reply: schemas.IngestQuota,
  },
  {
    method: 'get',
    path: '/api/v1/erasures',
    summary: 'What was asked to be erased, the newest first',
    reply: z.array(schemas.Erasure),
  },
  {
    method: 'post',
    path: '/api/v1/erasures',
    summary: 'Erase the entries of a session, or all, that are stored now',
    description:
      'Answered when the request is stored. It is worked off beside other work and goes on after a restart. All takes an owner.',
    body: { 'application/json': schemas.ErasureIn },
    reply: schemas.Erasure,
  },
  {
    method: 'get',
    path: '/api/v1/erasures/{id}',
    summary: 'How far an erasure is',
    reply: schemas.Erasure,
  },
]
