import type { LogSource } from '../entry.ts'
import { LIMITS } from '../limits.ts'
import { covers } from '../parse/log-source.ts'

/** A row of the table of log sources: events that `from` covers are tried as events of `to` as well. */
export interface LogSourceRow {
  readonly from: LogSource
  readonly to: LogSource
}

/** The log source and those that it counts as too. */
export function sourcesOf(source: LogSource, rows: readonly LogSourceRow[]): readonly LogSource[] {
  return [source, ...rows.filter(({ from }) => covers(from, source)).map(({ to }) => to)]
}

/** What is tried on the events of a log source. */
export interface Route<Scope> {
  /** By unit, 1 where it is for these events. */
  readonly allowed: Uint8Array
  /** Whether there is any. */
  readonly tries: boolean
  readonly scope: Scope
}

/**
 * A unit is for the events of which some log source has every key that the unit names; without a log source (null) all
 * are tried. `scopeOf` says what those units read.
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
    // Agents may name any log source: what is remembered has a bound.
    if (known.size < LIMITS.rememberedLogSources) known.set(key, found)
    return found
  }
}
