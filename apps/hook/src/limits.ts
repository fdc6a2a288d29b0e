const KiB = 1024
const MiB = 1024 * KiB

export const LIMITS = {
  /** From the start to the answer; has to stay under the client's own time-out. */
  timeoutSeconds: { default: 2, least: 0.1, most: 60 },
  /** A busy server is asked again after so long, then after twice as long, while the time-out allows. */
  busyPauseMs: 100,
  settingsBytes: 64 * KiB,
  replyBytes: 1 * MiB,
  /** What waits for the server; then the oldest go, and the gap shows. */
  spoolFiles: 1_000,
  spoolBytes: 16 * MiB,
  /** What waits for its number because too many want one at a time; what is more is not kept. */
  spoolUnnumbered: 100,
  /** A process that holds a lock of the spool for longer is gone. */
  lockStaleMs: 5_000,
  lockWaitMs: 1_000,
  deliveryStaleMs: 60_000,
  /** One run of delivering, and one input in it. */
  deliveryMs: 45_000,
  deliveryPostMs: 10_000,
  /** A call starts no other delivery for so long after one that the server did not take. */
  deliveryAgainMs: 30_000,
} as const
