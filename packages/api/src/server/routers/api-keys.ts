import { z } from 'zod'
import { ApiKey, ApiKeyRateIn, ApiKeysIn, CreatedApiKey, NewApiKey } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const apiKeys = router({
  list: procedure
    .input(ApiKeysIn)
    .output(z.array(ApiKey))
    .query(({ ctx, input }) => ctx.services.apiKeys.list(ctx.principal, input)),
  create: procedure
    .input(NewApiKey)
    .output(CreatedApiKey)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.create(ctx.principal, input)),
  setRate: procedure
    .input(ApiKeyRateIn)
    .output(ApiKey)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.setRate(ctx.principal, input, ctx)),
  revoke: procedure
    .input(z.object({ id: z.string().max(64) }))
    .output(ApiKey)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.revoke(ctx.principal, input)),
})
