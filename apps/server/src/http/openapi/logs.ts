import { z } from 'zod'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { Operation } from './operation.ts'

const Extent = {
  incomplete: z
    .literal(true)
    .optional()
    .meta({ description: 'The search ended at its time limit, 10 s, or left entries out.' }),
  narrow: z.string().nullable().optional().meta({ description: 'Then: what would make it quicker.' }),
  searched_to: z.string().nullable().optional().meta({ description: 'Then: how far the entries were looked at.' }),
  undecided: z
    .array(z.number().int())
    .optional()
    .meta({ description: 'The seq of entries that were left out, because checking one of them took too long.' }),
}
const Page = z.object({
  items: z.array(schemas.Row),
  total: z.number().int(),
  total_estimated: z.boolean(),
  next_cursor: z.string().nullable(),
  prev_cursor: z.string().nullable(),
  head: z.string(),
  ...Extent,
})
const Histogram = z.object({
  from: z.string(),
  to: z.string(),
  step_ms: z.number().int(),
  buckets: schemas.Histogram.shape.buckets,
  total: z.number().int(),
  ...Extent,
})
const Facets = z.object({
  facets: schemas.Facets.shape.facets,
  estimated: schemas.Facets.shape.estimated,
  ...Extent,
})

export const LOG_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/logs',
    isThrottled: true,
    summary: 'Report entries',
    description: `An array of at most ${LIMITS.requestEntries} entries, or one a line. One bad entry does not lose the others. The reply leaves after everything accepted is on disk.`,
    body: { 'application/json': z.array(schemas.EntryIn), 'application/x-ndjson': schemas.EntryIn },
    reply: schemas.ReportOut,
  },
  {
    method: 'get',
    path: '/api/v1/logs',
    summary: 'Search entries',
    description:
      'q is the query language of the search bar, such as risk:>=60 -sender:healthcheck. next_cursor and prev_cursor lead to the pages after and before this one, as the log was when the first of them was asked for; null at either end.',
    parameters: schemas.RestPageQuery,
    reply: Page,
  },
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
  {
    method: 'get',
    path: '/api/v1/logs/histogram',
    summary: 'How many entries came when, by band',
    description:
      'Without from it begins an hour before to, without to it ends now. Steps of a minute or more are whole minutes, of an hour or more whole hours.',
    parameters: schemas.RestHistogramQuery,
    reply: Histogram,
  },
  {
    method: 'get',
    path: '/api/v1/logs/facets',
    summary: 'Which values the entries have, most frequent first',
    description:
      "A field's values are counted without the conditions of q on that field alone, so that other choices stay visible beside the chosen one.",
    parameters: schemas.RestFacetsQuery,
    reply: Facets,
  },
  {
    method: 'get',
    path: '/api/v1/logs/{id}',
    summary: 'One entry, with its payload and why its risk is what it is',
    reply: schemas.EntryDetail,
  },
]
