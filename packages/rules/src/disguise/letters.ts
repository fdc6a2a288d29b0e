/** Maps each letter to the one 13 places further. */
export function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0)
    return String.fromCharCode((code & 31) > 13 ? code - 13 : code + 13)
  })
}

/** Reverses a text by characters, not by UTF-16 units. */
export const reversed = (text: string): string => [...text].reverse().join('')
