import { sql } from 'kysely'
import type { Migration } from './migration.ts'

const DIMENSION = sql`dimension text not null
  check (dimension in ('all', 'sender', 'receiver', 'kind', 'band', 'upper_medium', 'rule'))`

/**
 * Adds roll-ups by hour and by day, filled from the existing minutes, so that ranges over days read few rows. Adds a
 * dimension, counted from the entries that are still stored. A check cannot be altered, so the table is recreated. Adds
 * an index of risky entries by time, of which pages show the newest.
 */
export const hours: Migration = [
  sql`alter table rollups rename to rollups_before`,
  sql`create table rollups (
    org integer not null,
    ${DIMENSION},
    minute integer not null,
    key text not null,
    count integer not null,
    risk_sum integer not null,
    risk_max integer not null,
    primary key (org, dimension, minute, key)
  ) strict, without rowid`,
  sql`insert into rollups select org, dimension, minute, key, count, risk_sum, risk_max from rollups_before`,
  sql`drop table rollups_before`,
  sql`insert into rollups (org, dimension, minute, key, count, risk_sum, risk_max)
    select org, 'upper_medium', at / 60000000, '', count(*), sum(risk), max(risk)
    from entries where band = 'medium' and risk >= 50 group by 1, 3`,
  sql`create table rollup_hours (
    org integer not null,
    ${DIMENSION},
    hour integer not null,
    key text not null,
    count integer not null,
    risk_sum integer not null,
    risk_max integer not null,
    last_minute integer not null,
    primary key (org, dimension, hour, key)
  ) strict, without rowid`,
  sql`insert into rollup_hours (org, dimension, hour, key, count, risk_sum, risk_max, last_minute)
    select org, dimension, minute / 60, key, sum(count), sum(risk_sum), max(risk_max), max(minute)
    from rollups group by 1, 2, 3, 4`,
  sql`create table rollup_days (
    org integer not null,
    ${DIMENSION},
    day integer not null,
    key text not null,
    count integer not null,
    risk_sum integer not null,
    risk_max integer not null,
    last_minute integer not null,
    primary key (org, dimension, day, key)
  ) strict, without rowid`,
  sql`insert into rollup_days (org, dimension, day, key, count, risk_sum, risk_max, last_minute)
    select org, dimension, hour / 24, key, sum(count), sum(risk_sum), max(risk_max), max(last_minute)
    from rollup_hours where hour / 24 < (select max(at) / 86400000000 from entries where entries.org = rollup_hours.org)
    group by 1, 2, 3, 4`,
  sql`create table rolled_days (
    org integer not null,
    ${DIMENSION},
    until integer not null,
    primary key (org, dimension)
  ) strict, without rowid`,
  sql`insert into rolled_days (org, dimension, until)
    select org, dimension, max(day) + 1 from rollup_days group by 1, 2`,
  // The unary plus keeps the planner from choosing the index by risk for this condition.
  sql`create index entries_risky on entries (org, at, seq, risk) where +risk >= 60`,
]
