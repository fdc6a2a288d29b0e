/** Limits on judging and on the rule sets of all orgs. Errors show the name of a limit to its caller. */
export const LIMITS = {
  /** Characters of documents that are kept read, for all orgs together: the whole public corpus is 12 million. */
  readRulesChars: 64 * 1024 * 1024,
  /** Rules in compiled sets that are kept, each set once however many orgs share it; the least used go first. */
  compiledRules: 30_000,
  /** Orgs whose rule sets are kept; most share the built-in one. */
  loadedOrgs: 1_000,
  /** An entry that takes longer to judge has its rules measured one by one: for any, and more for each KiB of payload. */
  entryJudgeMicros: 20_000,
  entryJudgeMicrosPerKiB: 500,
  /** Budget of one rule for an entry. A rule that exceeds it repeatedly is quarantined. */
  ruleMicros: 5_000,
  ruleMicrosPerKiB: 200,
  ruleStrikes: 3,
  /** A rule that takes this many times its budget is quarantined the first time. */
  ruleSevere: 10,
  /** Characters of a long text to measure first: enough to find very slow rules without blocking everyone. */
  probeChars: 16 * 1024,
} as const
