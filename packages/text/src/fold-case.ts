/**
 * Converts to lowercase unit by unit (UTF-16), so that offsets in the folded text are valid in the original.
 * `toLowerCase` alone maps `İ` to two units, gives `Σ` two forms depending on what follows, and does not change `ſ`,
 * which equals `s` in case-insensitive regular expressions.
 */
export function foldCase(text: string): string {
  let folded = text.toLowerCase()
  if (folded.length !== text.length) folded = text.replaceAll('İ', 'i').toLowerCase()
  if (folded.includes('ς')) folded = folded.replaceAll('ς', 'σ')
  if (folded.includes('ſ')) folded = folded.replaceAll('ſ', 's')
  return folded
}
