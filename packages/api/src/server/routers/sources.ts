import { SourcesOut } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

/** Where telemetry comes from. */
export const sources = router({
  list: procedure.output(SourcesOut).query(({ ctx }) => ctx.services.sources.list(ctx.principal)),
})
