import type Sqlite from 'better-sqlite3'

/** Prepares each SQL text once and keeps the most recently used. */
export function preparedStatements(db: Sqlite.Database, most: number): (sql: string) => Sqlite.Statement<unknown[]> {
  const kept = new Map<string, Sqlite.Statement<unknown[]>>()
  return (sql) => {
    const known = kept.get(sql)
    if (known !== undefined) {
      kept.delete(sql)
      kept.set(sql, known)
      return known
    }
    const statement = db.prepare<unknown[]>(sql)
    if (statement.reader) statement.raw(true)
    kept.set(sql, statement)
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    return statement
  }
}
