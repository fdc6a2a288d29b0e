const MiB = 1024 * 1024

/** Bounds of the proxy, with their units. Traffic beyond a bound is still forwarded, and the log says that it was not inspected. */
export const LIMITS = {
  /** A longer line, body or event is forwarded in pieces and not inspected. */
  messageBytes: 16 * MiB,
  /** Per direction: messages that are read ahead of one that waits for its verdict. */
  heldMessages: 64,
  heldBytes: 32 * MiB,
  /** Requests in flight. Beyond this the oldest are dropped, and their responses are read as those of an unknown request. */
  pendingRequests: 10_000,
  pendingRequestMs: 10 * 60_000,
  /** Client call ids that are remembered, to detect a repeated one. */
  namedCalls: 10_000,
  /** Backlog of entries for the server. */
  queueEntries: 2_000,
  queueBytes: 16 * MiB,
  /** Per request to the server, which accepts 8 MiB. */
  batchEntries: 100,
  batchBytes: 3 * MiB,
  /** UTF-16 units. A longer payload is judged in overlapping parts. */
  partChars: 1 * MiB,
  partOverlapChars: 8 * 1024,
  /** Back-off after a request to the server failed. It doubles with each failure, up to the maximum. */
  retryMs: 250,
  retryMostMs: 10_000,
  /** Timeout of a request to the server. A message that waits for a verdict waits for its own budget only. */
  requestMs: 10_000,
  /** How long a list waits for the verdicts on its definitions. Most clients request it once. */
  definitionsMs: 1_000,
  /** Time to send the backlog at the end. The rest is spooled, before the client kills the proxy. */
  flushMs: 1_500,
  /** All spooled requests of this user's proxies. */
  spoolBytes: 64 * MiB,
  /** Grace period for the server after its input was closed, and again after SIGTERM. Clients allow 2 s for each. */
  endMs: 1_800,
  /** Names of a paged list, and definitions whose verdict is remembered. */
  listNames: 10_000,
} as const
