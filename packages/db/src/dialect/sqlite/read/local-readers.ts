import type Sqlite from 'better-sqlite3'
import { DomainError } from '@sentinelmesh/api/constants'
import type { ReadResult, SqlValue } from '../threads/protocol.ts'
import type { Readers } from './readers.ts'

/** Readers on a connection of this thread, for a command that may block. Supports plain statements only. */
export function localReaders(db: Sqlite.Database): Readers {
  db.function('past_deadline', () => 0)
  const readers: Readers = {
    run: (_lane, asked) => {
      const read = db.transaction(() =>
        asked.map(({ sql, parameters, ...more }): ReadResult => {
          if (Object.keys(more).length > 0)
            throw new DomainError('internal', { say: 'Only plain statements run here.' })
          const statement = db.prepare<unknown[], SqlValue[]>(sql).raw(true)
          return { columns: statement.columns().map(({ name }) => name), rows: statement.all(parameters), cut: false }
        }),
      )
      return Promise.resolve(read())
    },
    forOrg: () => readers,
  }
  return readers
}
