import type { MappedEntry } from '../mappers/mapped-entry.ts'

/** One hook call, read. */
export interface HookReading {
  /** As the client names it; null where the input is not what a hook of this client gives. */
  readonly event: string | null
  /** Null where the event tells nothing that others do not. */
  readonly entry: MappedEntry | null
}

/** Reads what a client's hook gives on stdin, parsed. Pure, and total: it never throws. */
export type HookMapper = (input: unknown) => HookReading
