import type { LogSource } from '../entry.ts'
import { LIMITS } from '../limits.ts'

/** Whether every key that `wanted` names equals that of `source`. */
export function covers(wanted: LogSource, source: LogSource): boolean {
  return (
    (wanted.product === undefined || wanted.product === source.product) &&
    (wanted.category === undefined || wanted.category === source.category) &&
    (wanted.service === undefined || wanted.service === source.service)
  )
}

/** A row of the table of log sources: events that `from` covers are tried as events of `to` as well. */
export interface LogSourceRow {
  readonly from: LogSource
  readonly to: LogSource
}

/** For each unit by its number, whether it is for events of the log source. */
export type Route = (source: LogSource) => Uint8Array

/** A unit is for the events of which some log source has every key that the unit names. */
export function router(units: readonly { readonly logsource: LogSource }[], rows: readonly LogSourceRow[]): Route {
  const known = new Map<string, Uint8Array>()
  const compute = (source: LogSource) => {
    const sources = [source, ...rows.filter(({ from }) => covers(from, source)).map(({ to }) => to)]
    return Uint8Array.from(units, ({ logsource }) => (sources.some((one) => covers(logsource, one)) ? 1 : 0))
  }
  return (source) => {
    const key = `${source.product ?? ''}\0${source.category ?? ''}\0${source.service ?? ''}`
    const found = known.get(key) ?? compute(source)
    // Agents may name any log source: what is remembered has a bound.
    if (known.size < LIMITS.rememberedLogSources) known.set(key, found)
    return found
  }
}
