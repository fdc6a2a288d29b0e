const MiB = 1024 * 1024

/** Bounds on the worker threads that jobs run in. Limits that a caller can exceed appear by name in the error. */
export const LIMITS = {
  /**
   * V8 ends a thread whose heap grows past this. A single allocation of more than 16 MiB at that point would end the
   * whole process instead, so jobs must stay far below it: see `threadJobBytes`.
   */
  threadHeapMiB: 768,
  /**
   * Heap that a job may use, checked between its steps. One step adds 300 MiB at most: that was the peak for texts of
   * 512 Ki characters, the most that one rule has, as one long list, map, or line of quotes.
   */
  threadJobBytes: 320 * MiB,
  /** A job's result, serialized. Reading it holds the event loop for about 5 ms per MiB. */
  threadReplyBytes: 4 * MiB,
  /** A thread that does not report ready within this time is given up. Starting takes 60–250 ms on a busy machine. */
  threadStartMs: 10_000,
  /** An unused thread ends after this time and returns its memory, about 15 MiB. It outlasts a pause in typing. */
  threadIdleMs: 30_000,
  /** A job whose caller left may still finish within this time, which is cheaper than starting another thread. */
  threadAbortMs: 50,
  /** Running jobs may still finish within this time after `close`. */
  threadCloseMs: 500,
} as const
