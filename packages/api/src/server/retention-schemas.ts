import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { Instant } from './words.ts'

/** Snake case, as in rows: REST and tRPC share these schemas. */
const Days = z.number().int().min(1).max(LIMITS.retentionDays)

/** What an org decides. Null gives back the installation's setting, of bytes no bound, of roll-ups as long as entries. */
export const RetentionIn = z.strictObject({
  /** Counted from when an entry arrived. */
  days: Days.nullable(),
  /** Bytes of payloads. */
  max_bytes: z.number().int().min(LIMITS.retentionLeastBytes).nullable(),
  /** Counts by minute, hour and day may outlive what they count. */
  rollups_days: Days.nullable(),
})

export const Retention = RetentionIn.extend({
  /** With the installation's setting where the org decided nothing. */
  in_force: z.object({
    days: z.number().int(),
    max_bytes: z.number().int().nullable(),
    rollups_days: z.number().int(),
  }),
  /** Of this installation, for an org that decided nothing. */
  default_days: z.number().int(),
  stored: z.object({
    entries: z.number().int(),
    /** Bytes of payloads. */
    bytes: z.number().int(),
    /** When the entry that arrived first did. */
    oldest: Instant.nullable(),
  }),
}).meta({ id: 'Retention' })
export type Retention = z.infer<typeof Retention>

/** How many entries are more than these values allow. */
export const RetentionPreview = z.object({
  entries: z.number().int(),
  /** There may be more, or a few less. */
  estimated: z.boolean(),
})

/** Retention's clock before and after it was set to the system clock. */
export const RetentionClock = z.object({ from: Instant, to: Instant })

/** Something that an operator has to know and can do something about; it is gone once it is over. */
export const Notice = z.object({
  /** Stays the same as long as it is about the same. */
  id: z.string(),
  title: z.string(),
  says: z.string(),
  since: Instant.nullable(),
})
export type Notice = z.infer<typeof Notice>

export const ErasureIn = z
  .strictObject({
    session: z.string().min(1).max(LIMITS.sessionChars).optional(),
    all: z.literal(true).optional(),
  })
  .refine(({ session, all }) => (session === undefined) !== (all === undefined), {
    error: 'Give session, the id of one session, or all: true; not both.',
  })

export const RestErasureParams = z.object({ id: z.coerce.number().int() })

export const Erasure = z
  .object({
    id: z.number().int(),
    scope: z.enum(['session', 'all']),
    /** Null for all, and once it is finished: its name may name a person. */
    session: z.string().nullable(),
    /** Entries up to this position; what arrives later stays. */
    to_seq: z.number().int(),
    /** Entries that are gone. */
    removed: z.number().int(),
    /** Entries that are still to go, counted up to `LIMITS.erasureCounted`. */
    left: z.number().int(),
    state: z.enum(['running', 'finished']),
    requested_at: Instant,
    requested_by: z.string(),
    finished_at: Instant.nullable(),
  })
  .meta({ id: 'Erasure' })
export type Erasure = z.infer<typeof Erasure>
