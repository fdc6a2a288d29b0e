import { existsSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Of the installation that the environment names, for commands that read the file themselves, a server or not. */
export function databaseFile(): string {
  const { databaseFile: file } = readConfig(process.env)
  if (!existsSync(file))
    throw new CommandFailed(
      `There is no database ${file}. Check SENTINELMESH_DATA_DIR, or start the server once to have one made.`,
    )
  return file
}
