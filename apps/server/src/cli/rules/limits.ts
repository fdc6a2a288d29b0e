const MiB = 1024 * 1024

/** What the commands on rules bound. Each reaches the reader by its name, in the sentence that it causes. */
export const LIMITS = {
  /** Rule files of one command. */
  ruleFiles: 100_000,
  /** Bytes of one rule file; what one rule in it may have, the rule engine says. */
  ruleFileBytes: 16 * MiB,
  /** Bytes of all rule files of one command: they are held at once. */
  ruleBytes: 512 * MiB,
  /** Folders within each other. */
  folderDepth: 64,
  /** UTF-16 units of one event. */
  eventChars: 16 * MiB,
  /** Bytes of the JSON of one request of an import: a request may have 8 MiB. */
  importBytes: 4 * MiB,
  /** UTF-16 units of results that wait to be written. */
  outputChars: 1 * MiB,
  /** Faults of a run that are listed; all are counted. */
  listedFaults: 20,
  /** Characters of a value that a match shows, around what held. */
  shownChars: 240,
} as const
