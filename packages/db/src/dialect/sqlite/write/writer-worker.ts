import { prepareAppend } from './append.ts'
import { prepareBackground } from '../retention/background.ts'
import { fileReplacementCheck } from '../connection/file-replacement.ts'
import { openForWriting } from '../connection/open-file.ts'
import { preparedStatements } from '../connection/prepared-statements.ts'
import type { SqlValue, StatementResult, WriterRequest } from '../threads/protocol.ts'
import { serve } from '../threads/serve.ts'

/** The program of the only thread that writes. The main thread decides the order of its requests. */
serve<WriterRequest>((settings) => {
  const db = openForWriting(settings)
  const files = fileReplacementCheck(settings.file)
  const append = prepareAppend(db)
  const background = prepareBackground(db, settings.file)
  const prepared = preparedStatements(db, settings.preparedStatements)

  const run = (sql: string, parameters: readonly unknown[]): StatementResult => {
    const statement = prepared(sql)
    if (statement.reader) {
      const rows = statement.all(parameters) as SqlValue[][]
      return { columns: statement.columns().map(({ name }) => name), rows, changes: rows.length, lastInsertRowid: 0 }
    }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { columns: [], rows: [], changes, lastInsertRowid: Number(lastInsertRowid) }
  }
  /** A commit is reported as stored only if the files are still in place. */
  const beforeReply = <Reply>(reply: Reply): Reply => {
    files.check()
    return reply
  }
  const rollback = () => {
    if (db.inTransaction) run('rollback', [])
  }

  return (request) => {
    switch (request.type) {
      case 'append':
        return beforeReply(append(request.calls))
      case 'begin':
        return run('begin immediate', [])
      case 'statement':
        return run(request.sql, request.parameters)
      case 'commit':
        try {
          return beforeReply(run('commit', []))
        } catch (error) {
          rollback()
          throw error
        }
      case 'rollback':
        return rollback()
      case 'purge':
      case 'erase':
      case 'trim':
      case 'shrink':
      case 'checkpoint':
      case 'empty-log':
      case 'wipe':
        return background.run(request)
      case 'close':
        rollback()
        db.close()
        return background.close()
    }
  }
})
