/** Limits for the wording of one entry. Beyond them, the rest of the text has no statements. */
export const WORDING_LIMITS = {
  /** UTF-16 units that are read. */
  chars: 1024 * 1024,
  /** Statements of one entry. Each becomes a view. */
  statements: 256,
  /** Values of one field of a view. */
  values: 8,
} as const
