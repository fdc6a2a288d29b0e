const MiB = 1024 * 1024

/** Limits of the rule commands. Error messages show the name of the limit. */
export const LIMITS = {
  /** Maximum rule files per command. */
  ruleFiles: 100_000,
  /** Maximum bytes per rule file. The rule engine limits each rule in it. */
  ruleFileBytes: 16 * MiB,
  /** Maximum bytes of all rule files of a command, which are in memory together. */
  ruleBytes: 512 * MiB,
  /** Maximum depth of nested folders. */
  folderDepth: 64,
  /** Maximum UTF-16 units per event. */
  eventChars: 16 * MiB,
  /** Maximum bytes of JSON per import request. The server accepts 8 MiB. */
  importBytes: 4 * MiB,
  /** Maximum UTF-16 units of buffered results. */
  outputChars: 1 * MiB,
  /** Faults to list per run. All are counted. */
  listedFaults: 20,
  /** Events to look at before telling that none has a field that the rules read. */
  hintEvents: 1_000,
  /** Names of fields to keep of these events. */
  hintPaths: 2_000,
  /** Names of fields to show in that message. */
  hintNames: 5,
  /** Characters of a matching value to show, around the match. */
  shownChars: 240,
} as const
