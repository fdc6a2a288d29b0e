import { join } from 'node:path'
import { BackupRefused, erasureList, type Restored, restoreSqlite } from '@sentinelmesh/db'
import { readConfig } from '../config.ts'
import { ERASURES_FILE } from '../data-folder.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { confirm } from './confirm.ts'
import { holdFolder } from './hold-folder.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

interface Options {
  readonly yes?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Replaces the database with a backup, and renames the old database. Needs exclusive access to the data folder. */
export async function restore(backup: string, options: Options): Promise<void> {
  const { dataDir, databaseFile: database } = readConfig(process.env)
  const folder = holdFolder(dataDir)
  try {
    if (!options.yes) await confirm(`Replace ${database} by ${backup}?`)
    let share: number | null = null
    const progress = progressBar(() => share)
    const restored = await restoreSqlite({
      backup,
      database,
      erasures: erasureList(join(dataDir, ERASURES_FILE)),
      now: Date.now() * 1_000,
      force: options.force === true,
      onProgress(what, done) {
        share = done
        progress.show(what)
      },
    }).finally(() => progress.end())
    if (options.json) printJson(restored)
    else print(restored, database)
  } catch (error) {
    if (error instanceof BackupRefused) throw new CommandFailed(refusal(error))
    throw error
  } finally {
    folder.release()
  }
}

function refusal({ message, findings }: BackupRefused): string {
  const more =
    findings.length > 1 ? ` There are ${findings.length - 1} more findings: run sentinelmesh verify on it.` : ''
  return `${visible(message)}${more} Nothing was changed; say --force to take it as it is.`
}

function print({ orgs, kept, erasedAgain, findings }: Restored, database: string): void {
  const write = (line: string) => process.stdout.write(`${line}\n`)
  write(`Restored ${database}.`)
  for (const { slug, entries, lost } of orgs) {
    const gone = lost === null ? '' : `; positions ${lost.from} to ${lost.to} are lost or were left free`
    write(`  ${slug}: ${entries} entries${gone}`)
  }
  if (erasedAgain > 0) write(`Erased again: ${erasedAgain} entries that had been erased since the back-up.`)
  if (findings.length > 0) write(`It was taken with ${findings.length} findings of verify.`)
  if (kept !== null) write(`What was there is kept as ${kept}: remove it when it is not needed any more.`)
  write('Users, API keys and rules are as they were then: revoke again what was revoked since. Everyone signs in anew.')
}
