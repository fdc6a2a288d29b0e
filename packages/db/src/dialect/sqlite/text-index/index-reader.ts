import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { preparedStatements } from '../connection/prepared-statements.ts'
import {
  type ReadResult,
  type ReadStatement,
  type SqlValue,
  TEXT_DAMAGED,
  TEXT_INDEX,
  type WorkerSettings,
} from '../threads/protocol.ts'
import { failureOf } from '../threads/serve.ts'
import { indexFileOf, isDamage, isOf } from './index-file.ts'

/**
 * A reader's own connection to the index. The file may not exist yet and may be replaced at any time, so it is opened on
 * first use and again once it was replaced. An index of another log, which the index's thread has not replaced yet, is
 * refused. Throws with a code of the protocol.
 */
export function indexReader(log: Sqlite.Database, settings: WorkerSettings) {
  const file = indexFileOf(settings.file)
  let opened:
    | { readonly db: Sqlite.Database; readonly inode: number; prepared(sql: string): Sqlite.Statement }
    | undefined

  const close = () => {
    opened?.db.close()
    opened = undefined
  }
  const open = () => {
    const inode = statSync(file).ino
    if (opened?.inode === inode) return opened
    close()
    const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: settings.busyTimeoutMs })
    if (!isOf(db, log)) {
      db.close()
      throw new Error('The full-text index belongs to another log.')
    }
    opened = { db, inode, prepared: preparedStatements(db, settings.preparedStatements) }
    return opened
  }

  return {
    run({ sql, parameters }: ReadStatement): ReadResult {
      try {
        const statement = open().prepared(sql)
        const columns = statement.columns().map(({ name }) => name)
        return { columns, rows: statement.all(parameters) as SqlValue[][], cut: false }
      } catch (error) {
        close()
        const { code, message } = failureOf(error)
        throw Object.assign(new Error(message), { code: isDamage(code) ? TEXT_DAMAGED : TEXT_INDEX })
      }
    },
    close,
  }
}
