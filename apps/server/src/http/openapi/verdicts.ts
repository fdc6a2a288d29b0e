import { z } from 'zod'
import { HOOK_CLIENTS } from '@sentinelmesh/api/hooks'
import { schemas } from '@sentinelmesh/api/server'
import type { Operation } from './operation.ts'

const CLIENT = { client: z.enum(HOOK_CLIENTS) }

export const VERDICT_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/verdict',
    summary: 'Ask about one entry before it takes effect',
    description:
      'The entry is judged, stored with its verdict, and answered when it is stored. An entry that was stored before is judged afresh and answered with its first id. In dry run, which is the default, every verdict is allow, and would says what enforcing would have answered. Takes the scope verdict.',
    body: { 'application/json': schemas.EntryIn },
    reply: schemas.VerdictOut,
  },
  {
    method: 'post',
    path: '/api/v1/hook/{client}',
    summary: "Ask what a coding agent's hook asks",
    description:
      "The body is what the hook gives on standard input, unchanged. Answered is the verdict with what this client's hook is to print and how it is to end. For claude, and an Accept other than application/vnd.sentinelmesh.hook+json, the body is the client's own JSON alone, so that it can be an HTTP hook. Takes the scope verdict.",
    named: CLIENT,
    parameters: schemas.RestHookQuery,
    body: { 'application/json': z.looseObject({}) },
    reply: schemas.HookAnswer,
  },
  {
    method: 'post',
    path: '/api/v1/hook/{client}/late',
    summary: 'Deliver what a hook could not ask in time',
    description:
      'It is judged and stored as unjudged: it took effect, or was blocked, before. Takes the scope verdict.',
    named: CLIENT,
    parameters: schemas.RestHookLateQuery,
    body: { 'application/json': z.looseObject({}) },
    reply: schemas.HookDelivered,
  },
  {
    method: 'get',
    path: '/api/v1/verdict/policy',
    summary: 'What the verdict is at which risk, for which rules and agents',
    reply: schemas.VerdictPolicy,
  },
  {
    method: 'put',
    path: '/api/v1/verdict/policy',
    summary: 'Change the verdict policy',
    description: 'expected_hash is that of the policy that was read: 409 where someone else changed it meanwhile.',
    body: { 'application/json': schemas.VerdictPolicyChange },
    reply: schemas.VerdictPolicy,
  },
]
