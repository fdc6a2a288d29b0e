/** Limits for reading what the commands of one entry do. */
export const ACTION_LIMITS = {
  /** UTF-16 units of one command. Linux starts no program with a longer argument (`MAX_ARG_STRLEN`, execve(2)). */
  chars: 131_072,
  /** UTF-16 units of all commands of an entry. */
  totalChars: 393_216,
  /** A command up to this length is always read, so that no padding before it hides it. */
  shortChars: 1_024,
  /** UTF-16 units of a command in the field `Action`. */
  shownChars: 4_096,
  /** Places of one capability or object in a pipeline. */
  places: 8,
} as const
