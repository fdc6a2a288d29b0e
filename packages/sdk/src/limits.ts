const KiB = 1024
const MiB = 1024 * KiB

/** The reporter's limits. The first three mirror the server's. A drop's message names the limit that caused it. */
export const LIMITS = {
  /** The server would refuse a larger entry together with its whole request. */
  entryBytes: 320 * KiB,
  batchEntries: 500, // the server accepts 1,000
  batchBytes: 1 * MiB, // the default limit of common proxies; the server accepts 8 MiB
  bufferEntries: 10_000,
  bufferBytes: 32 * MiB,
  /** The time that the first entry of a batch waits for more. */
  lingerMs: 200,
  requestMs: 15_000,
  flushMs: 30_000,
  closeMs: 10_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  /** Caps the `Retry-After` of a server or proxy. */
  retryAfterMs: 5 * 60_000,
  /** Attempts that fail with 500 before a batch is dropped, so that it cannot block the others forever. */
  failedAttempts: 10,
  /** Distinct messages that a tally counts separately. */
  tallyReasons: 50,
} as const
