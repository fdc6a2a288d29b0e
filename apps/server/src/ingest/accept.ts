import { parseEntry, type EntrySource } from './parse-entry.ts'
import type { Reporter } from './reporter.ts'
import { takeIn, type IngestDeps, type Inline, type Outcome } from './take-in.ts'

export type { Reporter } from './reporter.ts'
export { onlyAccepted, type IngestDeps, type Outcome } from './take-in.ts'

/** Takes in what a reporter sent as entries, one outcome an entry, in order. Resolves and throws as `takeIn` does. */
export function accept(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly EntrySource[],
  { lenient, inline }: { readonly lenient: boolean; readonly inline?: Inline | undefined },
): Promise<readonly Outcome[]> {
  return takeIn(deps, reporter, sources, {
    parse: (source, nowMs) => parseEntry(source, { nowMs, lenient }),
    inline,
  })
}
