/**
 * Lower case, one UTF-16 unit for one, so that what is found in the folded text stands at the same place in the text.
 * The same letters are equal here as for the rules: `toLowerCase` alone would make `İ` two units, give `Σ` two forms by
 * what follows it, and keep `ſ` apart from `s`.
 */
export function fold(text: string): string {
  let folded = text.toLowerCase()
  if (folded.length !== text.length) folded = text.replaceAll('İ', 'i').toLowerCase()
  if (folded.includes('ς')) folded = folded.replaceAll('ς', 'σ')
  if (folded.includes('ſ')) folded = folded.replaceAll('ſ', 's')
  return folded
}
