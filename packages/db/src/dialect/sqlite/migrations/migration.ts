import type Sqlite from 'better-sqlite3'
import type { RawBuilder } from 'kysely'
import { statements } from '../connection/statements.ts'

/** The steps from one schema version to the next. All pending migrations run in one transaction. */
export type Migration = readonly MigrationStep[]

/** A function if statements are not enough. */
export type MigrationStep = RawBuilder<unknown> | ((db: Sqlite.Database) => void)

export function runSteps(db: Sqlite.Database, steps: readonly MigrationStep[]): void {
  for (const step of steps)
    if (typeof step === 'function') step(db)
    else db.exec(step.compile(statements).sql)
}
