import { tracked } from '@trpc/server'
import { z } from 'zod'
import type { TailItem } from '../schemas.ts'
import {
  EntryDetail,
  Facets,
  Histogram,
  LogsFacetsIn,
  LogsFilter,
  LogsPageIn,
  LogsPageOut,
  ReportOut,
  TailIn,
} from '../schemas.ts'
import { LIMITS } from '../../limits.ts'
import { procedure, router } from '../trpc.ts'

export const logs = router({
  report: procedure
    // Each entry is parsed by `ingest/`, so that one bad entry does not lose the others.
    .input(z.array(z.unknown()).min(1).max(LIMITS.requestEntries))
    .output(ReportOut)
    .mutation(({ ctx, input }) => ctx.services.logs.report(ctx.principal, input, ctx)),
  import: procedure
    .input(
      z
        .array(z.object({ id: z.string().max(LIMITS.sourceIdChars), json: z.string() }))
        .min(1)
        .max(LIMITS.requestEntries),
    )
    .output(ReportOut)
    .mutation(({ ctx, input }) => ctx.services.logs.import(ctx.principal, input, ctx)),
  page: procedure
    .input(LogsPageIn)
    .output(LogsPageOut)
    .query(({ ctx, input }) => ctx.services.logs.page(ctx.principal, input, { signal: ctx.gone })),
  get: procedure
    .input(z.object({ id: z.string().max(64) }))
    .output(EntryDetail)
    .query(({ ctx, input }) => ctx.services.logs.get(ctx.principal, input, { signal: ctx.gone })),
  histogram: procedure
    .input(LogsFilter.extend({ buckets: z.number().int().min(1).max(LIMITS.histogramBuckets).default(100) }))
    .output(Histogram)
    .query(({ ctx, input }) => ctx.services.logs.histogram(ctx.principal, input, { signal: ctx.gone })),
  facets: procedure
    .input(LogsFacetsIn)
    .output(Facets)
    .query(({ ctx, input }) => ctx.services.logs.facets(ctx.principal, input, { signal: ctx.gone })),
  tail: procedure.input(TailIn).subscription(async function* ({ ctx, input, signal }) {
    const { services, principal, drained, holdTail } = ctx
    using _held = holdTail()
    const items = services.logs.tail(principal, input, { signal: signal ?? new AbortController().signal, drained })
    for await (const item of items) yield tracked(positionOf(item), item)
  }),
})

/** The id that tRPC sends back when it reconnects: the position after this item. */
function positionOf(item: z.infer<typeof TailItem>): string {
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
