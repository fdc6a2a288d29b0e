/** What judging and the rule sets of all orgs may take. Those that a person meets reach them by name. */
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
  /** What one rule alone may take for an entry. Past it, so many times over, it is quarantined. */
  ruleMicros: 5_000,
  ruleMicrosPerKiB: 200,
  ruleStrikes: 3,
  /** A rule that takes so many times its budget is quarantined the first time: it holds up everyone. */
  ruleSevere: 10,
  /** Of a long text this much is measured first: enough to find what holds up everyone, without holding everyone up. */
  probeChars: 16 * 1024,
} as const
