import { parseEntry, type EntrySource } from './parse-entry.ts'
import type { Reporter } from './reporter.ts'
import { ingest, type IngestDeps, type OpenDecider, type Outcome } from './ingest.ts'

export type { Reporter } from './reporter.ts'
export { onlyAccepted, type IngestDeps, type Outcome } from './ingest.ts'

/** Ingests entries from a reporter. Returns one outcome per entry, in order. Resolves and throws as `ingest` does. */
export function accept(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly EntrySource[],
  { lenient, openDecider }: { readonly lenient: boolean; readonly openDecider?: OpenDecider | undefined },
): Promise<readonly Outcome[]> {
  return ingest(deps, reporter, sources, {
    parse: (source, nowMs) => parseEntry(source, { nowMs, lenient }),
    openDecider,
  })
}
