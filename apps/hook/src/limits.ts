const KiB = 1024
const MiB = 1024 * KiB

export const LIMITS = {
  /** Time from start to reply. It must be shorter than the client's own timeout. */
  timeoutSeconds: { default: 2, least: 0.1, most: 60 },
  /** First delay before a busy server is asked again. It doubles each time, within the timeout. */
  busyPauseMs: 100,
  settingsBytes: 64 * KiB,
  replyBytes: 1 * MiB,
  /** Size of the spool. Beyond it, the oldest inputs are dropped, which leaves a visible gap. */
  spoolFiles: 1_000,
  spoolBytes: 16 * MiB,
  /** Inputs without a number, because the lock was busy. Further inputs are not stored. */
  spoolUnnumbered: 100,
  /** The age at which a lock of the spool is considered abandoned. */
  lockStaleMs: 5_000,
  lockWaitMs: 1_000,
  deliveryStaleMs: 60_000,
  /** Deadlines of one delivery run, and of one input in it. */
  deliveryMs: 45_000,
  deliveryPostMs: 10_000,
  /** Minimum time between a failed delivery and the next one that a call starts. */
  deliveryAgainMs: 30_000,
} as const
