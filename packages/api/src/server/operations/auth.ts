import { z } from 'zod'
import { LIMITS } from '../../limits.ts'
import { AuthStatus, CreatedApiKey, Me, NewPassword, OrgName, refuseCommonPassword, Username } from '../schemas.ts'
import type { Operations } from './operation.ts'

const Password = z.string().min(1).max(LIMITS.passwordChars)
const Token = z.string().min(1).max(200)

export const auth = {
  status: {
    kind: 'query',
    action: 'open',
    summary: 'What a page needs before it knows who looks: set-up open, demo, version, who is signed in',
    output: AuthStatus,
  },
  setup: {
    kind: 'mutation',
    action: 'open',
    summary: 'Create the first user, with an organization and a key to report with',
    input: z
      .object({ token: Token, org: OrgName, username: Username, password: NewPassword })
      .superRefine(refuseCommonPassword),
    output: z.object({ me: Me, apiKey: CreatedApiKey }),
  },
  signIn: {
    kind: 'mutation',
    action: 'open',
    summary: 'Sign a browser in, which gets a cookie',
    input: z.object({ username: z.string().min(1).max(LIMITS.usernameChars), password: Password }),
    output: Me,
  },
  signInByLink: {
    kind: 'mutation',
    action: 'open',
    summary: 'Sign a browser in by the one-time link that the demo prints',
    input: z.object({ token: Token }),
    output: Me,
  },
  signOut: { kind: 'mutation', action: 'open', summary: 'End the sign-in of this browser', output: z.void() },
} as const satisfies Operations
