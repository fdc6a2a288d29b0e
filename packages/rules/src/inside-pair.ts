/** Returns whether the offset is between the two halves of a surrogate pair. */
export function insidePair(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code < 0xe000 && at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff
}
