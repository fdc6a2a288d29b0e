const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Limits on the time that retention counts from, in milliseconds. */
export const LIMITS = {
  /** The interval at which it advances. Each run of the job `retention` is a minute of running time. */
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
  /** The most that a crash may lose. Each write syncs the disk. */
  retentionSaveMs: 10 * MINUTE_MS,
} as const
