import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { Instant } from './words.ts'

/** Null for no limit. */
export const EntriesPerSecond = z.number().min(LIMITS.rateLeast).max(LIMITS.rateMost).nullable()

/** Entries per second that all keys and users of an organization can report together. */
export const IngestQuotaIn = z.strictObject({ entries_per_second: EntriesPerSecond })

/** Since the server started. A retried entry counts again. */
const Refused = z.object({ entries: z.number().int(), last_at: Instant })

export const IngestQuota = IngestQuotaIn.extend({
  /** Entries that can arrive at once after a pause. */
  burst: z.number().nullable(),
  /** Refused because of this quota. */
  refused: Refused.nullable(),
  /** Keys whose entries were refused because of the key's own rate. */
  keys: z.array(z.object({ id: z.string(), refused: Refused })),
}).meta({ id: 'IngestQuota' })
export type IngestQuota = z.infer<typeof IngestQuota>
