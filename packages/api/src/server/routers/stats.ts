import { z } from 'zod'
import { Overview, Range } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const stats = router({
  overview: procedure
    .input(z.object({ range: Range.default('24h') }))
    .output(Overview)
    .query(({ ctx, input }) => ctx.services.stats.overview(ctx.principal, input, { signal: ctx.gone })),
})
