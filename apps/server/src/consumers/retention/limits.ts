const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Limits of the time that retention counts from, in milliseconds. */
export const LIMITS = {
  /** The interval at which it advances. Each run of the job `retention` is a minute of running time. */
  retentionTickMs: MINUTE_MS,
  /**
   * The most that the time advances in one run. If the clock is ahead by less than `retentionJumpMs`, for example after
   * a night without the server, the time catches up within an hour and not at once.
   */
  retentionCatchUpMs: 25 * MINUTE_MS,
  /**
   * If the system clock differs by more than this, it was set, or the server was off for long. Retention does not
   * follow it then.
   */
  retentionJumpMs: DAY_MS,
  /** Retention trusts the system clock again after this much running time without another jump. */
  retentionWaitMs: DAY_MS,
  /** The most that a crash may lose. Each write syncs the disk. */
  retentionSaveMs: 10 * MINUTE_MS,
} as const
