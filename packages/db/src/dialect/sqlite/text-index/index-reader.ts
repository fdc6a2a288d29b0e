import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { preparedStatements } from '../prepared.ts'
import {
  type ReadResult,
  type ReadStatement,
  type SqlValue,
  TEXT_DAMAGED,
  TEXT_INDEX,
  type WorkerSettings,
} from '../protocol.ts'
import { failureOf } from '../serve.ts'
import { isDamage } from './index-file.ts'

/**
 * A reader's own connection to the index. That file may not be there yet, and may be replaced at any time: it is opened
 * when it is first asked, and again when another one has taken its place. Throws with a code of the protocol.
 */
export function indexReader(file: string, settings: WorkerSettings) {
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
