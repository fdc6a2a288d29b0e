/** Limits on judging and on the rule sets of all orgs. Errors show the name of a limit to its caller. */
export const LIMITS = {
  /** Characters of parsed documents to cache, for all orgs. The complete public corpus has 12 million. */
  readRulesChars: 64 * 1024 * 1024,
  /**
   * Rules in cached compiled sets. A set that several orgs share counts once. The least recently used sets are evicted.
   */
  compiledRules: 30_000,
  /** Orgs whose rule sets are cached. Most orgs share the built-in set. */
  loadedOrgs: 1_000,
  /** If judging an entry takes longer, its rules are measured one by one: a base, and more for each KiB of payload. */
  entryJudgeMicros: 20_000,
  entryJudgeMicrosPerKiB: 500,
  /** Budget of one rule per entry. A rule that exceeds it repeatedly is quarantined. */
  ruleMicros: 5_000,
  ruleMicrosPerKiB: 200,
  ruleStrikes: 3,
  /** A rule that takes this many times its budget is quarantined the first time. */
  ruleSevere: 10,
  /** Characters of a long text to measure first. They reveal very slow rules without blocking other work. */
  probeChars: 16 * 1024,
} as const
