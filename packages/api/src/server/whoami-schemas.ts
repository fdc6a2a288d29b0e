import { z } from 'zod'
import { Instant } from './words.ts'

/** The permissions of a credential. */
export const WhoAmI = z
  .object({
    type: z.enum(['user', 'token', 'key', 'anonymous', 'system']),
    organization: z.object({ name: z.string(), slug: z.string() }).nullable(),
    may: z.object({ report: z.boolean(), verdict: z.boolean(), read: z.boolean(), manage: z.boolean() }),
    /** The only sender that this key can report, or with a trailing `*` the only prefix of one. */
    sender: z.string().nullable(),
    /** The server's clock. */
    time: Instant,
    version: z.string(),
  })
  .meta({ id: 'WhoAmI' })
export type WhoAmI = z.infer<typeof WhoAmI>
