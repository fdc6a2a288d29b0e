import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { Instant } from './words.ts'

/** Snake case, as in rows: REST and tRPC share these schemas. */
const Days = z.number().int().min(1).max(LIMITS.retentionDays)

/**
 * An org's settings. Null restores the default: the installation's days, no limit on bytes, roll-ups as long as
 * entries.
 */
export const RetentionIn = z.strictObject({
  /** Counted from an entry's arrival. */
  days: Days.nullable(),
  /** Bytes of payloads. */
  max_bytes: z.number().int().min(LIMITS.retentionLeastBytes).nullable(),
  /** Counts by minute, hour, and day can outlive the entries. */
  rollups_days: Days.nullable(),
})

export const Retention = RetentionIn.extend({
  /** The effective settings, with the installation's defaults filled in. */
  in_force: z.object({
    days: z.number().int(),
    max_bytes: z.number().int().nullable(),
    rollups_days: z.number().int(),
  }),
  /** The installation's default. */
  default_days: z.number().int(),
  stored: z.object({
    entries: z.number().int(),
    /** Bytes of payloads. */
    bytes: z.number().int(),
    /** The arrival of the earliest stored entry. */
    oldest: Instant.nullable(),
  }),
}).meta({ id: 'Retention' })
export type Retention = z.infer<typeof Retention>

/** The number of entries that exceed these settings. */
export const RetentionPreview = z.object({
  entries: z.number().int(),
  /** The number is approximate and can be higher, or slightly lower. */
  estimated: z.boolean(),
})

/** Retention's clock before and after it was set to the system clock. */
export const RetentionClock = z.object({ from: Instant, to: Instant })

/** A condition that an operator must know and can act on. It disappears when it no longer holds. */
export const Notice = z.object({
  /** Stable while the condition lasts. */
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
    /** Null for all, and after the erasure finished, because a session's name can identify a person. */
    session: z.string().nullable(),
    /** Erases entries up to this position; later ones stay. */
    to_seq: z.number().int(),
    /** Entries removed so far. */
    removed: z.number().int(),
    /** Entries still to be removed, counted up to `LIMITS.erasureCounted`. */
    left: z.number().int(),
    state: z.enum(['running', 'finished']),
    requested_at: Instant,
    requested_by: z.string(),
    finished_at: Instant.nullable(),
  })
  .meta({ id: 'Erasure' })
export type Erasure = z.infer<typeof Erasure>
