import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The sources of an org's telemetry, and its scopes without a mapper. */
export const sourcesSeen: Migration = [
  sql`create table sources_seen (
    org integer not null references orgs (id) on delete cascade,
    surface text not null,
    source text not null,
    scope text not null,
    first_seen integer not null,
    last_seen integer not null,
    records integer not null,
    entries integer not null,
    refused integer not null,
    recent text not null,
    primary key (org, surface, source, scope)
  ) strict, without rowid`,
]
