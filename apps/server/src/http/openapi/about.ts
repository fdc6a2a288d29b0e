import { schemas } from '@sentinelmesh/api/server'
import type { DocumentedRoute } from './documented-route.ts'

export const ABOUT_ROUTES: readonly DocumentedRoute[] = [
  {
    method: 'get',
    path: '/api/v1/whoami',
    summary: 'What this credential is good for, and the time on the server',
    reply: schemas.WhoAmI,
  },
  { method: 'get', path: '/health', summary: 'Name, version, uptime', open: true },
  { method: 'get', path: '/healthz', summary: 'Liveness', open: true },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Readiness: can entries be stored; and which background jobs keep failing',
    open: true,
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Prometheus text',
    description: 'Without a credential on loopback only; else with the scope manage.',
    replyType: 'text/plain',
  },
]
