import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Whether log records without a mapper become entries, per key. */
export const keepUnknown: Migration = [
  sql`alter table api_keys add column keep_unknown integer not null default 0 check (keep_unknown in (0, 1))`,
]
