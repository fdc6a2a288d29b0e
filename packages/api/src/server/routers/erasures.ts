import { z } from 'zod'
import { Erasure, ErasureIn } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const erasures = router({
  list: procedure.output(z.array(Erasure)).query(({ ctx }) => ctx.services.erasures.list(ctx.principal)),
  get: procedure
    .input(z.object({ id: z.number().int() }))
    .output(Erasure)
    .query(({ ctx, input }) => ctx.services.erasures.get(ctx.principal, input)),
  create: procedure
    .input(ErasureIn)
    .output(Erasure)
    .mutation(({ ctx, input }) => ctx.services.erasures.create(ctx.principal, input, ctx)),
})
