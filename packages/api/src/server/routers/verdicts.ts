import { z } from 'zod'
import { VerdictOut, VerdictPolicy, VerdictPolicyChange } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const verdicts = router({
  check: procedure
    // Parsed by `ingest/`, as every entry.
    .input(z.unknown())
    .output(VerdictOut)
    .mutation(({ ctx, input }) => ctx.services.verdicts.check(ctx.principal, input, ctx)),
  policy: procedure.output(VerdictPolicy).query(({ ctx }) => ctx.services.verdicts.policy(ctx.principal)),
  setPolicy: procedure
    .input(VerdictPolicyChange)
    .output(VerdictPolicy)
    .mutation(({ ctx, input }) => ctx.services.verdicts.setPolicy(ctx.principal, input, ctx)),
})
