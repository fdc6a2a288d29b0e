/** Limits for the wording of one entry. Beyond them, the rest of the text has no statements. */
export const WORDING_LIMITS = {
  /** UTF-16 units that are read. */
  chars: 1024 * 1024,
  /** Phrases that are found in one text. */
  mentions: 20_000,
  /** Statements of one entry. Each becomes a view. */
  statements: 256,
  /** Values of one field of a view. */
  values: 8,
} as const
