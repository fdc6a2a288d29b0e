import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The time that retention counts from; see the server's `services/retention/retention-time.ts`. */
export const retentionClock: Migration = [
  sql`create table retention_clock (
    id integer primary key check (id = 1),
    time integer not null,
    waited integer not null
  ) strict`,
]
