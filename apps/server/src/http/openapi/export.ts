import { schemas } from '@sentinelmesh/api/server'
import type { DocumentedRoute } from './documented-route.ts'

export const EXPORT_ROUTES: readonly DocumentedRoute[] = [
  {
    method: 'get',
    path: '/api/v1/logs/export',
    summary: 'Export: all entries that match, as NDJSON or CSV',
    description:
      'As they are when it begins; what arrives later is not among them. NDJSON has one entry a line, as by id, and `sentinelmesh import` takes it. An export that cannot be completed breaks the connection off; behind a proxy that would hide that, ask for end_line.',
    parameters: schemas.RestExportQuery,
    reply: schemas.EntryDetail,
    replyType: 'application/x-ndjson',
  },
]
