import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Roll-ups by hour beside those by minute, so that what spans days reads few rows; filled from the minutes there are. */
export const hours: Migration = [
  sql`create table rollup_hours (
    org integer not null,
    dimension text not null check (dimension in ('all', 'sender', 'receiver', 'kind', 'band', 'rule')),
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
]
