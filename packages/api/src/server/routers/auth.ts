import { z } from 'zod'
import { AuthStatus, CreatedApiKey, Me, NewPassword, OrgName, refuseCommonPassword, Username } from '../schemas.ts'
import { LIMITS } from '../../limits.ts'
import { openProcedure, router } from '../trpc.ts'

const Password = z.string().min(1).max(LIMITS.passwordChars)
const Token = z.string().min(1).max(200)

export const auth = router({
  status: openProcedure.output(AuthStatus).query(({ ctx }) => ctx.services.auth.status(ctx.principal)),
  setup: openProcedure
    .input(
      z
        .object({ token: Token, org: OrgName, username: Username, password: NewPassword })
        .superRefine(refuseCommonPassword),
    )
    .output(z.object({ me: Me, apiKey: CreatedApiKey }))
    .mutation(({ ctx, input }) => ctx.services.auth.setup(input, ctx, ctx.cookie)),
  signIn: openProcedure
    .input(z.object({ username: z.string().min(1).max(LIMITS.usernameChars), password: Password }))
    .output(Me)
    .mutation(({ ctx, input }) => ctx.services.auth.signIn(input, ctx, ctx.cookie)),
  signInByLink: openProcedure
    .input(z.object({ token: Token }))
    .output(Me)
    .mutation(({ ctx, input }) => ctx.services.auth.signInByLink(input, ctx, ctx.cookie)),
  signOut: openProcedure.output(z.void()).mutation(({ ctx }) => ctx.services.auth.signOut(ctx.cookie)),
})
