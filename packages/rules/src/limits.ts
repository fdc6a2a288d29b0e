/** What this package bounds. Each reaches the reader by its name, in the error or the result that it causes. */
export const LIMITS = {
  /** Characters of one rule's YAML: the longest public rules have 200,000 (lists of hashes). */
  ruleChars: 512 * 1024,
  /** Characters of one file of rules: the whole public corpus in one file has 8 million. */
  sourceChars: 16 * 1024 * 1024,
  /** Documents (`---`) of one file. */
  documentsPerSource: 20_000,
  /** YAML nodes of one part of a rule with its aliases followed; what is written out is bounded by `ruleChars`. */
  yamlNodes: 100_000,
  /** Problems told of one document: who has mended a hundred reads it again. */
  problemsPerDocument: 100,
  /** Keys of one's own, in a map of one document, that lint compares with Sigma's: to see a slip takes each of those. */
  ownKeysLinted: 100,
  /** Values that the placeholders of one value may come to: several in one value are combined, each with each. */
  expandedValues: 10_000,
  /** Texts of one document that are encoded; under `windash` each dash makes five of one. */
  encodedForms: 20_000,
  /** Correlations that refer to correlations, in a chain. */
  correlationDepth: 16,
  /** Maps and lists within each other, in a rule. */
  ruleDepth: 32,
  /** Parentheses and `not`s within each other, in a condition. */
  conditionDepth: 64,
  /** Selections in a condition, with `1 of` and `all of` written out. */
  conditionParts: 8_192,
  /** Copies that repetitions (`{0,200}`) of all expressions of one document come to; a Unicode class counts as twenty. */
  regexCopies: 20_000,
  /** Objects and arrays within each other, in the payload and the attributes of an entry. */
  jsonDepth: 256,
  /** `?` in one value, each of which may be tried at each place of a text: as many as the longest hash has digits. */
  questionMarks: 128,
  /** Characters of one regular expression. */
  regexChars: 4_096,
  /** Instructions of one compiled regular expression: `(a{1000}){1000}` is short and would be a million. */
  regexInstructions: 10_000,
  /**
   * Copies that the counted repetitions of one expression come to. All of them may have to be followed at each character, and
   * `ruleSteps` has to decide a text of 1 KiB.
   */
  regexRepeats: 2_000,
  /** Places kept with one match: a person reads the first few, and a payload of one repeated word has thousands. */
  placesPerMatch: 32,
  /** Places of one value of a rule, so that the first does not leave the others none. */
  placesPerValue: 8,
  /** UTF-16 units of the JSON pointer of a place: a place under longer names is left out of its match. */
  pointerChars: 1_024,
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
  /** Cells of four bytes in the index of one rule set, 64 MiB: where its texts need more, they are cut shorter. */
  indexCells: 16 * 1024 * 1024,
  /**
   * Steps that one rule may spend on one entry, some 15 ms; past it the match is undecided. `WorkMeter` says what a step is.
   * Built-in rules that meet their first long text take 0.9 million, later a few thousand.
   */
  ruleSteps: 2_000_000,
  /** Added to `ruleSteps` for each character of the entry. */
  ruleStepsPerChar: 24,
  /** Steps that all rules together may spend on one entry; the rules that are left then are undecided. */
  entrySteps: 6_000_000,
  /** Added to `entrySteps` for each character of the entry. */
  entryStepsPerChar: 32,
  /** Undecided rules that are named with one entry. */
  undecidedRules: 100,
  /** Cells of the states that one regular expression keeps; it builds them again when it needs them. */
  automatonCells: 256 * 1024,
  /** Cells of four bytes that all expressions of a process keep together: 32 MiB. */
  automataCells: 8 * 1024 * 1024,
  /** Values in one file of cases, those that aliases add included. */
  caseNodes: 100_000,
  /** Events of one sequence of cases, those that `times` adds included. */
  caseEvents: 10_000,
  /** Groups of all correlations together; those touched least recently are dropped, and counted. */
  correlationGroups: 200_000,
  /** Events that all groups keep together; likewise. */
  correlationEvents: 500_000,
  /** Bytes of the group values and counted values that all groups keep together; likewise. */
  correlationBytes: 64 * 1024 * 1024,
  /** Events of one group: sums and counts merge older ones beyond it, other values leave the least recent out. */
  correlationGroupEvents: 10_000,
  /** Characters of a group value or a counted value; of longer ones the beginning and a hash stand for the whole. */
  correlationValueChars: 1_024,
  /** Base events told with the match of a correlation: a person reads the last few. */
  correlationEvidence: 32,
  /** Milliseconds: the clocks of agents may be 5 minutes off either way, so that two are at most this far apart. */
  correlationGraceMs: 10 * 60 * 1_000,
} as const
