import Sqlite from 'better-sqlite3'
import type { WorkerSettings } from '../threads/protocol.ts'

const READER_CACHE_KIB = 32 * 1024

/** Opens a read-only connection to a file that `openForWriting` created or migrated. */
export function openForReading(settings: WorkerSettings): Sqlite.Database {
  const db = new Sqlite(settings.file, { readonly: true, fileMustExist: true, timeout: settings.busyTimeoutMs })
  db.pragma(`cache_size = -${READER_CACHE_KIB}`)
  db.pragma('temp_store = MEMORY') // a sort must not write stored data to another file
  return db
}
