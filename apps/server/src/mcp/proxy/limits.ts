const MiB = 1024 * 1024

/** What the proxy bounds, each with its unit. What is past a bound is passed on all the same, and that is said. */
export const LIMITS = {
  /** A line, a body or an event that is longer is passed on in pieces and not looked at. */
  messageBytes: 16 * MiB,
  /** Of one direction: messages that were read ahead of one that waits for its verdict. */
  heldMessages: 64,
  heldBytes: 32 * MiB,
  /** Requests that wait for their response. The oldest are forgotten: their results are judged as results of nothing known. */
  pairs: 10_000,
  pairMs: 10 * 60_000,
  /** Calls by the client's own ids, of which it is known that they were made. */
  namedCalls: 10_000,
  /** Entries that wait to be sent to the server. */
  queueEntries: 2_000,
  queueBytes: 16 * MiB,
  /** Of one request to the server, which takes 8 MiB. */
  batchEntries: 100,
  batchBytes: 3 * MiB,
  /** UTF-16 units; a longer payload is judged in parts that overlap. */
  partChars: 1 * MiB,
  partOverlapChars: 8 * 1024,
  /** Until the server is tried again after it did not answer, then twice as long, up to the most. */
  retryMs: 250,
  retryMostMs: 10_000,
  /** A request to the server that takes longer has failed; what waits for a verdict waits for its own budget only. */
  requestMs: 10_000,
  /** A list waits so long for the verdicts about what it defines; it is asked for once, mostly. */
  definitionsMs: 1_000,
  /** What is still to be sent when the conversation is over; past this it is kept on disk, before the client gives us up. */
  flushMs: 1_500,
  /** Of all that proxies of this user leave there. */
  spoolBytes: 64 * MiB,
  /** After its input was closed the server has so long to end by itself, then, after SIGTERM, once more: clients give 2 s each. */
  endMs: 1_800,
  /** Names of a list that comes in pages, and definitions of one page. */
  listNames: 10_000,
} as const
