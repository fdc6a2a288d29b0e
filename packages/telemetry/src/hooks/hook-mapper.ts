import type { MappedEntry } from '../mappers/mapped-entry.ts'

/** A parsed hook call. */
export interface HookReading {
  /** The client's name for the event; null if the input is not from a hook of this client. */
  readonly event: string | null
  /** Null if other events report everything in this one. */
  readonly entry: MappedEntry | null
}

/** Reads the parsed stdin of a client's hook. Pure and total: it never throws. */
export type HookMapper = (input: unknown) => HookReading
