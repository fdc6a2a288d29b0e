import { z } from 'zod'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { DocumentedRoute } from './documented-route.ts'

const LegacyEntry = z
  .object({
    id: z.string(),
    sender: z.string(),
    receiver: z.string(),
    context: z.string(),
    payload: z.string(),
    timestamp: z.string(),
    received_at: z.string(),
    org: z.string(),
    risk: z.number().int(),
    risk_score: z.number().int(),
    message: z.string(),
    seq: z.number().int(),
    cursor: z.string(),
    kind: schemas.Kind,
    band: schemas.Band,
    session: z.string(),
    matches: z.array(schemas.MatchSummary),
    matches_left_out: z.number().int().optional(),
    attributes: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LegacyEntry' })
const LegacyAlert = z.object({ rule_id: z.string(), message: z.string(), risk: z.number() })
const LegacyLogIn = z
  .looseObject({
    sender: z.string().min(1).max(LIMITS.senderChars),
    payload: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    receiver: z.string().optional(),
    context: z.string().optional(),
    timestamp: z.string().optional(),
    risk: z.number().optional(),
  })
  .meta({ id: 'LegacyLogIn', description: 'Other fields go into attributes.' })
const LegacyList = z.object({
  logs: z.array(LegacyEntry),
  total: z.number().int(),
  page: z.number().int(),
  per_page: z.number().int(),
  next_cursor: z.string().nullable().meta({
    description: 'Where the list or the page was cut; send it as cursor to get the rest. null: it is complete.',
  }),
})

export const LEGACY_ROUTES: readonly DocumentedRoute[] = [
  {
    method: 'post',
    path: '/log',
    isThrottled: true,
    summary: 'Report one entry',
    body: { 'application/json': LegacyLogIn },
    reply: z.object({
      message: z.string(),
      log_id: z.string(),
      id: z.string(),
      risk: z.number().int(),
      alerts: z.array(LegacyAlert),
    }),
  },
  {
    method: 'get',
    path: '/logs',
    summary: 'Entries, newest first',
    parameters: schemas.LegacyListQuery,
    reply: LegacyList,
  },
  {
    method: 'get',
    path: '/alerts',
    summary: 'Entries of at least a risk',
    parameters: schemas.LegacyAlertsQuery,
    reply: z.object({
      alerts: z.array(LegacyEntry.extend({ rule_matches: z.array(LegacyAlert) })),
      total: z.number().int(),
      min_risk: z.number().int(),
    }),
  },
  {
    method: 'get',
    path: '/stats',
    summary: 'Sums over all entries',
    reply: z.object({ stats: z.record(z.string(), z.unknown()), org: z.string() }),
  },
  {
    method: 'post',
    path: '/register',
    summary: 'Create a user with an organization',
    open: true,
    body: { 'application/json': schemas.Register },
    reply: z.object({ username: z.string(), org: z.string() }),
  },
  {
    method: 'post',
    path: '/token',
    summary: 'Sign in: an access token and a refresh token',
    open: true,
    body: { 'application/x-www-form-urlencoded': schemas.TokenForm, 'multipart/form-data': schemas.TokenForm },
    reply: z.object({
      access_token: z.string(),
      token_type: z.literal('bearer'),
      expires_in: z.number().int(),
      refresh_token: z.string(),
    }),
  },
  {
    method: 'post',
    path: '/token/refresh',
    summary: 'Renew the access token',
    description: 'A refresh token is good once; using a spent one revokes all that came from the same sign-in.',
    open: true,
    body: { 'application/json': schemas.RefreshIn },
    reply: z.object({
      access_token: z.string(),
      token_type: z.literal('bearer'),
      expires_in: z.number().int(),
      refresh_token: z.string(),
    }),
  },
  {
    method: 'get',
    path: '/ws/logs',
    summary: 'WebSocket: entries as they arrive, one text frame each',
    description:
      'Credential: ?token= (an access token), an Authorization header, or the subprotocol "bearer, <token>".',
  },
]
