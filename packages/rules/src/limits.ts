/** What this package bounds. Each reaches the reader by its name, in the error or the result that it causes. */
export const LIMITS = {
  /** Characters of one rule's YAML: the longest public rules have 200,000 (lists of hashes). */
  ruleChars: 512 * 1024,
  /** YAML nodes that aliases may add up to; what is written out is bounded by `ruleChars`. */
  yamlAliases: 64,
  /** Maps and lists within each other, in a rule. */
  ruleDepth: 32,
  /** Parentheses and `not`s within each other, in a condition. */
  conditionDepth: 64,
  /** Objects and arrays within each other, in the payload and the attributes of an entry. */
  jsonDepth: 256,
  /** Characters of one regular expression. */
  regexChars: 4_096,
  /** Instructions of one compiled regular expression: `(a{1000}){1000}` is short and would be a million. */
  regexInstructions: 10_000,
  /** Places kept with one match: a person reads the first few, and a payload of one repeated word has thousands. */
  placesPerMatch: 32,
  /** Places of one value of a rule, so that the first does not leave the others none. */
  placesPerValue: 8,
  /** Values kept with one match as what made it hold: lists of rules have thousands. */
  partsPerMatch: 64,
  /** Values of one search that an explanation lists; it says how many it leaves out. */
  explainedValues: 32,
  /** Leaves of a field among which an explanation looks for what came nearest. */
  explainedLeaves: 64,
  /** UTF-16 units of a text that an explanation shows. */
  excerptChars: 96,
  /** Log sources for which a rule set remembers its rules; entries may name any. */
  rememberedLogSources: 256,
  /** Cells of the states that one regular expression keeps; it builds them again when it needs them. */
  automatonCells: 256 * 1024,
  /** Cells of four bytes that all expressions of a process keep together: 32 MiB. */
  automataCells: 8 * 1024 * 1024,
} as const
