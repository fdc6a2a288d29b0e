/** An event as a flat map of strings, which is the input for the other engines. */
export type FlatEvent = Readonly<Record<string, string>>

/**
 * Returns the top-level fields that are not null, as strings. Leaves out nested objects, which the benchmark's events
 * do not have. Sigma ignores case, so set `lower` for case-sensitive engines, whose rules are lowercase as well.
 */
export function flatEvent(json: string, lower: boolean): FlatEvent {
  const fields = JSON.parse(json) as Record<string, unknown>
  const flat: Record<string, string> = Object.create(null)
  for (const name in fields) {
    const value = fields[name]
    if (value === null || typeof value === 'object') continue
    flat[name] = lower ? String(value).toLowerCase() : String(value)
  }
  return flat
}
