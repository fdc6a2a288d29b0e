import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * STRICT tables reject values of the wrong type. Foreign keys protect the small tables. Only the writer writes
 * `entries` and its dependent tables, and `org_heads` rejects an unknown org once per batch instead of once per row.
 * Lists of words are literals, because a migration must not change when the code does.
 */
export const first: Migration = [
  sql`create table orgs (
    id integer primary key,
    uid text not null unique,
    name text not null unique,
    slug text not null unique,
    hmac_key blob not null check (length(hmac_key) = 32),
    demo integer not null check (demo in (0, 1)),
    created_at integer not null
  ) strict`,
  sql`create table users (
    id integer primary key,
    username text not null unique,
    password_hash text not null,
    created_at integer not null
  ) strict`,
  sql`create table memberships (
    user integer not null references users (id) on delete cascade,
    org integer not null references orgs (id) on delete cascade,
    role text not null check (role in ('owner', 'admin', 'analyst', 'viewer')),
    created_at integer not null,
    primary key (user, org)
  ) strict, without rowid`,
  sql`create index memberships_by_org on memberships (org, user)`,
  sql`create table api_keys (
    id text primary key not null,
    org integer not null references orgs (id) on delete cascade,
    name text not null,
    hash blob not null unique check (length(hash) = 32),
    hint text not null,
    scopes text not null check (json_valid(scopes)),
    sender_prefix text,
    created_by text not null,
    created_at integer not null,
    last_used_at integer,
    revoked_at integer
  ) strict`,
  sql`create index api_keys_by_org on api_keys (org, created_at)`,
  sql`create table sign_ins (
    hash blob primary key not null,
    user integer not null references users (id) on delete cascade,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null
  ) strict, without rowid`,
  sql`create index sign_ins_by_user on sign_ins (user)`,
  sql`create table refresh_tokens (
    hash blob primary key not null,
    family text not null,
    user integer not null references users (id) on delete cascade,
    org integer not null references orgs (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null,
    spent_at integer
  ) strict, without rowid`,
  sql`create index refresh_tokens_by_family on refresh_tokens (family)`,
  sql`create table one_time_tokens (
    hash blob primary key not null,
    purpose text not null check (purpose in ('setup', 'sign_in')),
    user integer references users (id) on delete cascade,
    created_at integer not null,
    expires_at integer
  ) strict, without rowid`,
  sql`create table audit (
    id integer primary key autoincrement,
    org integer,
    at integer not null,
    principal text not null,
    action text not null,
    target text,
    remote_address text,
    details text check (details is null or json_valid(details))
  ) strict`,
  sql`create index audit_by_org on audit (org, at)`,
  sql`create trigger audit_keeps_what_it_says before update on audit
    begin select raise(abort, 'audit records are never changed'); end`,
  sql`create trigger audit_keeps_what_it_has before delete on audit
    begin select raise(abort, 'audit records are never removed'); end`,

  sql`create table entries (
    pos integer primary key,
    org integer not null,
    seq integer not null check (seq > 0),
    uid text not null,
    at integer not null,
    received_at integer not null,
    timestamp_text text,
    sender text not null,
    receiver text,
    kind text not null
      check (kind in ('message', 'prompt', 'completion', 'tool_call', 'tool_result', 'tool_definition', 'system')),
    kind_assumed integer not null check (kind_assumed in (0, 1)),
    session text,
    context text,
    risk integer not null check (risk between 0 and 100),
    band text not null check (band in ('none', 'low', 'medium', 'high', 'critical')),
    reported_risk real check (reported_risk between 0 and 100),
    source_id text,
    content_hash blob not null check (length(content_hash) in (0, 32)),
    leaf_salt blob not null,
    reported_by text not null,
    surface text not null,
    remote_address text,
    flags integer not null,
    product text,
    category text,
    service text,
    masked text
  ) strict`,
  sql`create unique index entries_by_seq on entries (org, seq)`,
  sql`create unique index entries_by_uid on entries (uid)`,
  // With the risk, a histogram by band and a filter by minimum risk need only the index.
  sql`create index entries_by_time on entries (org, at, seq, risk)`,
  sql`create index entries_by_sender on entries (org, sender, at, seq)`,
  sql`create index entries_by_session on entries (org, session, at, seq) where session is not null`,
  sql`create index entries_by_risk on entries (org, risk, seq)`,
  // Retention uses the arrival time, which `seq` follows only as long as no clock is set back.
  sql`create index entries_by_arrival on entries (org, received_at, seq)`,
  sql`create unique index entries_by_source on entries (org, reported_by, sender, source_id, content_hash)
    where source_id is not null`,
  sql`create table payloads (
    pos integer primary key,
    type text not null check (type in ('text', 'json')),
    size integer not null,
    snippet text,
    snippet_marks text,
    attributes text,
    bytes blob not null
  ) strict`,
  sql`create table matches (
    pos integer not null,
    ordinal integer not null,
    org integer not null,
    seq integer not null,
    rule_id text not null,
    rule_hash text not null,
    title text not null,
    level text not null check (level in ('informational', 'low', 'medium', 'high', 'critical')),
    points real not null check (points between 0 and 100),
    family text not null,
    contributes integer not null check (contributes in (0, 1)),
    places text not null,
    primary key (pos, ordinal)
  ) strict, without rowid`,
  sql`create index matches_by_rule on matches (org, rule_id, seq)`,
  sql`create table rule_versions (
    org integer not null references orgs (id) on delete cascade,
    hash text not null,
    rule_id text not null,
    title text not null,
    text text not null,
    first_seen_at integer not null,
    primary key (org, hash)
  ) strict, without rowid`,
  sql`create table org_heads (
    org integer primary key references orgs (id),
    head_seq integer not null,
    entries integer not null check (entries >= 0),
    bytes integer not null check (bytes >= 0)
  ) strict`,
  sql`create table rollups (
    org integer not null,
    dimension text not null check (dimension in ('all', 'sender', 'receiver', 'kind', 'band', 'rule')),
    minute integer not null,
    key text not null,
    count integer not null,
    risk_sum integer not null,
    risk_max integer not null,
    primary key (org, dimension, minute, key)
  ) strict, without rowid`,
  sql`create table gaps (
    org integer not null,
    from_seq integer not null,
    to_seq integer not null check (to_seq >= from_seq),
    reason text not null,
    primary key (org, from_seq)
  ) strict, without rowid`,
  sql`create table cursors (
    consumer text not null,
    org integer not null,
    seq integer not null,
    primary key (consumer, org)
  ) strict, without rowid`,
]
