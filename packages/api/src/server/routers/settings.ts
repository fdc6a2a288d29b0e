import { z } from 'zod'
import {
  IngestQuota,
  IngestQuotaIn,
  Notice,
  Retention,
  RetentionClock,
  RetentionIn,
  RetentionPreview,
} from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const settings = router({
  quota: router({
    get: procedure.output(IngestQuota).query(({ ctx }) => ctx.services.settings.getQuota(ctx.principal)),
    update: procedure
      .input(IngestQuotaIn)
      .output(IngestQuota)
      .mutation(({ ctx, input }) => ctx.services.settings.updateQuota(ctx.principal, input, ctx)),
  }),
  retention: router({
    get: procedure.output(Retention).query(({ ctx }) => ctx.services.settings.getRetention(ctx.principal)),
    update: procedure
      .input(RetentionIn)
      .output(Retention)
      .mutation(({ ctx, input }) => ctx.services.settings.updateRetention(ctx.principal, input, ctx)),
    preview: procedure
      .input(RetentionIn)
      .output(RetentionPreview)
      .query(({ ctx, input }) => ctx.services.settings.previewRetention(ctx.principal, input)),
    acceptClock: procedure
      .output(RetentionClock)
      .mutation(({ ctx }) => ctx.services.settings.acceptClock(ctx.principal)),
  }),
  notices: procedure.output(z.array(Notice)).query(({ ctx }) => ctx.services.settings.notices(ctx.principal)),
})
