import Sqlite from 'better-sqlite3'
import { statements } from '../compile.ts'
import type { Migration } from './migration.ts'

export interface OldFile extends Disposable {
  insert(table: string, values: Readonly<Record<string, unknown>>): void
}

/** For tests of migrations: a file as the schema after these left it, to be filled and closed. */
export function oldFile(file: string, migrations: readonly Migration[]): OldFile {
  const db = new Sqlite(file)
  db.pragma(`application_id = ${0x534d7368}`)
  for (const step of migrations.flat()) db.exec(step.compile(statements).sql)
  db.pragma(`user_version = ${migrations.length}`)
  return {
    insert(table, values) {
      const names = Object.keys(values)
      db.prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`).run(
        ...Object.values(values),
      )
    },
    [Symbol.dispose]: () => void db.close(),
  }
}
