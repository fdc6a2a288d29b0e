import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Computed ids, which identify an entry regardless of its surface; returned verdicts; and each org's policy. */
export const verdicts: Migration = [
  sql`alter table entries add column computed_id blob check (length(computed_id) = 16)`,
  sql`alter table entries add column verdict text check (verdict in ('allow', 'flag', 'ask', 'block'))`,
  sql`alter table entries add column would text check (would in ('allow', 'flag', 'ask', 'block'))`,
  sql`create unique index entries_by_computed_id on entries (org, computed_id) where computed_id is not null`,
  sql`create table verdict_policies (
    org integer primary key references orgs (id) on delete cascade,
    policy text not null,
    hash text not null,
    updated_at integer not null,
    updated_by text not null
  ) strict`,
]
