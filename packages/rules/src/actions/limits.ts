/** Limits for reading what the commands of one entry do. */
export const ACTION_LIMITS = {
  /** UTF-16 units of one command. A longer one is read up to here. */
  chars: 16_384,
  /** UTF-16 units of all commands of an entry. */
  totalChars: 65_536,
  /** Places of one capability or object in a pipeline. */
  places: 8,
} as const
