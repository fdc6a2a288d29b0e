import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Definitions of MCP servers, as first seen and as approved. */
export const mcpPins: Migration = [
  sql`create table mcp_servers (
    org integer not null references orgs (id) on delete cascade,
    id text not null,
    name text not null,
    target text not null,
    -- Kinds of which a whole list was seen: what is new afterwards was added.
    whole text not null,
    first_seen_at integer not null,
    primary key (org, id)
  ) strict, without rowid`,
  // One row per version: definitions that depend on the caller, and a return to an approved one, are not changes.
  sql`create table mcp_pins (
    org integer not null,
    server text not null,
    kind text not null check (kind in ('tool', 'prompt', 'instructions')),
    name text not null,
    hash text not null,
    state text not null check (state in ('pinned', 'approved', 'waiting')),
    definition text not null,
    listed integer not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    decided_at integer,
    decided_by text,
    primary key (org, server, kind, name, hash),
    foreign key (org, server) references mcp_servers (org, id) on delete cascade
  ) strict`,
  sql`create index mcp_pins_by_name on mcp_pins (org, kind, name)`,
  sql`create index mcp_pins_waiting on mcp_pins (org, first_seen_at) where state = 'waiting'`,
]
