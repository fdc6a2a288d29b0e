import type { MappedEntry } from '../mappers/mapped-entry.ts'

/** One hook call, read. */
export interface HookReading {
  /** As the client names it; null where the input is not what a hook of this client gives. */
  readonly event: string | null
  /** Null if other events already report everything in this one. */
  readonly entry: MappedEntry | null
}

/** Reads what a client's hook gives on stdin, parsed. Pure, and total: it never throws. */
export type HookMapper = (input: unknown) => HookReading
