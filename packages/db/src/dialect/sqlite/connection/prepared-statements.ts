import type Sqlite from 'better-sqlite3'

/** Prepares each SQL text once and keeps the most recently used. */
export function preparedStatements(db: Sqlite.Database, most: number): (sql: string) => Sqlite.Statement<unknown[]> {
  const cache = new Map<string, Sqlite.Statement<unknown[]>>()
  return (sql) => {
    const cached = cache.get(sql)
    if (cached !== undefined) {
      cache.delete(sql)
      cache.set(sql, cached)
      return cached
    }
    const statement = db.prepare<unknown[]>(sql)
    if (statement.reader) statement.raw(true)
    cache.set(sql, statement)
    const [oldest] = cache.keys()
    if (cache.size > most && oldest !== undefined) cache.delete(oldest)
    return statement
  }
}
