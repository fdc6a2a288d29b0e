import { z } from 'zod'
import { NewPassword, OrgName, refuseCommonPassword, Role, Username } from '../schemas.ts'
import type { Operations } from './operation.ts'

export const users = {
  create: {
    kind: 'mutation',
    action: 'users.create',
    summary: 'Create a user, in a new organization or an existing one; only through the socket in the data folder',
    input: z
      .object({ username: Username, password: NewPassword, org: OrgName, role: Role.default('owner') })
      .superRefine(refuseCommonPassword),
    output: z.object({ username: z.string(), org: z.string(), role: Role }),
  },
} as const satisfies Operations
