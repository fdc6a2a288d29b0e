import type { RawBuilder } from 'kysely'

/** Statements that lead from the schema before to the next; they run in the one transaction of all that are due. */
export type Migration = readonly RawBuilder<unknown>[]
