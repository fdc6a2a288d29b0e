import { z } from 'zod'
import { Instant } from './words.ts'

/** What a credential is good for. */
export const WhoAmI = z
  .object({
    type: z.enum(['user', 'token', 'key', 'anonymous', 'system']),
    organization: z.object({ name: z.string(), slug: z.string() }).nullable(),
    may: z.object({ report: z.boolean(), verdict: z.boolean(), read: z.boolean(), manage: z.boolean() }),
    /** The only sender, or with a trailing `*` the only beginning of one, that this key may report. */
    sender: z.string().nullable(),
    /** The server's clock. */
    time: Instant,
    version: z.string(),
  })
  .meta({ id: 'WhoAmI' })
export type WhoAmI = z.infer<typeof WhoAmI>
