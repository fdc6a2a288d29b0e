import type { LogSource } from '../entry.ts'
import { LIMITS } from '../limits.ts'
import { covers } from '../parse/log-source.ts'

/** A log source mapping: rules for `to` are also evaluated on events that `from` covers. */
export interface LogSourceRow {
  readonly from: LogSource
  readonly to: LogSource
}

/** The log source, and those that the mappings add to it. */
export function sourcesOf(source: LogSource, rows: readonly LogSourceRow[]): readonly LogSource[] {
  return [source, ...rows.filter(({ from }) => covers(from, source)).map(({ to }) => to)]
}

/** The units to evaluate on events of one log source. */
export interface Route<Scope> {
  /** By unit number, 1 if the unit applies to these events. */
  readonly allowed: Uint8Array
  /** Whether any unit applies. */
  readonly tries: boolean
  readonly scope: Scope
}

/**
 * A unit applies to an event if one of the event's log sources has every key that the unit names. Without a log source
 * (null) all units apply. `scopeOf` returns what those units read.
 */
export function router<Scope>(
  units: readonly { readonly logsource: LogSource }[],
  rows: readonly LogSourceRow[],
  scopeOf: (allowed: Uint8Array) => Scope,
): (source: LogSource | null) => Route<Scope> {
  const known = new Map<string, Route<Scope>>()
  const compute = (source: LogSource | null): Route<Scope> => {
    const allowed = new Uint8Array(units.length).fill(1)
    if (source !== null) {
      const sources = sourcesOf(source, rows)
      for (const [number, { logsource }] of units.entries())
        allowed[number] = sources.some((one) => covers(logsource, one)) ? 1 : 0
    }
    return { allowed, tries: allowed.includes(1), scope: scopeOf(allowed) }
  }
  return (source) => {
    const key = source === null ? '' : `${source.product ?? ''}\0${source.category ?? ''}\0${source.service ?? ''}`
    const before = known.get(key)
    if (before !== undefined) return before
    const found = compute(source)
    // Agents can send any log source, so the cache is bounded.
    if (known.size < LIMITS.rememberedLogSources) known.set(key, found)
    return found
  }
}
