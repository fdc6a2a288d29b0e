import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Calls that the policy blocked or asked about, and agents for which enforcement is paused. */
export const heldCalls: Migration = [
  sql`create table held_calls (
    org integer not null references orgs (id),
    entry text not null,
    digest text not null,
    call_key text,
    verdict text not null check (verdict in ('ask', 'block')),
    surface text not null,
    at integer not null,
    allowed_at integer,
    allowed_by text,
    used_at integer,
    used_entry text,
    result_entry text,
    primary key (org, entry)
  ) strict, without rowid`,
  sql`create index held_calls_by_time on held_calls (org, at)`,
  sql`create table verdict_pauses (
    org integer not null references orgs (id),
    sender text not null,
    until integer not null,
    paused_at integer not null,
    paused_by text not null,
    primary key (org, sender)
  ) strict, without rowid`,
]
