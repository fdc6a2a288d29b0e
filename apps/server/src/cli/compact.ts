import { compactSqlite } from '@sentinelmesh/db'
import { readConfig } from '../config.ts'
import { databaseFile } from './database-file.ts'
import { holdFolder } from './hold-folder.ts'
import { printJson } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

/** Returns all free space of the database to the file system. Needs exclusive access to the data folder. */
export function compact(options: { readonly json?: boolean }): void {
  const database = databaseFile()
  const folder = holdFolder(readConfig(process.env).dataDir)
  // There is no percentage, because compaction is a single step of the database.
  const progress = progressBar(() => null)
  try {
    const { before, after } = compactSqlite({ database, onProgress: (what) => progress.show(what) })
    progress.end()
    if (options.json) printJson({ file: database, bytes_before: before, bytes_after: after })
    else process.stdout.write(`Compacted ${database}: ${inMiB(before)} became ${inMiB(after)}, checked.\n`)
  } finally {
    progress.end()
    folder.release()
  }
}

const inMiB = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
