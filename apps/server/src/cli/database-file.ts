import { existsSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/**
 * The database file of the configured installation, for commands that read it directly, whether or not a server runs.
 */
export function databaseFile(): string {
  const { databaseFile: file } = readConfig(process.env)
  if (!existsSync(file))
    throw new CommandFailed(
      `There is no database ${file}. Check SENTINELMESH_DATA_DIR, or start the server once to have one made.`,
    )
  return file
}
