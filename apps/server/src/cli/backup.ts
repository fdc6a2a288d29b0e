import { backUpSqlite } from '@sentinelmesh/db'
import { databaseFile } from './database-file.ts'
import { printJson } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

export async function backUp(
  to: string,
  options: { readonly force?: boolean; readonly json?: boolean },
): Promise<void> {
  let share = 0
  const progress = progressBar(() => share)
  const bytes = await backUpSqlite({
    database: databaseFile(),
    to,
    force: options.force === true,
    onProgress(done) {
      share = done
      progress.show(done === 1 ? 'checking' : 'copying')
    },
  }).finally(() => progress.end())
  if (options.json) printJson({ file: to, bytes })
  else process.stdout.write(`Backed up to ${to}: ${(bytes / 1024 / 1024).toFixed(1)} MiB, checked.\n`)
}
