import { z } from 'zod'
import { NewPassword, OrgName, refuseCommonPassword, Role, Username } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

export const users = router({
  create: procedure
    .input(
      z
        .object({ username: Username, password: NewPassword, org: OrgName, role: Role.default('owner') })
        .superRefine(refuseCommonPassword),
    )
    .output(z.object({ username: z.string(), org: z.string(), role: Role }))
    .mutation(({ ctx, input }) => ctx.services.users.create(ctx.principal, input)),
})
