import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * An org's own rules, its settings for all rules, and why a rule matched. All texts of a rule, including the current
 * one, are in `rule_versions` by hash.
 */
export const rules: Migration = [
  sql`create table rules (
    org integer not null references orgs (id) on delete cascade,
    rule_id text not null,
    kind text not null check (kind in ('rule', 'correlation', 'filter')),
    hash text not null,
    title text not null,
    chars integer not null check (chars >= 0),
    origin text not null check (origin in ('own', 'import')),
    import_id text,
    file text,
    confirmed_at integer,
    confirmed_by text,
    created_at integer not null,
    created_by text not null,
    updated_at integer not null,
    updated_by text not null,
    primary key (org, rule_id),
    foreign key (org, hash) references rule_versions (org, hash)
  ) strict, without rowid`,
  sql`create index rules_by_hash on rules (org, hash)`,
  sql`create table rule_settings (
    org integer not null references orgs (id) on delete cascade,
    rule_id text not null,
    enabled integer not null check (enabled in (0, 1)),
    level text check (level in ('informational', 'low', 'medium', 'high', 'critical')),
    points real check (points between 0 and 100),
    quarantined_at integer,
    quarantine text check (quarantine is null or json_valid(quarantine)),
    updated_at integer not null,
    updated_by text not null,
    primary key (org, rule_id)
  ) strict, without rowid`,
  sql`create index rule_versions_by_rule on rule_versions (org, rule_id, first_seen_at)`,
  sql`alter table matches add column selections text`,
  sql`alter table matches add column filtered_by text`,
  // Matches that a filter suppressed count nowhere, so the index omits them.
  sql`drop index matches_by_rule`,
  sql`create index matches_by_rule on matches (org, rule_id, seq) where filtered_by is null`,
]
