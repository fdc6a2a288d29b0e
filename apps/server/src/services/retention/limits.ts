const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** What bounds the time that retention counts from; all in milliseconds. */
export const LIMITS = {
  /** How often it moves on: each run of the job `retention` is a minute of running time. */
  retentionTickMs: MINUTE_MS,
  /**
   * Most that it moves on in one run. A clock that is ahead by less than `retentionJumpMs`, after a night without the server
   * for example, is caught up with within an hour and not at once.
   */
  retentionCatchUpMs: 25 * MINUTE_MS,
  /** A system clock that is further away than this is not followed: it was set, or the server was off for long. */
  retentionJumpMs: DAY_MS,
  /** After so much running time in which the system clock did not jump again it is believed. */
  retentionWaitMs: DAY_MS,
  /** How much of it a crash may lose; each write is a sync of the disk. */
  retentionSaveMs: 10 * MINUTE_MS,
} as const
