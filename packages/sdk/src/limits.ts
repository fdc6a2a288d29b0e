const KiB = 1024
const MiB = 1024 * KiB

/** What the reporter keeps to. The first three mirror the server's; each is named in the message of the drop that it causes. */
export const LIMITS = {
  /** A larger entry would be refused with its whole request. */
  entryBytes: 320 * KiB,
  batchEntries: 500, // the server takes 1,000
  batchBytes: 1 * MiB, // what common proxies let through unless told otherwise; the server takes 8 MiB
  bufferEntries: 10_000,
  bufferBytes: 32 * MiB,
  /** How long the first entry of a batch waits for others. */
  lingerMs: 200,
  requestMs: 15_000,
  flushMs: 30_000,
  closeMs: 10_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  /** A server or proxy that asks for more is asked again after this. */
  retryAfterMs: 5 * 60_000,
  /** For answers of 500 alone: a batch that the server cannot digest must not hold up the others for ever. */
  failedAttempts: 10,
  /** Different sentences that a tally keeps apart. */
  tallyReasons: 50,
} as const
