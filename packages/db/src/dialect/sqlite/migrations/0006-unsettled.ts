import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Roll-up rows by minute whose maximum risk was erased and must be recomputed. */
export const unsettled: Migration = [
  sql`create table unsettled (
    org integer not null,
    minute integer not null,
    dimension text not null,
    key text not null,
    primary key (org, minute, dimension, key)
  ) strict, without rowid`,
]
