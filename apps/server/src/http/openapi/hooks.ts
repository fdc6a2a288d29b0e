import { z } from 'zod'
import { HOOK_CLIENTS } from '@sentinelmesh/api/hooks'
import { schemas } from '@sentinelmesh/api/server'
import type { DocumentedRoute } from './documented-route.ts'

const CLIENT = { client: z.enum(HOOK_CLIENTS) }

export const HOOK_ROUTES: readonly DocumentedRoute[] = [
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
]
