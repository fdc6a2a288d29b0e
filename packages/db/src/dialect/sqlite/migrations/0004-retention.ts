import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Retention settings per org, and requests for erasure. */
export const retention: Migration = [
  sql`create table retention (
    org integer primary key references orgs (id) on delete cascade,
    days integer check (days > 0),
    max_bytes integer check (max_bytes > 0),
    rollups_days integer check (rollups_days > 0),
    updated_at integer not null,
    updated_by text not null
  ) strict`,
  // A request is stored before it is processed, so that it continues after a restart.
  sql`create table erasures (
    id integer primary key autoincrement,
    org integer not null,
    scope text not null check (scope in ('session', 'all')),
    session text,
    to_seq integer not null,
    removed integer not null,
    requested_at integer not null,
    requested_by text not null,
    finished_at integer
  ) strict`,
  sql`create index erasures_by_org on erasures (org, id)`,
  sql`create index erasures_pending on erasures (id) where finished_at is null`,
]
