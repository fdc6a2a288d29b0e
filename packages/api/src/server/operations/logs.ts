import { z } from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  EntryDetail,
  EntryIn,
  Facets,
  Histogram,
  LogsFacetsIn,
  LogsFilter,
  LogsPageIn,
  LogsPageOut,
  ReportOut,
  RestExportQuery,
  RestFacetsQuery,
  RestHistogramQuery,
  RestPageQuery,
  Row,
  TailIn,
  TailItem,
} from '../schemas.ts'
import type { Operations } from './operation.ts'

export const logs = {
  report: {
    kind: 'mutation',
    action: 'logs.report',
    summary: 'Report entries',
    description: `An array of at most ${LIMITS.requestEntries} entries, or one a line. One bad entry does not lose the others. The reply leaves after everything accepted is on disk.`,
    // `ingest/` parses each entry, so that one bad entry does not lose the others.
    input: z.array(z.unknown()).min(1).max(LIMITS.requestEntries),
    output: ReportOut,
    rest: {
      method: 'post',
      path: '/api/v1/logs',
      body: { 'application/json': z.array(EntryIn), 'application/x-ndjson': EntryIn },
      isThrottled: true,
      isOwnRoute: true,
    },
  },
  import: {
    kind: 'mutation',
    action: 'logs.import',
    summary: `Import entries of a file, up to ${LIMITS.requestEntries}, the JSON kept to the letter`,
    input: z
      .array(z.object({ id: z.string().max(LIMITS.sourceIdChars), json: z.string() }))
      .min(1)
      .max(LIMITS.requestEntries),
    output: ReportOut,
  },
  page: {
    kind: 'query',
    action: 'logs.read',
    summary: 'Search entries',
    description:
      'q is the query language of the search bar, such as risk:>=60 -sender:healthcheck. next_cursor and prev_cursor lead to the pages after and before this one, as the log was when the first of them was asked for; null at either end.',
    input: LogsPageIn,
    output: LogsPageOut,
    rest: {
      method: 'get',
      path: '/api/v1/logs',
      query: RestPageQuery,
      reply: {
        schema: z.object({
          items: z.array(Row),
          total: z.number().int(),
          total_estimated: z.boolean(),
          next_cursor: z.string().nullable(),
          prev_cursor: z.string().nullable(),
          head: z.string(),
          ...restExtent(),
        }),
        from: ({
          items,
          total,
          totalEstimated,
          nextCursor,
          prevCursor,
          head,
          ...extent
        }: z.output<typeof LogsPageOut>) => ({
          items,
          total,
          total_estimated: totalEstimated,
          next_cursor: nextCursor,
          prev_cursor: prevCursor,
          head,
          ...toRestExtent(extent),
        }),
      },
    },
  },
  histogram: {
    kind: 'query',
    action: 'logs.read',
    summary: 'How many entries came when, by band',
    description:
      'Without from it begins an hour before to, without to it ends now. Steps of a minute or more are whole minutes, of an hour or more whole hours.',
    input: LogsFilter.extend({ buckets: z.number().int().min(1).max(LIMITS.histogramBuckets).default(100) }),
    output: Histogram,
    rest: {
      method: 'get',
      path: '/api/v1/logs/histogram',
      query: RestHistogramQuery,
      reply: {
        schema: z.object({
          from: z.string(),
          to: z.string(),
          step_ms: z.number().int(),
          buckets: Histogram.shape.buckets,
          total: z.number().int(),
          ...restExtent(),
        }),
        from: ({ from, to, stepMs, buckets, total, ...extent }: z.output<typeof Histogram>) => ({
          from,
          to,
          step_ms: stepMs,
          buckets,
          total,
          ...toRestExtent(extent),
        }),
      },
    },
  },
  facets: {
    kind: 'query',
    action: 'logs.read',
    summary: 'Which values the entries have, most frequent first',
    description:
      "A field's values are counted without the conditions of q on that field alone, so that other choices stay visible beside the chosen one.",
    input: LogsFacetsIn,
    output: Facets,
    rest: {
      method: 'get',
      path: '/api/v1/logs/facets',
      query: RestFacetsQuery,
      reply: {
        schema: z.object({ facets: Facets.shape.facets, estimated: Facets.shape.estimated, ...restExtent() }),
        from: ({ facets, estimated, ...extent }: z.output<typeof Facets>) => ({
          facets,
          estimated,
          ...toRestExtent(extent),
        }),
      },
    },
  },
  get: {
    kind: 'query',
    action: 'logs.read',
    summary: 'One entry, with its payload and why its risk is what it is',
    input: z.object({ id: z.string().max(64) }),
    output: EntryDetail,
    rest: { method: 'get', path: '/api/v1/logs/{id}' },
  },
  tail: {
    kind: 'subscription',
    action: 'logs.read',
    summary: 'Follow the log: every entry that matches, once and in order, from a cursor on',
    input: TailIn,
    output: TailItem,
    positionOf,
  },
} as const satisfies Operations

/** A download in pieces of text. Only over REST. */
export const logFiles = {
  export: {
    kind: 'subscription',
    action: 'logs.read',
    summary: 'Export: all entries that match, as NDJSON or CSV',
    description:
      'As they are when it begins; what arrives later is not among them. NDJSON has one entry a line, as by id, and `sentinelmesh import` takes it. An export that cannot be completed breaks the connection off; behind a proxy that would hide that, ask for end_line.',
    input: RestExportQuery,
    output: z.string(),
    rest: {
      method: 'get',
      path: '/api/v1/logs/export',
      query: RestExportQuery,
      reply: { schema: EntryDetail, type: 'application/x-ndjson' },
      // Its headers depend on the input, and it may be compressed.
      isOwnRoute: true,
    },
  },
} as const satisfies Operations

/** The position after this item, which tRPC sends as its id when it reconnects. */
function positionOf(item: TailItem): string {
  switch (item.type) {
    case 'entry':
      return item.entry.cursor
    case 'progress':
      return item.cursor
    case 'gap':
      return item.to
    case 'lagging':
      return item.cursor
  }
}

/** The members of a search's reply if it ended early. */
function restExtent() {
  return {
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
}

type Extent = Pick<z.output<typeof LogsPageOut>, 'incomplete' | 'narrow' | 'searchedTo' | 'undecided'>

function toRestExtent({ incomplete, narrow, searchedTo, undecided }: Extent) {
  if (!incomplete) return {}
  return { incomplete: true, narrow, searched_to: searchedTo, ...(undecided.length > 0 ? { undecided } : {}) }
}
