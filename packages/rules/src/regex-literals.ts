/** Placeholder of the first version: nothing is known about any pattern. */
export function requiredLiterals(_pattern: string, _ignoreCase: boolean): string[] | null {
  return null
}
