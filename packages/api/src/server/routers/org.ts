import { z } from 'zod'
import { procedure, router } from '../trpc.ts'

export const org = router({
  get: procedure
    .output(z.object({ name: z.string(), slug: z.string(), entries: z.number().int(), head: z.string() }))
    .query(({ ctx }) => ctx.services.org.get(ctx.principal)),
})
