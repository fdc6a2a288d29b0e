/** What is bounded of one entry's views. Beyond it the list says `incomplete`; the whole command is a view all the same. */
export const VIEW_LIMITS = {
  views: 1_024,
  /** Commands that become views. */
  commands: 256,
  /** Words of all of them. */
  words: 16_384,
  /** Characters that are looked at, those of a script within a script twice; when so many were, no other script is begun. */
  steps: 4 * 1024 * 1024,
  /** Substitutions, scripts given to a shell and programs started by others, within each other. */
  depth: 32,
  /** `cmd /c` within each other: each reads all that is in it anew. */
  cmdDepth: 4,
  /** UTF-16 units of all views: each command has the whole one as that of its parent. */
  chars: 2 * 1024 * 1024,
} as const
