import type Sqlite from 'better-sqlite3'
import type { RawBuilder } from 'kysely'
import { statements } from '../connection/statements.ts'

/** Steps that lead from the schema before to the next; they run in the one transaction of all that are due. */
export type Migration = readonly MigrationStep[]

/** A function where no statement can do it. */
export type MigrationStep = RawBuilder<unknown> | ((db: Sqlite.Database) => void)

export function runSteps(db: Sqlite.Database, steps: readonly MigrationStep[]): void {
  for (const step of steps)
    if (typeof step === 'function') step(db)
    else db.exec(step.compile(statements).sql)
}
