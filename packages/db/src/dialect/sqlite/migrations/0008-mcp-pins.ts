import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What MCP servers define, as it was first seen and as it was approved. */
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
  // One row a version of a definition: what differs by who asks, and a server that goes back to what was approved, are no change.
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
