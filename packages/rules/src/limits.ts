/** The limits of this package. The errors and results that a limit causes mention it by name. */
export const LIMITS = {
  /** Characters in one rule's YAML. The longest public rules (lists of hashes) have 200,000. */
  ruleChars: 512 * 1024,
  /** Characters in one file of rules. The whole public corpus in one file has 8 million. */
  sourceChars: 16 * 1024 * 1024,
  /** Documents (separated by `---`) in one file. */
  documentsPerSource: 20_000,
  /** YAML nodes in one part of a rule with aliases expanded. `ruleChars` limits the nodes that are written out. */
  yamlNodes: 100_000,
  /** Problems reported for one document. After fixing a hundred, an author checks it again. */
  problemsPerDocument: 100,
  /** Custom keys in one map that lint compares with every key of Sigma to find misspellings. */
  ownKeysLinted: 100,
  /** Values that one value may expand to: several placeholders in a value are combined. */
  expandedValues: 10_000,
  /** Encoded texts in one document. With `windash`, each dash multiplies their number by five. */
  encodedForms: 20_000,
  /** Length of a chain of correlations that refer to correlations. */
  correlationDepth: 16,
  /** Nesting of maps and lists in a rule. */
  ruleDepth: 32,
  /** Nesting of parentheses and `not` in a condition. */
  conditionDepth: 64,
  /** Selections in a condition, with `1 of` and `all of` expanded. */
  conditionParts: 8_192,
  /** Copies from counted repetitions (`{0,200}`) in all expressions of a document; a Unicode class counts as 20. */
  regexCopies: 20_000,
  /** Nesting of objects and arrays in the payload and the attributes of an entry. */
  jsonDepth: 256,
  /** `?` in one value: the number of digits of the longest hash. Each may be tried at every offset of a text. */
  questionMarks: 128,
  /** Characters in one regular expression. */
  regexChars: 4_096,
  /** Instructions in one compiled regular expression. The short `(a{1000}){1000}` would have a million. */
  regexInstructions: 10_000,
  /**
   * Copies from the counted repetitions of one regular expression. Each may be active at every character, and
   * `ruleSteps` must suffice for a text of 1 KiB.
   */
  regexRepeats: 2_000,
  /** Places stored with one match. People read the first few; a payload with one repeated word has thousands. */
  placesPerMatch: 32,
  /** Places of one value, so that the first value does not use up all places of the match. */
  placesPerValue: 8,
  /** UTF-16 units in the JSON pointer of a place. A place with a longer pointer is left out of its match. */
  pointerChars: 1_024,
  /** Matched values stored with one match. The lists in rules have thousands. */
  partsPerMatch: 64,
  /** Values of one search that an explanation lists. It reports how many it leaves out. */
  explainedValues: 32,
  /** Leaves of a field that an explanation examines to find the nearest miss. */
  explainedLeaves: 64,
  /** UTF-16 units of a text that an explanation shows. */
  excerptChars: 96,
  /** Log sources for which a rule set caches the applicable rules. Entries can name any. */
  rememberedLogSources: 256,
  /** Four-byte cells in the index of one rule set (64 MiB). If its texts need more, they are truncated further. */
  indexCells: 16 * 1024 * 1024,
  /**
   * Steps that one rule may spend on one entry, about 15 ms; beyond it the match is undecided. `WorkMeter` defines a
   * step. Built-in rules take 0.9 million on their first long text, and a few thousand on later ones.
   */
  ruleSteps: 2_000_000,
  /** Added to `ruleSteps` for each character of the entry. */
  ruleStepsPerChar: 24,
  /** Steps that all rules together may spend on one entry. The remaining rules are then undecided. */
  entrySteps: 6_000_000,
  /** Added to `entrySteps` for each character of the entry. */
  entryStepsPerChar: 32,
  /** Undecided rules that are listed for one entry. */
  undecidedRules: 100,
  /** Cells for the cached states of one regular expression. Dropped states are rebuilt when needed. */
  automatonCells: 256 * 1024,
  /** Four-byte cells for the cached states of all regular expressions in a process (32 MiB). */
  automataCells: 8 * 1024 * 1024,
  /** Values in one file of cases, with aliases expanded. */
  caseNodes: 100_000,
  /** Events in one sequence of cases, with `times` expanded. */
  caseEvents: 10_000,
  /** Groups of all correlations together. Beyond it, the least recently used are dropped and counted. */
  correlationGroups: 200_000,
  /** Events in all groups together; handled like `correlationGroups`. */
  correlationEvents: 500_000,
  /** Bytes of group values and counted values in all groups together; handled like `correlationGroups`. */
  correlationBytes: 64 * 1024 * 1024,
  /** Events in one group. Beyond it, sums and counts merge older events; other values drop the least recent. */
  correlationGroupEvents: 10_000,
  /** Characters of a group value or a counted value. A longer one is stored as its beginning and a hash. */
  correlationValueChars: 1_024,
  /** Base events listed with the match of a correlation. People read the last few. */
  correlationEvidence: 32,
  /** Milliseconds. The clocks of agents may be off by 5 minutes either way, so two differ by at most this much. */
  correlationGraceMs: 10 * 60 * 1_000,
} as const
