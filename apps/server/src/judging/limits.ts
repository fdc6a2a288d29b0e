/** Limits on how entries share the event loop and the judge threads. */
export const LIMITS = {
  /** Pieces of work run for this long before the loop serves sockets and timers again. A piece is one entry at most. */
  sliceMs: 4,
  /** An entry that is expected to take longer is judged in a thread. Handing it over costs about 0.2 ms. */
  heavyMicros: 2_000,
  /** Longer entries go to a thread whatever they cost: 16 Ki characters of hostile text take 2 to 4 ms. */
  heavyUnits: 16 * 1024,
  /** The same where an organization has rules of its own, whose cost is known only after they have run. */
  heavyUnitsOwnRules: 2 * 1024,
  /** Large entries of one organization that wait for a thread; past this a request is answered `store_busy`. */
  heavyEntries: 512,
  heavyChars: 64 * 1024 * 1024,
  /** Room of its own for large entries that a verdict waits for: no other entry can take it. */
  heavyVerdicts: 64,
  heavyVerdictChars: 16 * 1024 * 1024,
  /**
   * A thread that judges one entry for longer is ended, and the entry is stored unjudged. The longest take 0.1 s, but on
   * an overloaded machine far longer, and overload alone must not leave an entry unjudged.
   */
  judgeMs: 30_000,
  /** A thread that compiles a rule set for longer is ended. */
  loadRulesMs: 60_000,
  /** Rules handed to a thread at a time: copying them takes about a millisecond. */
  rulesPerMessage: 50,
  /** Rules that a thread keeps compiled; the least recently used sets go first. */
  threadRules: 10_000,
} as const
