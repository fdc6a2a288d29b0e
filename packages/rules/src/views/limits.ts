/** Limits for the views of one entry. Beyond them the list is `incomplete`, but the whole command still has a view. */
export const VIEW_LIMITS = {
  views: 1_024,
  /** Commands that become views. */
  commands: 256,
  /** Words in all commands. */
  words: 16_384,
  /** Characters read; those of a nested script count twice. Beyond it, no other script is read. */
  steps: 4 * 1024 * 1024,
  /** Nesting of substitutions, scripts passed to a shell, and programs started by others. */
  depth: 32,
  /** Nesting of `cmd /c`, each level of which reads everything in it again. */
  cmdDepth: 4,
  /** UTF-16 units in all views. Each command's view repeats the whole command line as its parent's. */
  chars: 2 * 1024 * 1024,
} as const
