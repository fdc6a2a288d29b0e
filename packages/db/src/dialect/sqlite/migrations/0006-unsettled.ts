import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Rows of the roll-ups of a minute whose largest risk has been erased, and the next one is still to be found. */
export const unsettled: Migration = [
  sql`create table unsettled (
    org integer not null,
    minute integer not null,
    dimension text not null,
    key text not null,
    primary key (org, minute, dimension, key)
  ) strict, without rowid`,
]
