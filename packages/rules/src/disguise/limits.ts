/** Limits for disguised text. Beyond them, the text is read as far as it was decoded. */
export const DISGUISE_LIMITS = {
  /** Decodings within decodings. A model decodes two on request; more are hardly ever followed. */
  depth: 2,
  /** UTF-16 units of all texts of one entry that are searched for disguise, each depth counted. */
  chars: 2 * 1024 * 1024,
  /** UTF-16 units of decoded text that are read in one entry, with the text around it. */
  decodedChars: 256 * 1024,
  /** Statements of one entry in decoded text. Each becomes a view. */
  statements: 128,
  /** UTF-16 units that are read before and after decoded text, so that its sentence is complete. */
  around: 400,
} as const
