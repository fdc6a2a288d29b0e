import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** JSON array of the rules that an entry was too costly for. Null if every rule was decided. */
export const undecided: Migration = [
  sql`alter table entries add column undecided text check (json_valid(undecided) and json_array_length(undecided) > 0)`,
]
