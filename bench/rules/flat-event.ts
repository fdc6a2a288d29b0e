/** An event as one map of texts: what the engines that stand beside this one are given. */
export type FlatEvent = Readonly<Record<string, string>>

/**
 * Top-level fields that are not null, as texts, in small letters where `lower`: Sigma does not tell case, and an engine
 * that does is given both sides in small letters. Inner objects are left out; the events of the benchmark have none.
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
