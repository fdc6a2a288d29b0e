import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Adds a flag to keys: whether log records without a mapper become entries. */
export const keepUnknown: Migration = [
  sql`alter table api_keys add column keep_unknown integer not null default 0 check (keep_unknown in (0, 1))`,
]
