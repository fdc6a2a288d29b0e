import { z } from 'zod'
import { SourcesOut, UnaskedSession } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

/** Where telemetry comes from. */
export const sources = router({
  list: procedure.output(SourcesOut).query(({ ctx }) => ctx.services.sources.list(ctx.principal)),
  unasked: procedure.output(z.array(UnaskedSession)).query(({ ctx }) => ctx.services.sources.unasked(ctx.principal)),
})
