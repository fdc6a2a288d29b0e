/**
 * Lower case, one UTF-16 unit for one: what is found in the folded text stands at the same place in the text.
 * `toLowerCase` alone makes `İ` two units, gives `Σ` two forms by what follows it, and leaves `ſ`, which ignores case
 * with `s` in regular expressions.
 */
export function foldCase(text: string): string {
  let folded = text.toLowerCase()
  if (folded.length !== text.length) folded = text.replaceAll('İ', 'i').toLowerCase()
  if (folded.includes('ς')) folded = folded.replaceAll('ς', 'σ')
  if (folded.includes('ſ')) folded = folded.replaceAll('ſ', 's')
  return folded
}
